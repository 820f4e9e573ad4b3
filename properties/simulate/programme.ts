/** The programme of a run: its workload, on the schedule, and how much of it is still to come. */
import type { Client } from "./client.ts";
import type { Schedule } from "./schedule.ts";
import type { Workload } from "./workload.ts";

/** Whom the programme asks. */
export interface Cast {
  readonly clients: readonly Client[];
  /** The jobs that there are, oldest first. */
  readonly uids: readonly string[];
  readonly askView: () => void;
}

export class Programme {
  readonly #schedule: Schedule;
  #left = 0;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** How much has not been asked for yet. */
  get left(): number {
    return this.#left;
  }

  begin({ creations, wishes, viewsAtMs }: Workload, { clients, uids, askView }: Cast): void {
    for (const atMs of viewsAtMs) this.#add(atMs, "view", askView);
    for (const creation of creations) {
      this.#add(creation.atMs, "creation", () => clients[creation.client]?.create(creation));
    }
    for (const wish of wishes) {
      this.#add(wish.atMs, wish.verb, () => {
        const uid = uids[wish.nth % Math.max(1, uids.length)];
        if (uid !== undefined) clients[wish.client]?.ask(uid, wish);
      });
    }
  }

  #add(afterMs: number, what: string, ask: () => void): void {
    this.#left += 1;
    const act = (): void => {
      this.#left -= 1;
      ask();
    };
    this.#schedule.add(afterMs, { who: "world", what, act });
  }
}
