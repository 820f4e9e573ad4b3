/**
 * Names: user-chosen job ids and resources, taken before a group's first commit and never given
 * back by hand: a holder counts as gone when its log says so. At null a name stays and points at
 * its last job, so that history by id works.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Value, Values } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";
import type { Draft } from "../machines/input.ts";
import type { Group, Job } from "../machines/record.ts";
import type { Refusal } from "../machines/refusal.ts";
import { mayAllHold } from "../machines/resources.ts";
import { isEnded } from "../machines/status.ts";
import { memberOf } from "./commands.ts";
import {
  nameKey,
  whyCrowded,
  wishesToClaim,
  wishesToHold,
  type Holder,
  type Occasion,
  type Wish,
} from "./wish.ts";

/** What the log says of a holder: how far its group has come, and its record if it is there. */
export interface Standing {
  /** 0: nothing yet. */
  readonly rev: number;
  readonly job: Job | undefined;
  /** Its record is gone, since its group was pruned. */
  readonly isPruned: boolean;
}

/** The group that takes, as far as it has come. */
export type Taker = { readonly gid: string; readonly rev: number; readonly group: Group };

/** Who has taken a name and not written for so long what it was taken for is taken for dead. */
const silenceMsMax = 10_000;

interface Judgement {
  readonly keep: readonly Holder[];
  readonly past: readonly Holder[];
  readonly refused?: Refusal;
}

/**
 * How a holder stands to a newcomer. `rival`: a claim of the same group, of which only one can be
 * the next commit.
 */
type Part = { readonly is: "holds"; readonly job: Job | undefined } | "past" | "gone" | "rival";

/** A name that was taken, and who held it until then. */
interface Taken {
  readonly wish: Wish;
  readonly before: readonly Holder[];
}

export class Names {
  readonly #values: Values;
  readonly #world: World;
  readonly #standing: (holder: Holder) => Promise<Standing>;
  readonly #fence: (gid: string, rev: number) => Promise<void>;

  /** `fence` makes sure that a group's commit of that rev, if it is the next one, is nobody's. */
  constructor(
    values: Values,
    world: World,
    log: {
      readonly standing: (holder: Holder) => Promise<Standing>;
      readonly fence: (gid: string, rev: number) => Promise<void>;
    },
  ) {
    this.#values = values;
    this.#world = world;
    this.#standing = log.standing;
    this.#fence = log.fence;
  }

  /** The uid of the last job that had the id; undefined when none ever had. */
  async uidOf(id: string): Promise<string | undefined> {
    const value = await this.#values.get(nameKey(id));
    const [holder, past] = value ? holdersOf(value) : [];
    if (holder === undefined || past === undefined) return holder?.uid;
    const { job, isPruned } = await this.#standing(holder);
    return job !== undefined || isPruned ? holder.uid : past.uid;
  }

  /**
   * Takes all ids of a group, and the resources that its jobs hold from the beginning, or none: then
   * says who holds the first refused.
   */
  async take(
    gid: string,
    drafts: readonly Draft[],
    completion: Job["completion"],
  ): Promise<Refusal | undefined> {
    const crowded = whyCrowded(drafts, completion);
    return crowded ?? this.#takeAll(wishesToHold(drafts, this.#occasion(gid, 1)));
  }

  /** Takes again what jobs of a group had when it had come to that rev. */
  async takeAgain(
    gid: string,
    rev: number,
    drafts: readonly Draft[],
  ): Promise<Refusal | undefined> {
    return this.#takeAll(wishesToHold(drafts, this.#occasion(gid, rev)));
  }

  /** Takes the resources of a job that waited, for a claim that is to be its group's next commit. */
  async takeToClaim(job: Job, taker: Taker): Promise<Refusal | undefined> {
    const occasion = this.#occasion(taker.gid, taker.rev + 1);
    return this.#takeAll(wishesToClaim(job, occasion), taker);
  }

  #occasion(gid: string, rev: number): Occasion {
    return { gid, rev, at: this.#world.now(), attempt: this.#world.id() };
  }

  async #takeAll(wishes: readonly Wish[], taker?: Taker): Promise<Refusal | undefined> {
    const taken: Taken[] = [];
    for (const wish of wishes) {
      const result = await this.#takeOne(wish, taker);
      if ("before" in result) taken.push(result);
      else {
        for (const each of taken) await this.#giveBack(each);
        return result;
      }
    }
    return undefined;
  }

  async #takeOne(wish: Wish, taker: Taker | undefined): Promise<Taken | Refusal> {
    for (;;) {
      const value = await this.#values.get(wish.key);
      const before = value ? holdersOf(value) : [];
      const { keep, past, refused } = await this.#judge(wish, before, taker);
      if (refused !== undefined) return refused;
      const remembered = wish.remembers ? past.slice(0, 1) : [];
      const own = before.find(({ uid }) => uid === wish.holder.uid);
      // A desk that is behind takes nothing from the try of one that is not.
      const rev = Math.max(wish.holder.rev, own?.rev ?? 1);
      const holders = [...keep, { ...wish.holder, rev }, ...remembered];
      if (await this.#put(wish.key, holders, value)) return { wish, before };
    }
  }

  /** Which holders stay beside the newcomer and which have had the name; or why it cannot. */
  async #judge(
    wish: Wish,
    holders: readonly Holder[],
    taker: Taker | undefined,
  ): Promise<Judgement> {
    const keep: Holder[] = [];
    const past: Holder[] = [];
    const terms: Holder[] = [];
    const jobs: (Job | undefined)[] = [];
    for (const holder of holders) {
      if (holder.uid === wish.holder.uid) continue;
      const part = await this.#partOf(holder, wish, taker);
      if (part === "past") past.push(holder);
      else if (part !== "gone") keep.push(holder);
      if (typeof part !== "object") continue;
      terms.push(holder);
      jobs.push(part.job);
    }
    const all = [...terms, wish.holder];
    return mayAllHold(all) ? { keep, past } : { keep, past, refused: wish.refuse(jobs, all) };
  }

  async #partOf(holder: Holder, wish: Wish, taker: Taker | undefined): Promise<Part> {
    const isSibling = holder.gid === wish.holder.gid;
    if (isSibling && taker === undefined) return { is: "holds", job: undefined };
    const standing =
      isSibling && taker !== undefined
        ? { rev: taker.rev, job: memberOf(taker.group, holder.uid), isPruned: false }
        : await this.#standingOf(holder);
    const { job, isPruned } = standing;
    if (isReserved(holder, standing)) return isSibling ? "rival" : { is: "holds", job };
    if (job === undefined) return isPruned ? "past" : "gone";
    return wish.holds(job) ? { is: "holds", job } : "past";
  }

  /** Who is silent for too long is fenced, since it may live and write after all. */
  async #standingOf(holder: Holder): Promise<Standing> {
    const standing = await this.#standing(holder);
    if (!isReserved(holder, standing) || this.#world.now() - holder.at < silenceMsMax) {
      return standing;
    }
    await this.#fence(holder.gid, standing.rev + 1);
    return this.#standing(holder);
  }

  /**
   * The name is as it was before: nobody's, or its last holder's. What another try of the same
   * creation has taken too stays taken, since that one may be about to write; if it does not, the
   * name is free when a silent creator's time is over.
   */
  async #giveBack({ wish: { key, holder }, before }: Taken): Promise<void> {
    const isOther = ({ uid }: Holder): boolean => uid !== holder.uid;
    if (!before.every((each) => isOther(each) || (each.rev ?? 1) < holder.rev)) return;
    const value = await this.#values.get(key);
    const holders = value ? holdersOf(value) : [];
    if (value === undefined || !holders.some(({ attempt }) => attempt === holder.attempt)) return;
    const others = holders.filter(isOther);
    const rest = others.length > 0 ? others : before.filter(isOther);
    if (rest.length > 0) await this.#put(key, rest, value);
    else await ifUnchanged(this.#values.remove(key, value.version));
  }

  async #put(key: string, holders: readonly Holder[], seen: Value | undefined): Promise<boolean> {
    return ifUnchanged(
      this.#values.put(key, JSON.stringify(holders), { expect: seen?.version ?? 0 }),
    );
  }
}

async function ifUnchanged(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof BusError && error.code === "conflict") return false;
    throw error;
  }
}

/** Whether what it was reserved for may still be written. */
function isReserved({ rev = 1 }: Holder, standing: Standing): boolean {
  return standing.rev < rev && !(standing.job !== undefined && isEnded(standing.job.status));
}

function holdersOf(value: Value): readonly Holder[] {
  return JSON.parse(value.value) as readonly Holder[];
}
