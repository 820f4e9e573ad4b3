/** What a worker that was told to stop says: what it does now, and what it left. */
import { counted } from "./units.ts";

/** Jobs have 10 s to come to a pause point; then the session ends, or what it asks times out. */
const leaveSMax = 20;

/** `isAway`: there is no connection to the bus just now. */
export function givingBackText(isAway: boolean): string {
  const what = isAway
    ? `there is no connection: waits up to ${leaveSMax} s for one, to give the jobs back`
    : "giving back what can go on elsewhere, ending the rest";
  return `${what}; interrupt again to leave at once`;
}

export function unstoppedText(count: number): string {
  const whose = count === 1 ? "its" : "their";
  return `${counted(count, "job")} did not stop in time; ${whose} next worker starts soon`;
}
