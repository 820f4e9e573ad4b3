/** `check` without `--replay`: explores, and prints what came of it. */
import { realWorld } from "../../bus/world.ts";
import {
  partByPart,
  partsOf,
  type Check,
  type LifecycleCheck,
} from "../../properties/explore/check-lifecycle.ts";
import { exploreNames } from "../../properties/names/explore-names.ts";
import type { Call } from "../call.ts";
import { exit, type ExitCode } from "../exit-code.ts";
import { paint, print } from "../output.ts";
import { counted, grouped } from "../units.ts";
import { checksOf, type Titled } from "./check-options.ts";
import { groupText, partText, shown, type Format, type Shown } from "./check-report.ts";
import { clearMention, mention } from "./mention.ts";
import { tellAll, voiceOf, type Voice } from "./tell.ts";

/** What one run of the command has found. */
interface Findings {
  readonly checks: readonly LifecycleCheck[];
  readonly names: Names | undefined;
  readonly violations: readonly Shown[];
  readonly seconds: number;
}

interface Names {
  readonly schedules: number;
  readonly states: number;
  readonly steps: number;
  readonly violations: readonly Shown[];
}

export async function explored(call: Call, format: Format): Promise<ExitCode> {
  const titled = await checksOf(call);
  const startedAt = realWorld.monotonic();
  const checks: LifecycleCheck[] = [];
  const say = call.isJson ? () => {} : voiceOf(format);
  for (const each of titled) checks.push(await lifecycle(each, say));
  const names = call.flag("drivers") ? undefined : await namesExplored(say);
  const violations = [
    ...checks.flatMap((result) => result.violations.map(shown)),
    ...(names?.violations ?? []),
  ];
  const found = { checks, names, violations, seconds: secondsSince(startedAt) };
  await (call.isJson
    ? print(JSON.stringify(asJson(titled, found)))
    : conclude(call, found, format));
  return violations.length === 0 ? exit.ok : exit.failed;
}

function secondsSince(startedAt: number): number {
  return (realWorld.monotonic() - startedAt) / 1_000;
}

async function lifecycle({ title, check }: Titled, say: Voice): Promise<LifecycleCheck> {
  const parts = partsOf(check);
  const onProgress: Check["onProgress"] = (part, { states, open }) =>
    mention(`${groupText(title, part)}: ${grouped(states)} states, ${grouped(open)} open`);
  const checking = partByPart({ ...check, onProgress }, parts);
  for (let part = 0; ; part += 1) {
    const startedAt = realWorld.monotonic();
    const scope = parts[part];
    if (scope !== undefined) mention(groupText(title, scope), true);
    const next = checking.next();
    clearMention();
    if (next.done === true) return next.value;
    await say(partText({ title, part: next.value, seconds: secondsSince(startedAt) }));
  }
}

/** The smallest world in which a name changes hands: two creators, one of which dies. */
async function namesExplored(say: Voice): Promise<Names> {
  const startedAt = realWorld.monotonic();
  const about = "names: 2 creators, 1 crash";
  mention(about, true);
  const { schedules, states, steps, violations } = await exploreNames({
    processes: 2,
    crashes: 1,
    lostAnswers: 0,
    onProgress: (count) => mention(`${about}: ${grouped(count)} schedules`),
  });
  clearMention();
  const counts = `${grouped(states)} states, ${grouped(schedules)} schedules`;
  await say(`${about.padEnd(32)} ${counts.padEnd(40)} ${secondsSince(startedAt).toFixed(1)} s`);
  return { schedules, states, steps, violations };
}

function asJson(titled: readonly Titled[], { checks, names, violations, seconds }: Findings) {
  const parts = checks.flatMap((result, index) =>
    result.parts.map(({ scope: { jobs, profile, faults = 0 }, states, transitions }) => {
      const of = titled[index]?.title;
      return { of, jobs, faults, profile, states, transitions };
    }),
  );
  return {
    jobs: Math.max(...titled.map(({ check }) => check.jobs)),
    faults: Math.max(...titled.map(({ check }) => check.faults ?? 0)),
    states: sum(checks.map(({ states }) => states)),
    transitions: sum(checks.map(({ transitions }) => transitions)),
    seconds: Math.round(seconds * 1_000) / 1_000,
    violations,
    coverage: coverageOf(checks),
    parts,
    ...(names === undefined ? {} : { names: { ...names, violations: names.violations.length } }),
  };
}

function coverageOf(checks: readonly LifecycleCheck[]) {
  return {
    cells: sum(checks.map(({ coverage }) => coverage.cells)),
    reached: sum(checks.map(({ coverage }) => coverage.reached)),
    missing: checks.flatMap(({ coverage }) => coverage.missing),
  };
}

async function conclude(
  call: Call,
  { checks, violations, seconds }: Findings,
  format: Format,
): Promise<void> {
  const say = voiceOf(format);
  const { cells, reached } = coverageOf(checks);
  const states = sum(checks.map((result) => result.states));
  const transitions = sum(checks.map((result) => result.transitions));
  const count = await tellAll(call, violations, format);
  const counts = `${grouped(states)} states, ${grouped(transitions)} transitions`;
  if (count > 0) await say("");
  await say(`in all: ${counts}, ${reached} of ${cells} cells reached, ${seconds.toFixed(1)} s`);
  await say(
    count === 0
      ? `${paint("green", "✓")} every invariant holds of every step, and every job can end`
      : `${paint("red", "✗")} ${counted(count, "violation")}`,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
