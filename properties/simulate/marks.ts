/**
 * Marks: the places that runs are there to come to. Many seeds that never lost an answer prove
 * nothing about lost answers; so who runs many asks for each mark by name.
 */
import { isRefusal } from "../../actors/commands.ts";
import { stepOf } from "../../machines/duty.ts";
import type { Job } from "../../machines/record.ts";
import { isVerb, verbNames } from "../../machines/status.ts";
import type { Answer, Witnessed } from "./auditor.ts";

const stages = ["running", "paused", "ready", "preparing", "committing", "aborting"] as const;
const moments = [
  "a lost answer is met again by who asked",
  "a lost race is decided again",
  "a late report of a zombie is refused",
  "a session is lost whose process lives",
  "a known request gets its first reply again",
  "a known request with another body is refused",
  "an id in use is refused",
  "an id is used again",
  "a claim is refused for a resource that is held",
  "a job that waited for its resource gets it",
  "a dead creator is fenced",
  "a creation is undone",
  "a run is tried again later",
  "a finishing step fails and is tried again",
  "a prepare fails",
  "a time limit ends a job",
  "a job is given back and goes on elsewhere",
  "an I/O error stops a job until it is resumed",
  "a group of several commits",
  "a group of several aborts",
  "a view is asked and is true",
  "a relay of the feed is overtaken by another",
] as const;

export type Mark = (typeof moments)[number];

const takeover = (stage: string): string => `a crashed worker's job is taken over while ${stage}`;

/** Every mark that there is. */
export const allMarks: readonly string[] = [
  ...moments,
  ...stages.map(takeover),
  ...verbNames.flatMap((verb) => [`${verb} is accepted`, `${verb} is refused`]),
];

export class Marks {
  readonly #reached = new Set<string>();
  readonly #isDead: (life: string) => boolean;
  /** Whose claim each job's last one was. */
  readonly #holders = new Map<string, string>();
  /** Questions that got no answer; lives that lost a race, by group. */
  readonly #unanswered = new Set<string>();
  readonly #beaten = new Set<string>();
  readonly #ids = new Map<string, string>();
  /** Jobs that were refused a claim. */
  readonly #inLine = new Set<string>();

  constructor(isDead: (life: string) => boolean) {
    this.#isDead = isDead;
  }

  get reached(): ReadonlySet<string> {
    return this.#reached;
  }

  reach(mark: Mark): void {
    this.#reached.add(mark);
  }

  /** An ask failed: its outcome is unknown. */
  unanswered(life: string, id: string): void {
    this.#unanswered.add(`${life} ${id}`);
  }

  beaten(life: string, gid: string): void {
    if (gid === "feed") this.reach("a relay of the feed is overtaken by another");
    this.#beaten.add(`${life} ${gid}`);
  }

  answer({ life, input, reply, isAgain }: Answer): void {
    const { verb, id } = input;
    if (isVerb(verb)) this.#reached.add(`${verb} is ${isRefusal(reply) ? "refused" : "accepted"}`);
    if (isRefusal(reply)) {
      if (reply.guard === "epoch" && verb !== "lost") {
        this.reach("a late report of a zombie is refused");
      }
      if (reply.guard === "command-id") this.reach("a known request with another body is refused");
      if (reply.guard === "id-free") this.reach("an id in use is refused");
      if (reply.guard === "resource-free" && "uid" in input) {
        this.reach("a claim is refused for a resource that is held");
        this.#inLine.add(input.uid);
      }
      return;
    }
    const mine = this.#unanswered.has(`${life} ${id}`);
    if (isAgain && mine) this.reach("a lost answer is met again by who asked");
    if (isAgain && !mine) this.reach("a known request gets its first reply again");
    if (this.#beaten.delete(`${life} ${reply.gid}`)) this.reach("a lost race is decided again");
  }

  commit({ before, input, decision, life }: Witnessed): void {
    const { next, events, refusal } = decision;
    const sets = events.map(({ set }) => set);
    if (next.voided) this.reach("a dead creator is fenced");
    if (input.verb === "create") {
      if (refusal !== undefined) this.reach("a creation is undone");
      this.#noteIds(next.jobs);
      if (input.claim !== undefined) for (const { uid } of next.jobs) this.#holders.set(uid, life);
    }
    const job = "uid" in input ? before.jobs.find(({ uid }) => uid === input.uid) : undefined;
    if (input.verb === "claimed" && job !== undefined) this.#claimed(job, life);
    const holder = this.#holders.get(job?.uid ?? "");
    if (input.verb === "lost" && holder !== undefined && !this.#isDead(holder)) {
      this.reach("a session is lost whose process lives");
    }
    if (input.verb === "released") this.reach("a job is given back and goes on elsewhere");
    if (input.verb === "timer") this.reach("a time limit ends a job");
    if (input.verb === "resume" && job?.ioStatus !== "ok") {
      this.reach("an I/O error stops a job until it is resumed");
    }
    if (input.verb === "failed" && job?.status === "pending") this.reach("a prepare fails");
    if (sets.some((set) => set?.retryAt != null)) this.reach("a run is tried again later");
    if (sets.some((set) => set?.stuck != null)) {
      this.reach("a finishing step fails and is tried again");
    }
    const decided = sets.find((set) => set?.decision !== undefined)?.decision;
    if (decided === undefined || next.jobs.length < 2) return;
    if (next.jobs[0]?.completion !== "grouped") return;
    this.reach(decided === "commit" ? "a group of several commits" : "a group of several aborts");
  }

  #claimed(job: Job, life: string): void {
    const before = this.#holders.get(job.uid);
    if (this.#inLine.has(job.uid)) this.reach("a job that waited for its resource gets it");
    this.#holders.set(job.uid, life);
    if (before !== undefined && this.#isDead(before)) this.#reached.add(takeover(stageOf(job)));
  }

  #noteIds(jobs: readonly Job[]): void {
    for (const { id, uid } of jobs) {
      if ((this.#ids.get(id) ?? uid) !== uid) this.reach("an id is used again");
      this.#ids.set(id, uid);
    }
  }
}

function stageOf(job: Job): string {
  if (job.status === "standby") return "paused";
  if (job.status === "pending") return stepOf(job) === "prepare" ? "preparing" : "committing";
  return job.status;
}
