/**
 * Which places come before others: those of a higher priority, unless they were found empty.
 */

export interface RankedPlace {
  /** Of its consumer. */
  readonly name: string;
  readonly priority: number;
}

/**
 * Where to look before anything lower is taken: of the highest priority that is not known to have
 * no work. None: one may wait at all of them, as nothing that waits is higher than the lowest.
 */
export function nextToLook(
  places: readonly RankedPlace[],
  empty: ReadonlySet<string>,
): readonly string[] {
  const lowest = places.at(-1)?.priority ?? 0;
  const left = places.filter(({ name, priority }) => priority > lowest && !empty.has(name));
  const highest = left[0]?.priority;
  return left.filter(({ priority }) => priority === highest).map(({ name }) => name);
}

/** Whether nothing that may wait in the places is higher than an item of that priority. */
export function isHighest(
  priority: number,
  places: readonly RankedPlace[],
  empty: ReadonlySet<string>,
): boolean {
  return places.every((place) => place.priority <= priority || empty.has(place.name));
}
