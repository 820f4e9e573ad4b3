/**
 * Commands for a running system: what `fc.commands` draws lists of, and `fc.asyncModelRun` or
 * `fc.scheduledModelRun` runs. After each, the reply is what the log says at its rev, refusals are
 * those of the lifecycle, and every commit since, whoever wrote it, is legal.
 *
 * @example
 * const property = fc.asyncProperty(fc.commands(jobCommands({ specs: jobSpecs(count) })), async (commands) => {
 *   await using system = await openJobSystem({ bus: "memory:", drivers: [count], worker: true });
 *   await fc.asyncModelRun(() => jobsModel(system), commands);
 * });
 */
import type { Arbitrary } from "fast-check";
import type { JsonObject } from "../../actors/driver.ts";
import type { JobSpec } from "../../jobchart.ts";
import { fastCheck } from "../fast-check.ts";
import { groupSpecs, verbSpecs, type VerbSpec } from "../specs.ts";
import { again, ask, create, look, oblige, wait } from "./acts.ts";
import { JobCommand, type Act } from "./job-command.ts";
import { JobsModel, type Systems } from "./jobs-model.ts";

export interface CommandsOptions {
  /** The jobs to create; ids are given to them, for no two may have the same. */
  readonly specs: Arbitrary<JobSpec>;
  /** What `change` may set. Default nothing. */
  readonly change?: Arbitrary<JsonObject>;
}

/** Arbitraries of commands, to be drawn from by `fc.commands`. */
export function jobCommands({ specs, change }: CommandsOptions): Arbitrary<JobCommand>[] {
  const fc = fastCheck();
  const number = fc.nat(7);
  const verbs = verbSpecs(change === undefined ? {} : { change });
  return [
    fc.tuple(groupSpecs(specs), number).map(([spec, through]) => create(spec, through)),
    fc.tuple(atOnce(verbs), number, number).map(([some, who, through]) => ask(some, who, through)),
    fc.tuple(number, number).map(([which, through]) => again(which, through)),
    fc.tuple(number, number).map(([who, through]) => oblige(who, through)),
    fc.tuple(number, number).map(([who, through]) => look(who, through)),
    fc.tuple(number, number).map(([who, through]) => wait(who, through)),
  ].map((acts: Arbitrary<Act>) => acts.map((act) => new JobCommand(act)));
}

/** One verb, or two; either of two may be what is left of them. */
function atOnce(verbs: Arbitrary<VerbSpec>): Arbitrary<readonly VerbSpec[]> {
  const fc = fastCheck();
  const isLeft = [
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  return fc
    .tuple(verbs, verbs, fc.nat(2))
    .map(([first, second, left]) =>
      [first, second].filter((_verb, index) => isLeft[left]?.[index]),
    );
}

/**
 * What a run begins with. Several systems must be over one bus; each command is asked through one
 * of them.
 */
export function jobsModel(...systems: Systems): {
  readonly model: JobsModel;
  readonly real: Systems;
} {
  return { model: new JobsModel(), real: systems };
}
