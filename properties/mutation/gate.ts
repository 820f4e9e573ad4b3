/**
 * The gate: tries mutants in processes beside this one, and says of each what killed it. A mutant
 * that takes its process with it, or never ends, is dead as well.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { KillerName } from "./killers.ts";
import type { Site } from "./site.ts";
import type { Answer } from "./trial.ts";

/** Many times what a trial of the code as it is takes; however busy the machine is. */
const cpuSecondsMax = 60;
/** Modules are never unloaded: a process is replaced after so many trials. */
const trialsPerProcess = 50;

export interface Outcome {
  /** Null: the code as it is. */
  readonly site: Site | null;
  /** Absent for a survivor. `crash`: it took its process with it; `time`: it never ended. */
  readonly by?: KillerName | "crash" | "time";
  /** What was wrong, in the killer's words. */
  readonly why?: string;
}

/** The outcomes in the order in which they come, from so many processes at a time. */
export async function* tryAll(
  sites: readonly (Site | null)[],
  processes: number,
): AsyncGenerator<Outcome> {
  const left = sites.values();
  const lanes = Array.from({ length: processes }, () => new Lane());
  const running = new Map<Lane, Promise<[Lane, Outcome]>>();
  const begin = (lane: Lane): void => {
    const { value: site, done } = left.next();
    if (done === true) running.delete(lane);
    else
      running.set(
        lane,
        lane.try(site).then((outcome) => [lane, outcome]),
      );
  };
  try {
    for (const lane of lanes) begin(lane);
    while (running.size > 0) {
      const [lane, outcome] = await Promise.race(running.values());
      begin(lane);
      yield outcome;
    }
  } finally {
    for (const lane of lanes) lane.end();
  }
}

/** One process after the other, one trial at a time. */
class Lane {
  #process: ChildProcess | undefined;
  #trials = 0;

  async try(site: Site | null): Promise<Outcome> {
    if (this.#trials === trialsPerProcess) this.end();
    const isFresh = this.#process === undefined;
    const child = this.#process ?? (await this.#begin());
    this.#trials += 1;
    const isOver = new AbortController();
    const { signal } = isOver;
    const ways = [once(child, "message", { signal }), once(child, "exit", { signal })];
    child.send({ site });
    const [said, killedBy] = (await Promise.race(ways)) as [Answer | number | null, string?];
    isOver.abort();
    await Promise.allSettled(ways);
    if (said !== null && typeof said === "object") return { site, ...said };
    this.end();
    // Its time may have been spent on the trials before this one.
    if (typeof killedBy === "string" && !isFresh) return this.try(site);
    return { site, by: typeof killedBy === "string" ? "time" : "crash" };
  }

  end(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
    this.#trials = 0;
  }

  /** Fails unless the process comes to the point of being sent something. */
  async #begin(): Promise<ChildProcess> {
    const program = join(import.meta.dirname, "trial.ts");
    const words = [process.execPath, "--disable-warning=ExperimentalWarning", program];
    const child = spawn("sh", ["-c", `ulimit -t ${cpuSecondsMax}; exec "$@"`, "sh", ...words], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [said] = (await Promise.race([once(child, "message"), once(child, "exit")])) as unknown[];
    if (said !== "ready") throw new Error(`the process of the trials does not begin: ${program}`);
    this.#process = child;
    return child;
  }
}
