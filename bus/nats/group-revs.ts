/**
 * Where the newest commits of each group stand, as far as this process has seen; bounded, the
 * longest unused forgotten first. Never believed against the log.
 */

export interface Place {
  readonly rev: number;
  readonly seq: number;
}

const groupsMax = 20_000;
/** Who lost a race for a group reads on from the commit that he knew: not far behind the newest. */
const placesMax = 16;

export class GroupRevs {
  /** Oldest first. */
  readonly #places = new Map<string, readonly Place[]>();
  readonly #groupsMax: number;

  constructor(max = groupsMax) {
    this.#groupsMax = max;
  }

  /** The newest. */
  get(gid: string): Place | undefined {
    return this.#places.get(gid)?.at(-1);
  }

  /** The newest of those up to a rev. */
  upTo(gid: string, rev: number): Place | undefined {
    return this.#places.get(gid)?.findLast((place) => place.rev <= rev);
  }

  /** Notes a commit that is in the log, unless a later one of the group is known. */
  note(gid: string, place: Place): void {
    const known = this.get(gid);
    if (known === undefined || known.seq <= place.seq) this.believe(gid, place);
  }

  /** Notes the group's newest commit; whatever was known from there on is none of its history. */
  believe(gid: string, place: Place): void {
    const known = this.#places.get(gid) ?? [];
    const before = known.filter(({ rev, seq }) => rev < place.rev && seq < place.seq);
    this.#places.delete(gid);
    this.#places.set(gid, [...before, place].slice(-placesMax));
    if (this.#places.size <= this.#groupsMax) return;
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest);
      return;
    }
  }

  forget(gid: string): void {
    this.#places.delete(gid);
  }
}
