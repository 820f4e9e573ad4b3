/**
 * Wishes: what a creation or a claim wants to have, each an id or a resource, and with which words
 * it is refused.
 */
import { keyEndOf } from "../bus/value-key.ts";
import type { Draft } from "../machines/input.ts";
import type { Job, Resource } from "../machines/record.ts";
import { refusal, type Refusal } from "../machines/refusal.ts";
import { holdsResources, mayAllHold, placesOf, takesWhenClaimed } from "../machines/resources.ts";

/** Somebody who has a name, or is about to: a reservation, until the log says what became of it. */
export interface Holder {
  readonly gid: string;
  readonly uid: string;
  readonly shared: boolean;
  /** How many may hold it beside one another; absent: one, or any number when shared. */
  readonly limit?: number;
  /** When it was reserved, milliseconds since 1970. */
  readonly at: number;
  /** By which try: one creation, sent again, may be under way at two desks. */
  readonly attempt?: string;
  /** The commit of its group that it is reserved for. Absent: the first. */
  readonly rev?: number;
}

/** A holder as it is written now. */
type Reservation = Holder & Required<Pick<Holder, "attempt" | "rev">>;

export interface Wish {
  readonly key: string;
  readonly holder: Reservation;
  /** The last holder stays on record, for as long as the new one may come to nothing. */
  readonly remembers: boolean;
  /** Whether a job with that record still holds the name. */
  readonly holds: (job: Job) => boolean;
  /** In the words of those who have it; undefined for one that is still being created. */
  readonly refuse: (holders: readonly (Job | undefined)[], terms: readonly Holder[]) => Refusal;
}

export type Occasion = Pick<Reservation, "gid" | "rev" | "at" | "attempt">;

/** What jobs hold from the beginning, in the order in which it is to be taken. */
export function wishesToHold(drafts: readonly Draft[], occasion: Occasion): readonly Wish[] {
  const wishes = drafts.flatMap((draft) => {
    const { id, uid, resources = [] } = draft;
    const holder = { ...occasion, uid };
    const ids = id === uid ? [] : [idWish(id, { ...holder, shared: false })];
    if (takesWhenClaimed(draft)) return ids;
    return [...ids, ...resources.map((each) => resourceWish(each, holder, "create"))];
  });
  return inOrder(wishes);
}

/** What a job that waited has to take before it is claimed. */
export function wishesToClaim({ uid, resources }: Job, occasion: Occasion): readonly Wish[] {
  const holder = { ...occasion, uid };
  return inOrder(resources.map((each) => resourceWish(each, holder, "claimed")));
}

/** The same order for everybody, so that nobody waits in a circle. */
function inOrder(wishes: readonly Wish[]): readonly Wish[] {
  return wishes.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

/**
 * Why jobs can never be what they are together: members that finish together hold what they need
 * together, others only what they hold from the beginning.
 */
export function whyCrowded(
  drafts: readonly Draft[],
  completion: Job["completion"],
): Refusal | undefined {
  const together = drafts.filter((draft) => completion === "grouped" || !takesWhenClaimed(draft));
  const uses = new Map<string, Resource[]>();
  for (const { resources = [] } of together) {
    for (const each of resources) uses.set(each.name, [...(uses.get(each.name) ?? []), each]);
  }
  const crowded = [...uses].find(([, all]) => !mayAllHold(all));
  if (crowded === undefined) return undefined;
  const [name, all] = crowded;
  const places = placesOf(all);
  const what = `Resource '${name}' is named by ${all.length === 2 ? "two" : all.length} jobs of the group`;
  const text = places === 1 ? what : `${what}: at most ${places} at once`;
  return refusal(text, "resource-free", "create");
}

export function nameKey(id: string): string {
  return `name.${keyEndOf(id)}`;
}

function idWish(id: string, holder: Reservation): Wish {
  return {
    key: nameKey(id),
    holder,
    remembers: true,
    holds: (job) => job.status !== "null",
    refuse: () => refusal(`Job ID '${id}' already in use`, "id-free", "create"),
  };
}

function resourceWish(
  { name, shared, limit }: Resource,
  holder: Omit<Reservation, "shared">,
  verb: "create" | "claimed",
): Wish {
  return {
    key: `resource.${keyEndOf(name)}`,
    holder: { ...holder, shared, ...(limit === undefined ? {} : { limit }) },
    remembers: false,
    holds: holdsResources,
    refuse: (holders, terms) => {
      const text = `Resource '${name}' is held by ${holdersText(holders, placesOf(terms))}`;
      return refusal(text, "resource-free", verb);
    },
  };
}

const holdersShown = 5;

function holdersText(holders: readonly (Job | undefined)[], places: number): string {
  const [only] = holders;
  if (holders.length === 1) return only ? `job '${only.id}'` : "a new job";
  const whose = holders.map((job) => (job ? `'${job.id}'` : "a new one"));
  const more = whose.length - holdersShown;
  const shown = [...whose.slice(0, holdersShown), ...(more > 0 ? [`${more} more`] : [])];
  return `jobs ${shown.join(", ")}: at most ${places} at once`;
}
