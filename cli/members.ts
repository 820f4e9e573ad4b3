/**
 * The members of one group as they stand now: folded from the group's commits as they come, with
 * live samples laid over them. What `run` and `transaction` watch.
 */
import type { Bus, Stored } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import { Ledger } from "../machines/ledger.ts";
import type { Job } from "../machines/record.ts";
import { isEnded } from "../machines/status.ts";
import { eventsOf, type HistoryEvent } from "../projections/history.ts";
import { inSomeLine } from "../projections/in-line.ts";
import { jobInfo, type JobInfo } from "../projections/job-info.ts";
import { samplesOf, type SampleOf } from "../projections/sample.ts";

export class Members {
  readonly #ledger: Ledger;
  readonly #world: World;
  readonly #bus: Bus;
  #sampleOf: SampleOf = () => undefined;

  constructor(gid: string, bus: Bus, world: World) {
    this.#ledger = new Ledger(gid);
    this.#bus = bus;
    this.#world = world;
  }

  /** The group's events after a position, as they come, until all members have ended. */
  async *events(after: number, signal: AbortSignal): AsyncGenerator<HistoryEvent> {
    for await (const batch of this.#bus.log.follow(after, signal)) {
      for (const stored of batch) {
        if (stored.gid === this.#ledger.gid) yield* this.#read(stored);
      }
      if (this.haveEnded) return;
    }
  }

  get haveEnded(): boolean {
    const { jobs } = this.#ledger.group;
    return jobs.length > 0 && jobs.every(({ status }) => isEnded(status));
  }

  /** They finish together: what is asked of one is asked of all. */
  get isGrouped(): boolean {
    return this.#ledger.group.jobs[0]?.completion === "grouped";
  }

  /** The members, oldest first. */
  get infos(): readonly JobInfo[] {
    return this.#ledger.group.jobs.map((job) => this.#infoOf(job));
  }

  /** The member with that uid. */
  info(uid: string | null): JobInfo | undefined {
    const { group } = this.#ledger;
    const job = group.jobs.find((each) => each.uid === uid);
    return job && this.#infoOf(job);
  }

  /** Looks where the work stands now, between two events. */
  async look(): Promise<void> {
    const held = this.#ledger.group.jobs.filter(({ claim }) => claim !== null);
    const sampleOf = async ({ uid }: Job): Promise<readonly [string, ReturnType<SampleOf>]> => {
      return [uid, (await samplesOf(this.#bus.signals, uid))(uid)];
    };
    try {
      const samples = new Map(await Promise.all(held.map(sampleOf)));
      this.#sampleOf = (uid) => samples.get(uid);
    } catch {
      // Samples may be lost without harm: what is shown stays as it was.
    }
  }

  #infoOf(job: Job): JobInfo {
    const [at, sample] = [this.#world.now(), this.#sampleOf(job.uid)];
    return inSomeLine(jobInfo(this.#ledger.group, job, { at, sample }), job, at);
  }

  #read(stored: Stored): readonly HistoryEvent[] {
    return eventsOf(stored, this.#ledger.read(stored.text));
  }
}
