/**
 * The contract of drivers, as tests of whatever framework the author of one uses: a driver can be
 * paused, killed and cancelled anywhere, goes on elsewhere, its steps may be asked for again, and
 * what it undoes is undone. Everything is tried on the driver alone first, then in real systems.
 *
 * It cannot see what a driver keeps in the memory of its process (every life is lived in this one),
 * nor a side effect between two pause points: there it is never interrupted.
 *
 * @example
 * import { test } from "vitest"; // or "node:test", or mocha's `it`
 * driverContract(test, copy, freshFolders, { effects: ({ to }) => listing(to) });
 */
import type { Driver, JsonObject } from "../../actors/driver.ts";
import { run, type Check } from "./check.ts";
import { callersOf, shownAt } from "./contract-error.ts";
import { runChecks } from "./run-checks.ts";
import { stepChecks } from "./step-checks.ts";
import { Subject, type ArgsSource, type ContractOptions } from "./subject.ts";
import { systemChecks } from "./system-checks.ts";

/** `test` of vitest, node:test, jest and others; `it` of mocha. */
export type TestFunction = (name: string, body: () => Promise<void>) => unknown;

const limitMsDefault = 30_000;

/**
 * Declares one test a check, named after the driver's type. `args` are the arguments of every
 * life, or a function that makes fresh ones, with whatever the driver needs around them.
 */
export function driverContract<Args extends JsonObject>(
  test: TestFunction,
  driver: Driver<Args>,
  args: ArgsSource<Args>,
  options: ContractOptions<Args> = {},
): void {
  const callers = callersOf(driverContract);
  for (const { name, run } of checksOf(new Subject(driver, args, options), options, callers)) {
    test(`driver ${driver.type} ${name}`, run);
  }
}

/** A check that can be run: it resolves, or fails with ContractError. */
export interface DriverCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The checks one by one, for those who have no test framework at hand. */
export function driverChecks<Args extends JsonObject>(
  driver: Driver<Args>,
  args: ArgsSource<Args>,
  options: ContractOptions<Args> = {},
): readonly DriverCheck[] {
  return checksOf(new Subject(driver, args, options), options, callersOf(driverChecks));
}

/** The checks, which show what breaks the contract at those lines of a stack. */
function checksOf(
  subject: Subject,
  { limitMs = limitMsDefault }: Pick<ContractOptions, "limitMs">,
  callers: string,
): readonly DriverCheck[] {
  const checks: readonly Check[] = [...runChecks(), ...stepChecks(), ...systemChecks()];
  return checks
    .filter(({ appliesTo }) => appliesTo?.(subject) ?? true)
    .map((check) => ({
      name: check.name,
      run: () => shownAt(callers, () => run(check, subject, limitMs)),
    }));
}
