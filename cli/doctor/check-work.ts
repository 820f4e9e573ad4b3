/** The check of the work: who holds a job is alive, who waits for a worker has one, nothing is stuck. */
import type { SessionInfo } from "../../actors/lease.ts";
import { hasTags } from "../../bus/tags.ts";
import { offerOf, type Offer } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { tagsText } from "../../machines/tags.ts";
import { linesOf } from "../../projections/in-line.ts";
import { durationText } from "../units.ts";
import type { Finding } from "./finding.ts";

/** `sessions`: those that are alive; `nowMs`: milliseconds since 1970. */
export function checkWork(
  open: readonly Group[],
  sessions: readonly SessionInfo[],
  nowMs: number,
): readonly Finding[] {
  const inLine = linesOf(open, nowMs);
  return open.flatMap(({ jobs }) =>
    jobs.flatMap((job) => [
      ...(inLine.has(job.uid) ? [] : unservedOf(job, sessions, nowMs)),
      ...problemsOf(job, sessions, nowMs),
    ]),
  );
}

function mayTake({ type, host, require = {} }: Offer): (session: SessionInfo) => boolean {
  return (session) =>
    session.types.includes(type) &&
    (host === undefined || host === session.host) &&
    hasTags(session.tags, require);
}

/** The worker that an offer waits for, and how to start it. */
function missingWorker({ type, host, require = {} }: Offer): Pick<Finding, "text" | "advice"> {
  const where = host === undefined ? "" : ` on ${host}`;
  const having = tagsText(require) === "" ? "" : ` with ${tagsText(require)}`;
  const options = Object.entries(require).map(([name, text]) => ` --tag ${name}=${text}`);
  return {
    text: `waits for a worker, and none that is alive${where} serves type ${type}${having}`,
    advice: `start one${where} with the command worker${options.join("")}`,
  };
}

/** What waits for others' resources needs no worker yet. */
function unservedOf(job: Job, sessions: readonly SessionInfo[], nowMs: number): readonly Finding[] {
  const offer = offerOf(job);
  if (offer === undefined || offer.at > nowMs || sessions.some(mayTake(offer))) return [];
  return [{ level: "problem", about: `job ${job.id}`, ...missingWorker(offer) }];
}

function problemsOf(job: Job, sessions: readonly SessionInfo[], nowMs: number): readonly Finding[] {
  const about = `job ${job.id}`;
  const level = "problem" as const;
  const findings: Finding[] = [];
  const { claim, stuck, damage } = job;
  if (claim !== null && !sessions.some(({ session }) => session === claim.session)) {
    const text = `is held by worker ${claim.worker} on ${claim.host}, which is gone`;
    findings.push({ level, about, text, advice: "start a worker: it takes over what is left" });
  }
  if (stuck !== null) {
    const wait = stuck.retryAt > nowMs ? `, next in ${durationText(stuck.retryAt - nowMs)}` : "";
    const text = `${stuck.step} failed ${stuck.tries} times${wait}: ${stuck.error}`;
    const advice = `remove the cause, or give up on it: abandon ${job.id}`;
    findings.push({ level, about, text, advice });
  }
  if (damage !== null) {
    findings.push({ level, about, text: damage, advice: "set it right by hand, then dismiss it" });
  }
  return findings;
}
