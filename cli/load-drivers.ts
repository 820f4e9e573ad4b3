/**
 * Drivers of users: modules that export a driver, or several, as `default` or `drivers`. What such a
 * module imports as `jobchart` is this very program.
 */
import { registerHooks } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { jobTypeOf } from "../actors/registry.ts";
import { builtIn } from "../drivers/built-in.ts";
import type { Driver } from "../jobchart.ts";
import { suggestion } from "./nearest.ts";
import { messageOf, UsageError } from "./usage-error.ts";

/** What the package's entries are, beside this folder. */
const entries: Readonly<Record<string, string>> = {
  jobchart: "jobchart",
  "jobchart/drivers": "drivers/built-in",
  "jobchart/machines": "machines/machines",
  "jobchart/properties": "properties/properties",
};
/** TypeScript in a checkout, JavaScript in a package. */
const extension = extname(import.meta.url);

/**
 * The built-in drivers and those in the files. Fails with UsageError, naming the file, when one
 * cannot be loaded, exports no driver, or has a type that is taken.
 */
export async function loadDrivers(files: readonly string[]): Promise<readonly Driver[]> {
  const drivers = new Map(builtIn.map((driver) => [driver.type, { driver, from: "built in" }]));
  if (files.length > 0) resolveJobchart();
  for (const file of files) {
    for (const driver of driversIn(file, await load(file))) {
      const taken = drivers.get(driver.type);
      if (taken !== undefined) {
        throw new UsageError(`${file}: type '${driver.type}' is taken: ${taken.from}`);
      }
      drivers.set(driver.type, { driver, from: `from ${file}` });
    }
  }
  return [...drivers.values()].map(({ driver }) => driver);
}

/** What to say when none of the drivers is of that type; `mayDetach`: there is such an option. */
export function noDriver(
  type: string,
  drivers: readonly Driver[],
  { mayDetach = false } = {},
): UsageError {
  const known = drivers.map((driver) => driver.type);
  const other = mayDetach ? ", --detach leaves the job to a worker that has it" : "";
  return new UsageError(
    `no driver of type '${type}' here.${suggestion(type, known)} Known: ${known.join(", ")}; ` +
      `--drivers FILE adds more${other}`,
  );
}

/** A module that waits for what never comes leaves the process with nothing to do. */
async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  const stalled = Promise.withResolvers<never>();
  const stall = (): void =>
    stalled.reject(new UsageError(`${file}: never finishes loading`, { code: "unreadable" }));
  process.once("beforeExit", stall);
  try {
    const loading = import(pathToFileURL(resolve(file)).href);
    return (await Promise.race([loading, stalled.promise])) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const message = `${file}: cannot be loaded: ${messageOf(cause)}`;
    throw new UsageError(message, { code: "unreadable", cause });
  } finally {
    process.off("beforeExit", stall);
  }
}

function driversIn(
  file: string,
  { default: one, drivers = one }: Readonly<Record<string, unknown>>,
): readonly Driver[] {
  const found: readonly unknown[] = Array.isArray(drivers) ? drivers : [drivers];
  if (drivers === undefined || found.length === 0) {
    throw new UsageError(`${file}: exports no driver, neither as 'default' nor as 'drivers'`);
  }
  return found.map((driver) => {
    if (typeof driver !== "object" || driver === null) {
      throw new UsageError(`${file}: expected a driver, an object, found ${typeof driver}`);
    }
    try {
      jobTypeOf(driver as Driver);
    } catch (cause) {
      throw new UsageError(`${file}: ${messageOf(cause)}`, { cause });
    }
    return driver as Driver;
  });
}

function resolveJobchart(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const entry = Object.hasOwn(entries, specifier) ? entries[specifier] : undefined;
      if (entry === undefined) return next(specifier, context);
      const { href: url } = new URL(`../${entry}${extension}`, import.meta.url);
      return { url, shortCircuit: true };
    },
  });
}
