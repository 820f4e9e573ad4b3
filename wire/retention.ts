/**
 * Retention: what came to its end long ago is pruned now and then, slice by slice with time for others
 * in between. Any number of nodes may do so; each at another time, the first of which may come at once:
 * a node that is started every few minutes has its turn, too.
 */
import { isPassing } from "../actors/patience.ts";
import type { World } from "../bus/world.ts";
import type { Office } from "./office.ts";
import { pruneSlices } from "./prune-all.ts";

const everyMs = 3_600_000;
const restMs = 20;

interface Options {
  readonly world: World;
  readonly onError: (error: unknown) => void;
}

export class Retention implements AsyncDisposable {
  readonly #office: Pick<Office, "prune">;
  readonly #options: Options;
  readonly #retainMs: number;
  readonly #stop = new AbortController();
  readonly #work: Promise<void>;

  constructor(office: Pick<Office, "prune">, options: Options, retainMs: number) {
    this.#office = office;
    this.#options = options;
    this.#retainMs = retainMs;
    this.#work = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #run(): Promise<void> {
    const { world, onError } = this.#options;
    const { signal } = this.#stop;
    for (let waitMs = everyMs * world.random(); ; waitMs = everyMs * (0.5 + world.random())) {
      await world.sleep(waitMs, signal, { background: true });
      if (signal.aborted) return;
      try {
        await this.#prune(world.now() - this.#retainMs);
      } catch (error) {
        if (!isPassing(error)) onError(error);
      }
    }
  }

  async #prune(endedBy: number): Promise<void> {
    const { signal } = this.#stop;
    for await (const { next } of pruneSlices(this.#office, { endedBy, by: "keeper" })) {
      if (next === null) return;
      await this.#options.world.sleep(restMs, signal);
      if (signal.aborted) return;
    }
  }
}
