/** The place of an event in the log: the position of its commit, and which of its events it is. */

export interface EventPlace {
  readonly position: number;
  /** Absent: the whole commit, all its events included. */
  readonly index?: number;
}

/** The place that is written `12` or `12.1`; undefined when that is none. */
export function placeIn(text: string): EventPlace | undefined {
  const [, position, index] = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (position === undefined) return undefined;
  return { position: Number(position), ...(index === undefined ? {} : { index: Number(index) }) };
}

/** As placeIn reads it. */
export function placeText({ position, index }: EventPlace): string {
  return index === undefined ? `${position}` : `${position}.${index}`;
}

/** Whether an event's place comes after another; whatever is of a commit is not after the whole. */
export function isAfter(place: EventPlace, other: EventPlace): boolean {
  if (place.position !== other.position) return place.position > other.position;
  return (place.index ?? Infinity) > (other.index ?? Infinity);
}

/** The position after which a reader of commits must begin, to see all events after the place. */
export function commitsBefore({ position, index }: EventPlace): number {
  return index === undefined ? position : position - 1;
}
