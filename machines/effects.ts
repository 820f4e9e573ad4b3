/**
 * Effects: what a commit makes due at once. All of them follow from the record again (duty.ts), so
 * that one which was never carried out, or twice, does no harm.
 */
import { offerOf, type Offer } from "./duty.ts";
import type { Group } from "./record.ts";

export type Effect =
  | { readonly do: "offer"; readonly offer: Offer }
  /** Tells the session that holds the job to look at its record again. */
  | { readonly do: "poke"; readonly session: string; readonly uid: string };

/** The effects of a group having become `after`. */
export function effectsOf(before: Group, after: Group): readonly Effect[] {
  const effects: Effect[] = [];
  for (const [index, job] of after.jobs.entries()) {
    if (job === before.jobs[index]) continue;
    const offer = offerOf(job);
    if (offer !== undefined) effects.push({ do: "offer", offer });
    const session = job.claim?.session ?? before.jobs[index]?.claim?.session;
    if (session !== undefined) effects.push({ do: "poke", session, uid: job.uid });
  }
  return effects;
}
