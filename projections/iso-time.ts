/**
 * Times as people and other programs read them: RFC 3339, UTC, milliseconds. Inside, a time is a
 * number of milliseconds since 1970. Readings of a clock never come from here.
 */

/** The time as text. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** As isoOf; null stays null. */
export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms);
}

/** The milliseconds of a time's text; NaN when it is none. */
export function msOf(text: string): number {
  return Date.parse(text);
}

/** The UTC hour that a time lies in: `2026-11-20T05`. */
export function utcHour(ms: number): string {
  return isoOf(ms).slice(0, "2026-11-20T05".length);
}
