/** What `check` is asked for, from its words. */
import { jobTypeOf } from "../../actors/registry.ts";
import { builtIn } from "../../drivers/built-in.ts";
import type { Check } from "../../properties/explore/check-lifecycle.ts";
import type { Kind } from "../../properties/explore/plans.ts";
import type { Call } from "../call.ts";
import { loadDrivers } from "../load-drivers.ts";
import { UsageError } from "../usage-error.ts";

/** One check of the lifecycle, and what it is of: a kind, or a type of job. */
export interface Titled {
  readonly title: string;
  readonly check: Check;
}

const jobsMax = 6;
const faultsMax = 9;
const jobsOfDrivers = 2;

/** Two of each kind, then what a lost worker and a third member add. */
const standard: readonly Titled[] = [
  { title: "plain", check: { jobs: 3, kind: "plain" } },
  { title: "mirror", check: { jobs: 2, kind: "mirror" } },
];

/** The checks to run, in order. Fails with UsageError. */
export async function checksOf(call: Call): Promise<readonly Titled[]> {
  const jobs = numberOf(call, "jobs", 1, jobsMax);
  const faults = numberOf(call, "faults", 0, faultsMax) ?? 0;
  const kind = kindOf(call);
  const more = { faults, symmetry: !call.flag("no-symmetry") };
  const files = call.texts("drivers");
  if (files.length > 0) {
    if (kind !== undefined) throw new UsageError("--drivers and --kind exclude each other");
    return driverChecks(files, { jobs: jobs ?? jobsOfDrivers, ...more });
  }
  if (jobs === undefined && kind === undefined && faults === 0) {
    return standard.map(({ title, check }) => ({ title, check: { ...check, ...more } }));
  }
  const asked = { jobs: jobs ?? 2, kind: kind ?? "plain", ...more } as const;
  return [{ title: asked.kind, check: asked }];
}

async function driverChecks(
  files: readonly string[],
  asked: Omit<Check, "kind">,
): Promise<readonly Titled[]> {
  const drivers = await loadDrivers(files);
  const own = drivers.filter((driver) => !builtIn.includes(driver));
  return own.map((driver) => {
    const { type, shape } = jobTypeOf(driver);
    return { title: type, check: { ...asked, kind: shape } };
  });
}

function kindOf(call: Call): Kind | undefined {
  const kind = call.text("kind");
  if (kind === undefined || kind === "plain" || kind === "mirror") return kind;
  throw new UsageError(`--kind: expected plain or mirror, found '${kind}'`);
}

function numberOf(call: Call, name: string, least: number, most: number): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(
    `--${name}: expected a whole number from ${least} to ${most}, found '${text}'`,
  );
}
