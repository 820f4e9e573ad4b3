/** What of the processors' time a process has used, in milliseconds, as Linux tells it. */
import { readFileSync } from "node:fs";

const msPerTick = 10;

/** Undefined where that cannot be known. */
export function cpuMs(pid: number): number | undefined {
  try {
    const [, after = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const fields = after.split(" ").map(Number);
    return ((fields[11] ?? NaN) + (fields[12] ?? NaN)) * msPerTick;
  } catch {
    return undefined;
  }
}
