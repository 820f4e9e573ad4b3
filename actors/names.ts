/**
 * Names: user-chosen job ids and resources, taken before a group's first commit and never given
 * back by hand: a holder counts as gone when its log says so. At null a name stays and points at
 * its last job, so that history by id works.
 */
import { BusError } from "../bus/bus-error.ts";
import type { Value, Values } from "../bus/bus.ts";
import { keyEndOf } from "../bus/value-key.ts";
import type { World } from "../bus/world.ts";
import type { Draft } from "../machines/input.ts";
import type { Job, Resource } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import { isEnded } from "../machines/status.ts";

interface Holder {
  readonly gid: string;
  readonly uid: string;
  readonly shared: boolean;
  /** When it was reserved, milliseconds since 1970. */
  readonly at: number;
  /** By which try: one creation, sent again, may be under way at two desks. */
  readonly attempt?: string;
}

/** A holder as it is written now. */
type Reservation = Required<Holder>;

/** What the log says of a holder. */
export type Standing = { readonly job: Job } | "nothing yet" | "gone";

/** A creator that has taken a name and written nothing for so long is taken for dead. */
const creationMsMax = 10_000;

interface Judgement {
  readonly keep: readonly Holder[];
  readonly past: readonly Holder[];
  readonly refused?: Refusal;
}

interface Wish extends Reservation {
  readonly key: string;
  /** The last holder stays on record, for as long as the new one may come to nothing. */
  readonly remembers: boolean;
  /** Whether a job with that record still holds the name. */
  readonly holds: (job: Job) => boolean;
  readonly refuse: (holder: Job | "a sibling" | undefined) => Refusal;
}

/** A name that was taken, and who held it until then. */
interface Taken {
  readonly wish: Wish;
  readonly before: readonly Holder[];
}

export class Names {
  readonly #values: Values;
  readonly #world: World;
  readonly #standing: (holder: Holder) => Promise<Standing>;
  readonly #fence: (gid: string) => Promise<void>;

  /** `fence` makes sure that a group which wrote nothing never will. */
  constructor(
    values: Values,
    world: World,
    log: {
      readonly standing: (holder: Holder) => Promise<Standing>;
      readonly fence: (gid: string) => Promise<void>;
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
    return typeof (await this.#standing(holder)) === "object" ? holder.uid : past.uid;
  }

  /** Takes all ids and resources of a group, or none: then says who holds the first refused. */
  async take(gid: string, drafts: readonly Draft[]): Promise<Refusal | undefined> {
    const taken: Taken[] = [];
    for (const wish of this.#wishes(gid, drafts)) {
      const result = await this.#takeOne(wish);
      if ("before" in result) taken.push(result);
      else {
        for (const each of taken) await this.#giveBack(each);
        return result;
      }
    }
    return undefined;
  }

  #wishes(gid: string, drafts: readonly Draft[]): readonly Wish[] {
    const [at, attempt] = [this.#world.now(), this.#world.id()];
    const wishes = drafts.flatMap((draft) => {
      const holder = { gid, uid: draft.uid, at, attempt };
      const ids = draft.id === draft.uid ? [] : [idWish(draft.id, { ...holder, shared: false })];
      const resources = (draft.resources ?? []).map((resource) =>
        resourceWish(resource, { ...holder, shared: resource.shared }),
      );
      return [...ids, ...resources];
    });
    return wishes.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  }

  async #takeOne(wish: Wish): Promise<Taken | Refusal> {
    for (;;) {
      const value = await this.#values.get(wish.key);
      const before = value ? holdersOf(value) : [];
      const { keep, past, refused } = await this.#judge(wish, before);
      if (refused !== undefined) return refused;
      const remembered = wish.remembers ? past.slice(0, 1) : [];
      const holders = [...keep, own(wish), ...remembered];
      if (await this.#put(wish.key, holders, value)) return { wish, before };
    }
  }

  /** Which holders stay beside the newcomer and which have had the name; or why it cannot. */
  async #judge(wish: Wish, holders: readonly Holder[]): Promise<Judgement> {
    const keep: Holder[] = [];
    const past: Holder[] = [];
    for (const holder of holders) {
      if (holder.uid === wish.uid) continue;
      if (holder.gid === wish.gid) {
        if (!wish.shared || !holder.shared) {
          return { keep, past, refused: wish.refuse("a sibling") };
        }
        keep.push(holder);
        continue;
      }
      const standing = await this.#standingOf(holder);
      if (standing === "gone") continue;
      const job = standing === "nothing yet" ? undefined : standing.job;
      if (job !== undefined && !wish.holds(job)) {
        past.push(holder);
        continue;
      }
      if (!wish.shared || !holder.shared) return { keep, past, refused: wish.refuse(job) };
      keep.push(holder);
    }
    return { keep, past };
  }

  async #standingOf(holder: Holder): Promise<Standing> {
    const standing = await this.#standing(holder);
    if (standing !== "nothing yet" || this.#world.now() - holder.at < creationMsMax) {
      return standing;
    }
    await this.#fence(holder.gid);
    return this.#standing(holder);
  }

  /**
   * The name is as it was before: nobody's, or its last holder's. What another try of the same
   * creation has taken too stays taken, since that one may be about to write; if it does not, the
   * name is free when a silent creator's time is over.
   */
  async #giveBack({ wish, before }: Taken): Promise<void> {
    const isOther = (holder: Holder): boolean => holder.uid !== wish.uid;
    if (!before.every(isOther)) return;
    const value = await this.#values.get(wish.key);
    const holders = value ? holdersOf(value) : [];
    if (value === undefined || !holders.some(({ attempt }) => attempt === wish.attempt)) return;
    const others = holders.filter(isOther);
    const rest = others.length > 0 ? others : before.filter(isOther);
    if (rest.length > 0) await this.#put(wish.key, rest, value);
    else await ifUnchanged(this.#values.remove(wish.key, value.version));
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

function own({ gid, uid, shared, at, attempt }: Wish): Holder {
  return { gid, uid, shared, at, attempt };
}

function holdersOf(value: Value): readonly Holder[] {
  return JSON.parse(value.value) as readonly Holder[];
}

function nameKey(id: string): string {
  return `name.${keyEndOf(id)}`;
}

function idWish(id: string, holder: Reservation): Wish {
  return {
    ...holder,
    key: nameKey(id),
    remembers: true,
    holds: (job) => job.status !== "null",
    refuse: () => refusal(`Job ID '${id}' already in use`, "id-free", "create"),
  };
}

function resourceWish({ name }: Resource, holder: Reservation): Wish {
  return {
    ...holder,
    key: `resource.${keyEndOf(name)}`,
    remembers: false,
    holds: (job) => !isEnded(job.status),
    refuse: (holder) => {
      const text =
        holder === "a sibling"
          ? `Resource '${name}' is named by two jobs of the group`
          : `Resource '${name}' is held by ${holder ? `job '${holder.id}'` : "a new job"}`;
      return refusal(text, "resource-free", "create");
    },
  };
}
