/**
 * A story: inputs told one after another to one group, with the clock, the ids, epochs and claims
 * filled in. For tests and examples, where all that matters is who says what.
 */
import { stepOf } from "./duty.ts";
import type { Fact } from "./fact.ts";
import type { Asked, Create, Draft, Input, JobInput, PruneGroup, VoidGroup } from "./input.ts";
import { uidOf } from "./job-id.ts";
import { decide, type Decision } from "./lifecycle.ts";
import { emptyGroup, type Claim, type Group, type Job, type Shape } from "./record.ts";
import type { Refusal } from "./refusal.ts";
import { isVerb } from "./status.ts";

export type Decide = typeof decide;

/** A job to be: what it does not say is as in a plain draft. */
export type Member = Partial<Omit<Draft, "shape"> & Shape> & { readonly id: string };

export interface Step {
  readonly before: Group;
  readonly input: Input;
  readonly decision: Decision;
}

export const firstWorker: Claim = { session: "s1", worker: "w1", host: "h1" };
const someGid = "gaaaaaaaaaaaaaaaa";
const firstAt = Date.UTC(2025, 10, 20, 6);

export function draftOf(member: Member, ordinal: number, gid = someGid): Draft {
  const { can = [], place = "anywhere", recover = "resume", ...draft } = member;
  const shape = { can, place, recover };
  return { uid: uidOf(gid, ordinal), type: "copy", args: {}, shape, ...draft };
}

/** What is most often meant by a word said to, or of, a job that stands like this. */
export function usualInput(job: Job, verb: JobInput["verb"]): JobInput {
  const { uid, epoch } = job;
  const said = isVerb(verb) || verb === "timer" ? { verb, uid } : { verb, uid, epoch };
  const usual: Partial<Record<JobInput["verb"], object>> = {
    claimed: { epoch: epoch + 1, claim: firstWorker },
    failed: { error: "it broke" },
    "set-speed": { speed: 100 },
    change: { change: { mode: "fast" } },
    progress: { progress: { current: job.progress.current + 1, total: 100 } },
    "io-error": { error: "Input/output error", operation: "write", nospace: false },
    "step-failed": { step: stepOf(job) ?? "commit", error: "it broke" },
    timer: { timer: "deadline" },
  };
  return { ...said, ...usual[verb] } as JobInput;
}

export class Story {
  readonly steps: Step[] = [];
  /** Milliseconds since 1970; every input comes one second after the last. */
  at = firstAt;
  readonly #decide: Decide;
  readonly #gid: string;

  constructor(how: Decide = decide, gid = someGid) {
    this.#decide = how;
    this.#gid = gid;
  }

  /** A story that begins with the creation of jobs that finish together. */
  static of(...members: readonly Member[]): Story {
    const story = new Story();
    story.create(members);
    return story;
  }

  get group(): Group {
    return this.steps.at(-1)?.decision.next ?? emptyGroup(this.#gid);
  }

  get facts(): readonly Fact[] {
    return this.steps.flatMap(({ decision }) => decision.events);
  }

  job(id: string): Job {
    const job = this.group.jobs.find((each) => each.id === id);
    if (job === undefined) throw new Error(`no job ${id} in this story`);
    return job;
  }

  /** The members' statuses as they stand, oldest first. */
  get statuses(): string {
    return this.group.jobs.map(({ status }) => status).join(" ");
  }

  /** Every status that the job has had, in order. */
  path(id: string): string {
    const { uid } = this.job(id);
    const changes = this.facts.filter((fact) => fact.uid === uid && fact.to !== undefined);
    return changes.map(({ to }) => to).join(" ");
  }

  create(members: readonly Member[], more: Partial<Asked & Create> = {}): Decision {
    const jobs = members.map((member, index) => draftOf(member, index + 1, this.#gid));
    return this.say({ verb: "create", completion: "grouped", jobs, ...more });
  }

  /** Says anything at all, and returns what was decided. */
  say(what: JobInput | Create | VoidGroup | PruneGroup): Decision {
    this.at += 1_000;
    const id = `c${this.steps.length + 1}`;
    const input: Input = { id, by: "user@host", at: this.at, ...what };
    const before = this.group;
    const decision = this.#decide(before, input);
    this.steps.push({ before, input, decision });
    return decision;
  }

  /** Says what is usual, but for `more`, and returns what was decided. */
  ask(id: string, verb: JobInput["verb"], more: object = {}): Decision {
    return this.say({ ...usualInput(this.job(id), verb), ...more });
  }

  /** As ask, where nothing else than acceptance is expected: a refusal is an error. */
  tell(id: string, verb: JobInput["verb"], more: object = {}): this {
    const { refusal } = this.ask(id, verb, more);
    if (refusal !== undefined) throw new Error(`${verb} ${id}: ${refusal.refused}`);
    return this;
  }

  /** As ask, where nothing else than a refusal is expected. */
  refusal(id: string, verb: JobInput["verb"], more: object = {}): Refusal {
    const { refusal } = this.ask(id, verb, more);
    if (refusal === undefined) throw new Error(`${verb} ${id}: accepted`);
    return refusal;
  }

  /** Tells usual things in order: `play("claimed a b", "finished a")`. */
  play(...lines: readonly string[]): this {
    for (const line of lines) {
      const [verb = "", ...ids] = line.split(" ");
      for (const id of ids) this.tell(id, verb as JobInput["verb"]);
    }
    return this;
  }
}
