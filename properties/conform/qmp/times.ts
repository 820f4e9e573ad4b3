/** The times of a log: the recorder's and QEMU's own. Both are clocks that people may set back. */
import { isFields, type Fields } from "./message.ts";

export interface Times {
  /** Seconds, as the recorder says. */
  readonly recorded?: number;
  /** Seconds, as QEMU says of its events. */
  readonly sent?: number;
  /** One of them is less than it was. */
  readonly isBack?: boolean;
}

/** The times after a line. */
export function timesOf(line: Fields, before: Times): Times {
  const { t, msg } = line;
  const message = isFields(msg) ? msg : line;
  const recorded = typeof t === "number" ? t : before.recorded;
  const sent = sentAt(message["timestamp"]) ?? before.sent;
  return {
    isBack: isLess(recorded, before.recorded) || isLess(sent, before.sent),
    ...(recorded !== undefined && { recorded }),
    ...(sent !== undefined && { sent }),
  };
}

function sentAt(timestamp: unknown): number | undefined {
  if (!isFields(timestamp)) return undefined;
  const { seconds, microseconds } = timestamp;
  if (typeof seconds !== "number" || typeof microseconds !== "number") return undefined;
  return seconds + microseconds / 1e6;
}

function isLess(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}
