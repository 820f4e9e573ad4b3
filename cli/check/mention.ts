/** How far it is: a line that is written over, for who waits at a terminal. */
import { realWorld } from "../../bus/world.ts";

const everyMs = 200;

let saidAt = -Infinity;

/** Says it, at most five times a second; `isNew`: it is about something else than before. */
export function mention(text: string, isNew = false): void {
  const now = realWorld.monotonic();
  if (!process.stderr.isTTY || (!isNew && now - saidAt < everyMs)) return;
  saidAt = now;
  process.stderr.write(`\r${text} …\x1b[K`);
}

/** Makes room for a line that stays. */
export function clearMention(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
