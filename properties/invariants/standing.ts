/**
 * How a job stands, in a word, and what it waits for: said again from DESIGN.md in other words than
 * machines/duty.ts says it. E2 holds the lifecycle against it: a job at rest names what moves it.
 */
import type { Phase, WaitingFor } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { active, dueStep, needOf, parked, wantsPause, working } from "./need.ts";

/** Failed tries of a step after which a human is asked. */
const triesOfMachine = 4;

export function expectedPhase(job: Job, at: number): Phase {
  const { status, claim, held, notBefore, retryAt, decision, finalizing } = job;
  if (status === "created" && held) return "held";
  if (status === "created") return notBefore !== null && at < notBefore ? "scheduled" : "queued";
  if (working.includes(status) && retryAt !== null) return "backoff";
  if (working.includes(status) && claim === null) return "recovering";
  if (parked.includes(status)) return "parked";
  if (active.includes(status)) return "active";
  if (status === "waiting") return "idle";
  if (status === "concluded" || status === "null") return "done";
  if (dueStep(job) === "clean") return "cleaning";
  if (status === "aborting") return "aborting";
  if (decision === "commit") return "committing";
  return finalizing ? "preparing" : "idle";
}

export function expectedWait(job: Job, group: Group, at: number): WaitingFor | null {
  const { status, stuck, cancel, held, completing } = job;
  const step = dueStep(job);
  if (stuck !== null && stuck.step === step) {
    const what = stuck.tries > triesOfMachine ? "operator" : "step";
    return { what, detail: `${step} failed ${stuck.tries} times: ${stuck.error}` };
  }
  if (status === "created" && held) return { what: "start" };
  if (parked.includes(status) && wantsPause(job)) return { what: "resume" };
  const need = needOf(job);
  if (need !== undefined && at < need.dueAt) {
    return { what: "time", detail: new Date(need.dueAt).toISOString() };
  }
  if (need !== undefined) {
    const tags = Object.entries(need.require ?? {}).map((tag) => tag.join("="));
    const having = tags.length > 0 ? ["with", ...tags.toSorted()] : [];
    const where = need.host === undefined ? [] : ["on", need.host];
    return { what: "worker", detail: ["for", need.work, ...having, ...where].join(" ") };
  }
  if (working.includes(status)) {
    if (cancel === "force") return { what: "worker", detail: "to end the cancelled run" };
    return status === "ready" && !completing && cancel === "no" ? { what: "complete" } : null;
  }
  if (step !== null) return { what: "step", detail: step };
  if (status === "waiting") {
    return others(group, job, (other) => [...working, "created"].includes(other.status));
  }
  if (status === "pending" && !job.finalizing) return { what: "finalize" };
  if (status === "pending") return others(group, job, (other) => dueStep(other) === "prepare");
  return status === "concluded" ? { what: "dismiss" } : null;
}

function others({ jobs }: Group, job: Job, isAwaited: (other: Job) => boolean): WaitingFor {
  const awaited = jobs.filter((other) => other.uid !== job.uid && isAwaited(other));
  return { what: "members", jobs: awaited.map(({ id }) => id) };
}
