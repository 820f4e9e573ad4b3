/**
 * `jobchart/properties`: what must always hold, for tests of your own. With any test framework: the
 * contract of drivers, the invariants by their numbers, and judges of recorded logs. With
 * fast-check, an optional peer: arbitraries, and commands for a running system.
 *
 * @example
 * import { test } from "node:test";
 * import { driverContract } from "jobchart/properties";
 * driverContract(test, myDriver, () => freshArgs());
 */

// Drivers: paused, killed, given back, cancelled, committed twice.
export {
  driverChecks,
  driverContract,
  type DriverCheck,
  type TestFunction,
} from "./driver/contract.ts";
export { ContractError } from "./driver/contract-error.ts";
export type { ArgsSource, ContractOptions } from "./driver/subject.ts";

// The invariants by number and name, asked of one step of the lifecycle.
export { invariants, violationsOf, type Violation } from "./invariants/invariants.ts";
export type { Invariant, Step } from "./invariants/invariant.ts";
export { elsewhere, type Elsewhere } from "./invariants/elsewhere.ts";

// Recorded histories, judged whole.
export { judgeCommits, judgeLog } from "./judge-log.ts";
export type { Judgement, Verdict } from "./conform/verdict.ts";

// Arbitraries: what clients ask, and what logs may tell.
export { groupSpecs, jobSpecs, verbSpecs, type SpecSource, type VerbSpec } from "./specs.ts";
export { histories, History } from "./histories.ts";

// Commands for a running system.
export { jobCommands, jobsModel, type CommandsOptions } from "./running/job-commands.ts";
export { JobCommand } from "./running/job-command.ts";
export {
  JobsModel,
  type KnownJob,
  type Systems,
  type SystemUnderTest,
} from "./running/jobs-model.ts";
export { scheduledBus } from "./running/scheduled-bus.ts";
