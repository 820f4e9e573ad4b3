/**
 * Resources: which job holds them by its record, and how many may at once. What keeps the jobs of
 * different groups apart is not the log but the names (actors/names.ts); this is the rule of both.
 */
import type { Job, Resource } from "./record.ts";
import { isEnded } from "./status.ts";

/** On what terms somebody holds a resource. */
export type Terms = Pick<Resource, "shared" | "limit">;

/** Whether the job takes its resources when it is claimed, and not when it is created. */
export function takesWhenClaimed({
  onBusy = "refuse",
  resources = [],
}: Partial<Pick<Job, "onBusy" | "resources">>): boolean {
  return onBusy === "wait" && resources.length > 0;
}

/**
 * Whether the job holds its resources: until it has concluded, and one that waited for them only
 * while somebody has claimed it.
 */
export function holdsResources({
  onBusy,
  status,
  claim,
}: Pick<Job, "onBusy" | "status" | "claim">): boolean {
  return !isEnded(status) && (onBusy === "refuse" || claim !== null);
}

/** How many may hold a resource at once when it is these: the smallest limit among them. */
export function placesOf(holders: readonly Terms[]): number {
  return Math.min(...holders.map(({ shared, limit = 1 }) => (shared ? Infinity : limit)));
}

/** Whether they may all hold one resource at once. */
export function mayAllHold(holders: readonly Terms[]): boolean {
  return holders.length <= placesOf(holders);
}
