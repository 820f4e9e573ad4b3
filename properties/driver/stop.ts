/** A stop: where a rehearsed run is interrupted, and how. */

export interface Stop {
  /**
   * Killed: nothing of it ever goes on. Given back: its worker drains, and it is to go on with
   * another. Paused: it parks, and goes on.
   */
  readonly how: "killed" | "cancelled" | "given back" | "paused";
  readonly at: "pause point" | "checkpoint";
  /** Which one, counted from 1. */
  readonly count: number;
}

/** How many there are of each in an unbroken run. */
export interface Places {
  readonly points: number;
  readonly checkpoints: number;
}

/** So many places of a run are tried, spread over all of it. */
const placesMax = 25;

export function stopText({ how, at, count }: Stop, { points, checkpoints }: Places): string {
  return `${how} at ${at} ${count} of ${at === "checkpoint" ? checkpoints : points}`;
}

/** Stops at pause points, or checkpoints, from the first to the last. */
export function stops(how: Stop["how"], at: Stop["at"], places: Places): readonly Stop[] {
  const all = at === "checkpoint" ? places.checkpoints : places.points;
  return spread(all).map((count) => ({ how, at, count }));
}

/** At most `placesMax` and one of the numbers 1 to `all`, the first and the last among them. */
function spread(all: number): readonly number[] {
  const every = Math.ceil(all / placesMax);
  return Array.from({ length: all }, (_each, index) => index + 1).filter(
    (count) => count % every === 1 % every || count === all,
  );
}
