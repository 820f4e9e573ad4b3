/**
 * The truth about names at one moment: what the log and the values say, read past all creators.
 * The sentences that hold at every moment are asked here.
 */
import type { Bus } from "../../bus/bus.ts";
import { Ledger } from "../../machines/ledger.ts";
import type { Group, Job } from "../../machines/record.ts";
import { holdsResources } from "../../machines/resources.ts";
import type { Violation } from "../invariants/invariants.ts";
import { keysOf } from "./plans.ts";

/** A creator that has written nothing for so long may be taken for dead, and not before. */
export const graceMs = 10_000;

interface Holder {
  readonly gid: string;
  readonly uid: string;
  readonly at: number;
  /** The commit of its group that it is reserved for. */
  readonly rev?: number;
}

export class Truth {
  readonly #bus: Bus;
  readonly #clock: { readonly nowMs: number };
  readonly #ledgers = new Map<string, Ledger>();
  readonly #holders = new Map<string, readonly Holder[]>();
  readonly #versions = new Map<string, number>();
  /** When each group first took a name, milliseconds since 1970. */
  readonly #takenAt = new Map<string, number>();
  #text = "";

  constructor(bus: Bus, clock: { readonly nowMs: number }) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** All of it in words: two truths with the same words are the same. */
  get text(): string {
    return this.#text;
  }

  /** Reads what has come, and says what is wrong with it. */
  async look(): Promise<readonly Violation[]> {
    const fenced = await this.#readLog();
    await this.#readValues();
    const revs = [...this.#ledgers.values()].map(({ gid, rev }) => `${gid} ${rev}`);
    const text = [...revs, JSON.stringify([...this.#holders]), ...this.#takenAt].join("\n");
    if (text === this.#text) return [];
    this.#text = text;
    return [...this.#early(fenced), ...this.#twice(), ...this.#unheld(), ...this.#risen()];
  }

  /** Whether the value is still of that version, 0 for none. */
  isCurrent(key: string, version: number): boolean {
    return (this.#versions.get(key) ?? 0) === version;
  }

  group(gid: string): Group | undefined {
    return this.#ledgers.get(gid)?.group;
  }

  /** The jobs that have the name: alive, or holding the resource. */
  owners(key: string): readonly Job[] {
    return this.#jobs().filter((job) => has(job, key));
  }

  /** Whether anybody but that group has a right to the name now. */
  isTaken(key: string, gid: string): boolean {
    return (this.#holders.get(key) ?? []).some((holder) => {
      if (holder.gid === gid) return false;
      const { rev = 0, group } = this.#ledgers.get(holder.gid) ?? {};
      if (group === undefined) return this.#clock.nowMs - holder.at < graceMs;
      if (rev < (holder.rev ?? 1)) return true;
      return group.jobs.some((job) => job.uid === holder.uid && has(job, key));
    });
  }

  #jobs(): readonly Job[] {
    return [...this.#ledgers.values()].flatMap(({ group }) => group.jobs);
  }

  /** The gids that were fenced. */
  async #readLog(): Promise<readonly string[]> {
    const fenced: string[] = [];
    let known = 0;
    for (const { rev } of this.#ledgers.values()) known += rev;
    if ((await this.#bus.log.head()) === known) return fenced;
    for await (const batch of this.#bus.log.readAll(known)) {
      for (const { gid, text } of batch) {
        const ledger = this.#ledgers.get(gid) ?? new Ledger(gid);
        this.#ledgers.set(gid, ledger);
        ledger.read(text);
        if (ledger.group.voided) fenced.push(gid);
      }
    }
    return fenced;
  }

  async #readValues(): Promise<void> {
    this.#holders.clear();
    this.#versions.clear();
    for (const { key, value, version } of await this.#bus.values.list("")) {
      const holders = JSON.parse(value) as readonly Holder[];
      this.#holders.set(key, holders);
      this.#versions.set(key, version);
      for (const { gid, at } of holders) {
        if (!this.#takenAt.has(gid)) this.#takenAt.set(gid, at);
      }
    }
  }

  *#early(fenced: readonly string[]): Iterable<Violation> {
    for (const gid of fenced) {
      const heldMs = this.#clock.nowMs - (this.#takenAt.get(gid) ?? -Infinity);
      if (heldMs >= graceMs) continue;
      yield broken("N5", "no creator is fenced in its first ten seconds", `${gid}, ${heldMs} ms`);
    }
  }

  *#twice(): Iterable<Violation> {
    for (const key of new Set(keysOf(this.#jobs()))) {
      const owners = this.owners(key).map(({ uid }) => uid);
      if (owners.length < 2) continue;
      yield broken("N1", "a name is one living job's", `${key} is that of ${owners.join(" and ")}`);
    }
  }

  *#unheld(): Iterable<Violation> {
    for (const key of new Set(keysOf(this.#jobs()))) {
      for (const { uid } of this.owners(key)) {
        if (this.#holders.get(key)?.some((holder) => holder.uid === uid)) continue;
        yield broken("N2", "a living job is registered under its names", `${uid} not under ${key}`);
      }
    }
  }

  *#risen(): Iterable<Violation> {
    for (const [gid, { group }] of this.#ledgers) {
      if (!group.voided || group.jobs.length === 0) continue;
      yield broken("N4", "a fenced creator never writes", gid);
    }
  }
}

function has(job: Job, key: string): boolean {
  if (key === `name.${job.id}`) return job.status !== "null";
  return holdsResources(job) && job.resources.some(({ name }) => key === `resource.${name}`);
}

export function broken(id: string, sentence: string, what: string): Violation {
  return { id, text: `${id} ${sentence}: ${what}` };
}
