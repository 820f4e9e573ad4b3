/**
 * A doubt about a commit's time: its facts follow from another time than the line bears. Clocks may
 * go back, so that alone is no divergence; it is said where facts that hang on the time differ.
 */
import type { Field } from "./fields.ts";

/** The time of the commit itself, as its facts tell it; the span counted since an earlier one. */
const instants: ReadonlySet<string> = new Set(["createdAt", "startedAt", "activeSince", "endedAt"]);
const span = "activeMs";
/** Times to come, which depend on other things as well. */
const plans: ReadonlySet<string> = new Set(["retryAt", "stuck.retryAt"]);

/** From this on nobody looks at milliseconds. */
const coarseMs = 10_000;

/** A commit's time, and that of the group's commit before it, in milliseconds since 1970. */
export interface Times {
  readonly at: number;
  /** Undefined for the first commit. */
  readonly before: { readonly at: number; readonly line: number } | undefined;
}

/** `the time goes back 1 h from line 5`; undefined when no clock has a part in the differences. */
export function clockDoubt(fields: readonly Field[], { at, before }: Times): string | undefined {
  const told = fields.filter(({ name }) => instants.has(name) || name === span);
  if (told.length === 0 && !fields.some(({ name }) => plans.has(name))) return undefined;
  if (before !== undefined && at < before.at) {
    return `the time goes back ${spanText(before.at - at)} from line ${before.line}`;
  }
  const shiftMs = told.map(shiftOf).find((ms) => ms !== undefined);
  if (shiftMs === undefined) return undefined;
  const where = shiftMs > 0 ? "later" : "earlier";
  return `the line's time is ${spanText(Math.abs(shiftMs))} ${where} than these facts tell`;
}

/** A span is counted from 0 on: one of 0 tells nothing of when it began. */
function shiftOf({ name, found, wanted }: Field): number | undefined {
  if (typeof found !== "number" || typeof wanted !== "number") return undefined;
  return name === span && wanted === 0 ? undefined : wanted - found;
}

/** `1 h`, `2 min 5 s`, `3 d 4 h`, `339 ms`: its two largest units, without those of which it has none. */
function spanText(ms: number): string {
  const whole = ms < coarseMs ? ms : Math.round(ms / 1_000) * 1_000;
  const amounts = [
    [Math.floor(whole / 86_400_000), "d"],
    [Math.floor(whole / 3_600_000) % 24, "h"],
    [Math.floor(whole / 60_000) % 60, "min"],
    [Math.floor(whole / 1_000) % 60, "s"],
    [whole % 1_000, "ms"],
  ] as const;
  const first = amounts.findIndex(([amount]) => amount > 0);
  const shown = amounts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}
