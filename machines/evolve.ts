/**
 * Evolve: a fact carries its result, so it is only written down. No guard runs here, and a log of
 * any age loads.
 */
import type { Fact } from "./fact.ts";
import { blankJob, emptyGroup, type Group, type Job } from "./record.ts";

/** The job after the fact. */
export function evolveJob(job: Job, fact: Fact): Job {
  if (fact.to === undefined) return { ...job, ...fact.set };
  if (fact.from !== "undefined") return { ...job, ...fact.set, status: fact.to };
  const { job: id = "", uid = "" } = fact;
  return { ...blankJob, id, uid, ...fact.set, status: fact.to };
}

/** The group after the fact. A fact without a uid is true of every member. */
export function evolve(group: Group, fact: Fact): Group {
  const { kind, uid } = fact;
  if (kind === "void") return { ...group, voided: true };
  if (fact.pruned !== undefined) return { ...emptyGroup(group.gid), pruned: fact.pruned };
  if (fact.from === "undefined") {
    return { ...group, jobs: [...group.jobs, evolveJob(blankJob, fact)] };
  }
  if (uid === undefined) {
    return { ...group, jobs: group.jobs.map((job) => evolveJob(job, fact)) };
  }
  const index = group.jobs.findIndex((job) => job.uid === uid);
  const job = group.jobs[index];
  if (job === undefined) throw new Error(`${group.gid}: no job ${uid} for a fact of kind ${kind}`);
  return { ...group, jobs: group.jobs.with(index, evolveJob(job, fact)) };
}
