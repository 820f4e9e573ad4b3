/**
 * Where the bus is: as --bus or --context say, or when nobody says: $JOBCHART_BUS, else
 * `.jobchart/jobs.db` in the working folder or the nearest one above it, as git finds its
 * repository.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { BusError } from "../bus/bus-error.ts";
import { hideSecrets } from "../bus/hide-secrets.ts";
import { isNatsUrl } from "../bus/is-nats-url.ts";
import { UsageError } from "./usage-error.ts";

const place = join(".jobchart", "jobs.db");

/**
 * The URL that was given, or that of the bus that was found. `create`: where none is found, a
 * folder for one is made in the working folder. Fails with `missing` otherwise.
 */
export function findBus(options: {
  readonly url?: string | undefined;
  /** The name of a context of the nats tool. */
  readonly context?: string | undefined;
  readonly create: boolean;
}): string {
  const { context } = options;
  if (context !== undefined) {
    if (options.url === undefined) return `nats-context:${encodeURIComponent(context)}`;
    throw new UsageError("--bus and --context both name a bus: leave out one of them");
  }
  const given = options.url ?? process.env["JOBCHART_BUS"];
  if (given !== undefined && given !== "") return given;
  const folders = foldersAbove(process.cwd());
  const found = folders.find((folder) => existsSync(join(folder, place)));
  if (found !== undefined) return `file:${join(found, place)}`;
  if (!options.create) throw nothingFound(folders);
  return `file:${makePlace(process.cwd())}`;
}

/** The URL of the fleet whose subjects begin with that. Fails with UsageError for another bus. */
export function withPrefix(url: string, prefix: string | undefined): string {
  if (prefix === undefined) return url;
  if (!isNatsUrl(url)) {
    throw new UsageError(`--prefix is for a bus on NATS, and not for ${hideSecrets(url)}`);
  }
  if (/[?&]prefix=/.test(url)) throw new UsageError("--prefix is given, and --bus has one already");
  return `${url}${url.includes("?") ? "&" : "?"}prefix=${encodeURIComponent(prefix)}`;
}

function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

function nothingFound([here = ".", ...above]: readonly string[]): BusError {
  const upTo = above.length === 0 ? "" : `, or in a folder above it, up to ${above.at(-1)}`;
  return new BusError(
    "missing",
    `no bus found: there is no ${place} in ${here}${upTo}. ` +
      "Name one with --bus or $JOBCHART_BUS; 'run', 'transaction' and 'worker' make one here",
  );
}

function makePlace(folder: string): string {
  const path = join(folder, place);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new BusError("readonly", `${dirname(path)}: cannot be made; choose a bus with --bus`, {
      cause,
    });
  }
  return path;
}
