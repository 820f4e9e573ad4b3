/** The claims of an error's text: what it says of a job must have been so, whoever had asked. */
import type { JobStatus } from "./job-event.ts";
import { admitsVerb, blockTypes, type QmpVerb } from "./tables.ts";
import { verbs } from "../../../machines/status.ts";
import type { World } from "./world.ts";

interface Claim {
  readonly text: RegExp;
  /** Why it cannot be; undefined when it can. */
  readonly wrong: (
    world: World,
    found: Readonly<Record<string, string>>,
    statuses: ReadonlySet<JobStatus | undefined>,
  ) => string | undefined;
}

export const claimRule = "an error's text is true";

const wellFormed = /^[A-Za-z][A-Za-z0-9._-]*$/;

const claims: readonly Claim[] = [
  {
    text: /^Job '(?<job>.*)' in state '(?<state>.*)' cannot accept command verb '(?<verb>.*)'$/s,
    wrong(_world, { state = "", verb = "" }, statuses) {
      if (!Object.hasOwn(verbs, verb)) return `there is no verb '${verb}'`;
      if (admitsVerb(state as JobStatus, verb as QmpVerb)) return `'${state}' accepts ${verb}`;
      return isAmong(statuses, state as JobStatus) ? undefined : `the job was never '${state}'`;
    },
  },
  {
    text: /^Block job '(?<job>.*)' not found$/s,
    wrong(world, { job = "" }, statuses) {
      const { type } = world.job(job);
      const isBlockJob = type !== undefined && blockTypes.has(type);
      return isBlockJob && !isAmong(statuses, "null") ? `there is a ${type} job ${job}` : undefined;
    },
  },
  {
    text: /^Job ID '(?<job>.*)' already in use$/s,
    wrong(_world, { job = "" }, statuses) {
      const isFree = [...statuses].every((status) => status === "null");
      return isFree ? `there was no job ${job}` : undefined;
    },
  },
  {
    text: /^Invalid job ID '(?<job>.*)'$/s,
    wrong(_world, { job = "" }) {
      return wellFormed.test(job) ? `'${job}' is a well-formed id` : undefined;
    },
  },
];

export function isWellFormed(id: string): boolean {
  return wellFormed.test(id);
}

/**
 * Why an error cannot say so; undefined when it can. `since`: the first change that may have come
 * after what it speaks of; -1 when that is not known.
 */
export function brokenClaim(world: World, text: string, since: number): string | undefined {
  if (world.sets.without === claimRule) return undefined;
  for (const claim of claims) {
    const found = claim.text.exec(text)?.groups;
    if (found === undefined) continue;
    world.hasEvidence = true;
    return claim.wrong(world, found, statusesSince(world, found["job"] ?? "", since));
  }
  return undefined;
}

/** All statuses that a job has had since then; undefined among them: it may have been any. */
function statusesSince(
  world: World,
  id: string,
  since: number,
): ReadonlySet<JobStatus | undefined> {
  const isKnown = since >= world.changesBefore;
  const first = Math.max(0, since - world.changesBefore);
  const changes = world.changes.slice(first).filter(({ job }) => job === id);
  return new Set([
    world.statusOf(id),
    ...changes.map(({ before }) => before),
    ...(isKnown ? [] : [undefined]),
  ]);
}

function isAmong(statuses: ReadonlySet<JobStatus | undefined>, status: JobStatus): boolean {
  return statuses.has(status) || statuses.has(undefined);
}
