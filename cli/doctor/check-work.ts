/** The check of the work: who holds a job is alive, who waits for a worker has one, nothing is stuck. */
import { Lease, type SessionInfo } from "../../actors/lease.ts";
import type { Bus } from "../../bus/bus.ts";
import { offerOf } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { durationText } from "../units.ts";
import type { Finding } from "./finding.ts";

export interface WorkCheck {
  readonly sessions: readonly SessionInfo[];
  readonly findings: readonly Finding[];
}

/** `nowMs`: milliseconds since 1970. */
export async function checkWork(
  { values }: Pick<Bus, "values">,
  open: readonly Group[],
  nowMs: number,
): Promise<WorkCheck> {
  const sessions = await Lease.live(values);
  const jobs = open.flatMap((group) => group.jobs);
  return { sessions, findings: jobs.flatMap((job) => problemsOf(job, sessions, nowMs)) };
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
  const offer = offerOf(job);
  const isServed = sessions.some(({ types }) => types.includes(job.type));
  if (offer !== undefined && offer.at <= nowMs && !isServed) {
    const text = `waits for a worker, and none that is alive serves type ${job.type}`;
    findings.push({ level, about, text, advice: "start one with the command worker" });
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
