/**
 * A cascade: one input worked off over a group. It tells the statecharts, one at a time, what has
 * happened, and collects the facts that they record. Members are walked newest first, as in QEMU.
 */
import { stepGroup, stepJob } from "./charts.ts";
import { evolve } from "./evolve.ts";
import type { Fact } from "./fact.ts";
import type { GroupEvent } from "./group.ts";
import type { Asked, Draft, Inner, JobEvent, JobGroup } from "./input.ts";
import { blankJob, type Group, type Job } from "./record.ts";
import { canceled } from "./refusal.ts";

/** It has failed, or will once its run ends. */
function isDoomed(job: Job): boolean {
  return job.status === "aborting" || job.cancel === "force";
}

export class Cascade {
  readonly facts: Fact[] = [];
  readonly #at: number;
  #group: Group;

  constructor(group: Group, at: number) {
    this.#group = group;
    this.#at = at;
  }

  /** The group as the facts so far have made it. */
  get group(): Group {
    return this.#group;
  }

  job(uid: string): Job | undefined {
    return this.#group.jobs.find((job) => job.uid === uid);
  }

  /** Tells one job; false, and nothing has happened, when its statechart does not take it. */
  tell(uid: string, event: JobEvent): boolean {
    const { jobs } = this.#group;
    const index = jobs.findIndex((job) => job.uid === uid);
    const after = stepJob(jobs[index] ?? blankJob, event);
    if (after === undefined) return false;
    this.facts.push(after.fact);
    this.#group = { ...this.#group, jobs: jobs.with(index, after.job) };
    return true;
  }

  /** Adds a job to the group. */
  create(draft: Draft, group: JobGroup, said: Pick<Asked, "at" | "note" | "traceparent">): void {
    const created = stepJob(blankJob, { verb: "create.job", draft, group, ...said });
    if (created === undefined) throw new Error("the statechart does not take a creation");
    this.facts.push(created.fact);
    this.#group = { ...this.#group, jobs: [...this.#group.jobs, created.job] };
  }

  tellInner(uid: string, inner: Inner): boolean {
    return this.tell(uid, { ...inner, at: this.#at });
  }

  /** A run that nobody can end any more goes to aborting at once, a parked one by way of running. */
  giveUp(uid: string, error: string | null): void {
    while (this.tellInner(uid, { verb: "give-up", error }));
  }

  /** Carries out what follows for the members that finish together with this job. */
  settle(uid: string): void {
    const uids = this.#together(uid);
    this.#abort(uids);
    if (this.#tellGroup(uids, "converge")) {
      for (const each of uids) this.tellInner(each, { verb: "group.converge" });
      if (this.#members(uids).every((job) => job.autoFinalize)) this.#tellGroup(uids, "finalize");
    }
    this.#tellGroup(uids, "tally");
    for (const each of uids) {
      if (this.tellInner(each, { verb: "settle" })) this.tellInner(each, { verb: "auto-dismiss" });
    }
    this.#tellGroup(uids, "conclude");
  }

  /** Prepare is asked of every member that finishes together with this job. */
  finalize(uid: string): void {
    this.#tellGroup(this.#together(uid), "finalize");
  }

  /** The first member that cannot succeed takes the others with it. */
  #abort(uids: readonly string[]): void {
    const members = this.#members(uids);
    const doomed = members.find(isDoomed);
    if (doomed === undefined || !this.#tellGroup(uids, "abort")) return;
    for (const { uid } of members) {
      if (uid !== doomed.uid) {
        this.tellInner(uid, { verb: "group.abort", cause: doomed.uid, text: canceled });
      }
      this.giveUpUnclaimed(uid);
    }
  }

  /** A force-cancelled job that has no worker has nobody to end its run. */
  giveUpUnclaimed(uid: string): void {
    const job = this.job(uid);
    if (job?.cancel === "force" && job.claim === null) this.giveUp(uid, null);
  }

  #together(uid: string): readonly string[] {
    if (this.job(uid)?.completion !== "grouped") return [uid];
    return this.#group.jobs.map((job) => job.uid).toReversed();
  }

  #members(uids: readonly string[]): readonly Job[] {
    return uids.flatMap((uid) => this.job(uid) ?? []);
  }

  /** Tells the group's statechart, if the event is one for its stage; false when nothing moved. */
  #tellGroup(uids: readonly string[], type: GroupEvent["type"]): boolean {
    const members = this.#members(uids);
    const fact = stepGroup(members, { type });
    if (fact === undefined) return false;
    if (fact !== null) {
      this.facts.push(fact);
      this.#group = evolve(this.#group, fact);
    }
    return true;
  }
}
