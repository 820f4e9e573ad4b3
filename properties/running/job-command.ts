/**
 * A command: one thing that clients do to a running system, and what must then be so. It is what
 * `fc.commands` takes, and prints what it was in the end: `pause j1`, not `pause some job`.
 */
import type { AsyncCommand } from "fast-check";
import type { JobsModel, Systems } from "./jobs-model.ts";

export interface Act {
  /** What must have come before: a job, or an accepted request. */
  readonly needs?: "jobs" | "answers";
  /** Says what it does as soon as it knows, does it, and fails if what comes of it is wrong. */
  run(model: JobsModel, systems: Systems, say: (text: string) => void): Promise<void>;
}

/** By which fast-check asks a value for a copy before each run: commands remember what they did. */
const cloneMethod = Symbol.for("fast-check/cloneMethod");

export class JobCommand implements AsyncCommand<JobsModel, Systems> {
  readonly #act: Act;
  #text = "";

  constructor(act: Act) {
    this.#act = act;
  }

  check(model: Readonly<JobsModel>): boolean {
    const { needs } = this.#act;
    return needs === undefined || model[needs].length > 0;
  }

  async run(model: JobsModel, systems: Systems): Promise<void> {
    await model.log.catchUp(pickBus(systems));
    try {
      await this.#act.run(model, systems, (text) => {
        this.#text = text;
      });
      await model.log.catchUp(pickBus(systems));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Error(`after ${this.toString()}: ${error.message}`, { cause: error });
    }
  }

  toString(): string {
    return this.#text === "" ? "a command that was not run" : this.#text;
  }

  [cloneMethod](): JobCommand {
    return new JobCommand(this.#act);
  }
}

function pickBus([first]: Systems) {
  if (first === undefined) throw new Error("no system to ask: call jobsModel(system)");
  return first.bus;
}
