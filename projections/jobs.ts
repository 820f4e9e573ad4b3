/**
 * The jobs view: what `query-jobs` answers, newest job first. Every query first catches up with
 * the log, so that it sees all that was appended before it was asked; live progress is laid over
 * the rows, and durations are as of now.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Bus, Log, Position, Shelf } from "../bus/bus.ts";
import { Lifetime } from "../bus/lifetime.ts";
import { memoryShelf } from "../bus/memory/memory-shelf.ts";
import type { World } from "../bus/world.ts";
import { gidOf } from "../machines/job-id.ts";
import type { Job } from "../machines/record.ts";
import { isEnded } from "../machines/status.ts";
import { keptUpTo, placeOf, type Moment } from "./as-of.ts";
import { statsKey, statsOf } from "./fold-batch.ts";
import { endedTag, everyTag, fromRow, idTag, openTag, type GroupRow } from "./group-row.ts";
import { groupInfo, type GroupInfo } from "./groups.ts";
import { inLine, isInLine } from "./in-line.ts";
import { jobInfo, type JobInfo } from "./job-info.ts";
import { Projection } from "./projection.ts";
import { samplesOf, type SampleOf } from "./sample.ts";
import type { Stats } from "./stats.ts";
import type { JobFilter, View } from "./view.ts";

interface Source {
  readonly log: Pick<Log, "readAll">;
  readonly shelf: Shelf;
  readonly nowMs: () => number;
  readonly samples: (uid?: string) => Promise<SampleOf>;
  /** It is folded once: nothing comes any more, though something may go. */
  readonly isPast?: true;
}

const hourMs = 3_600_000;
/** Samples are kept in one place only, which may be away while the log is not. */
const samplesMsMax = 500;
const none: SampleOf = () => undefined;

/** The view of a bus, on its shelf. */
export function jobsView(bus: Pick<Bus, "log" | "shelf" | "signals">, world: World): JobsView {
  const { log, shelf, signals } = bus;
  return new JobsView({
    log,
    shelf,
    nowMs: () => world.now(),
    samples: (uid) => soonOrNone(samplesOf(signals, uid), world),
  });
}

/** No samples where they cannot be had soon: what a job is does not hang on them. */
async function soonOrNone(samples: Promise<SampleOf>, world: World): Promise<SampleOf> {
  const had = new AbortController();
  const late = world.sleep(samplesMsMax, had.signal).then(() => none);
  try {
    return await Promise.race([samples, late]);
  } catch (error) {
    if (error instanceof BusError && error.code === "unavailable") return none;
    throw error;
  } finally {
    had.abort();
  }
}

export class JobsView implements View {
  readonly #source: Source;
  readonly #projection: Projection;
  #folded: Promise<Position> | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#projection = new Projection(source);
  }

  catchUp(): Promise<Position> {
    if (this.#source.isPast) return (this.#folded ??= this.#projection.catchUp());
    return this.#projection.catchUp();
  }

  /** Folds the whole log again, and puts the result in place of what there was. */
  rebuild(): Promise<Position> {
    return this.#projection.rebuild();
  }

  async jobs(filter: JobFilter = {}): Promise<readonly JobInfo[]> {
    const all = filter.all === true || filter.status === "null";
    const rows = await this.#find(all ? everyTag : openTag);
    return this.#infos(rows, (job) => (all || job.status !== "null") && passes(job, filter));
  }

  async byId(id: string): Promise<readonly JobInfo[]> {
    return this.#infos(await this.#find(idTag(id)), (job) => job.id === id);
  }

  async byUid(uid: string): Promise<JobInfo | undefined> {
    const rows = await this.#get(gidOf(uid));
    const [info] = await this.#infos(rows, (job) => job.uid === uid, uid);
    return info;
  }

  async endedSince(timeMs: number): Promise<readonly JobInfo[]> {
    await this.catchUp();
    const rows = new Map<string, GroupRow>();
    for (let hour = timeMs; hour < this.#source.nowMs() + hourMs; hour += hourMs) {
      for (const row of await this.#projection.find(endedTag(hour))) {
        rows.set(row.key, fromRow(row));
      }
    }
    const infos = await this.#infos([...rows.values()], ({ endedAt }) => (endedAt ?? 0) >= timeMs);
    return infos.toSorted((a, b) => endOf(b).localeCompare(endOf(a)));
  }

  async groups({ all = false } = {}): Promise<readonly GroupInfo[]> {
    const rows = await this.#find(all ? everyTag : openTag);
    return rows.map(groupInfo).filter((info) => info !== undefined);
  }

  async group(gid: string): Promise<GroupInfo | undefined> {
    const [row] = await this.#get(gid);
    return row && groupInfo(row);
  }

  async stats(): Promise<Stats> {
    await this.catchUp();
    const [row] = await this.#projection.get([statsKey]);
    return statsOf(row);
  }

  /** Folded from the first commit that is kept, in memory. */
  async asOf(moment: Moment): Promise<JobsView> {
    const { log } = this.#source;
    const { position, timeMs } = await placeOf(log, moment);
    return new JobsView({
      log: keptUpTo(log, position),
      isPast: true,
      shelf: memoryShelf(new Lifetime("memory:")),
      nowMs: () => timeMs,
      samples: async () => () => undefined,
    });
  }

  async #find(tag: string): Promise<readonly GroupRow[]> {
    await this.catchUp();
    return (await this.#projection.find(tag)).map(fromRow);
  }

  async #get(gid: string): Promise<readonly GroupRow[]> {
    await this.catchUp();
    return (await this.#projection.get([gid])).map(fromRow);
  }

  /** The members that are wanted, newest first as the rows are. */
  async #infos(
    rows: readonly GroupRow[],
    isWanted: (job: Job) => boolean,
    uid?: string,
  ): Promise<readonly JobInfo[]> {
    const at = this.#source.nowMs();
    const samples = await this.#source.samples(uid);
    const infos = rows.flatMap(({ group, newer, strides }) =>
      group.jobs
        .map((job, index) => ({ job, stride: strides[index] }))
        .filter(({ job }) => isWanted(job))
        .toReversed()
        .map(({ job, stride }) => {
          const sample = isEnded(job.status) ? undefined : samples(job.uid);
          return jobInfo(group, job, { at, sample, stride, newer });
        }),
    );
    if (!rows.some(({ group }) => group.jobs.some((job) => isInLine(job, at)))) return infos;
    const open = (await this.#projection.find(openTag)).map((row) => fromRow(row).group);
    return inLine(infos, open, at);
  }
}

function endOf(info: JobInfo): string {
  return info["ended-at"] ?? "";
}

function passes(job: Job, { status, type, labels = {} }: JobFilter): boolean {
  if (status !== undefined && job.status !== status) return false;
  if (type !== undefined && job.type !== type) return false;
  return Object.entries(labels).every(([label, value]) => job.labels[label] === value);
}
