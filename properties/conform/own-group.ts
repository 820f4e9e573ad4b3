/**
 * One group of an exported log, judged commit by commit: that each is the next and chained, that
 * its status changes are legal, that the statecharts make the same facts of what was asked, and
 * that every invariant holds.
 */
import { digestOf, isSummary, modelVersion, type Commit } from "../../machines/commit.ts";
import { evolve } from "../../machines/evolve.ts";
import type { Fact } from "../../machines/fact.ts";
import type { Input } from "../../machines/input.ts";
import { gidOf } from "../../machines/job-id.ts";
import { requestDigest } from "../../machines/ledger.ts";
import { emptyGroup, type Group } from "../../machines/record.ts";
import { mayFollow, transitions } from "../../machines/status.ts";
import type { Decide } from "../../machines/story.ts";
import type { Step } from "../invariants/invariant.ts";
import { invariants } from "../invariants/invariants.ts";
import { factText } from "../trace/fact-text.ts";
import { clockDoubt } from "./clock-doubt.ts";
import { differenceOf, Divergence, type Difference } from "./divergence.ts";
import { expectPrune, sayingOf, type OwnEnding } from "./own-ending.ts";
import { rebuiltInput, type Rebuilt } from "./rebuilt-input.ts";

/**
 * These ask the lifecycle the same thing twice, or take its record through text: they are about the
 * code, which `check` asks them of, and would take most of the time here.
 */
const aboutCode: ReadonlySet<string> = new Set(["L3", "L8", "F6"]);
const ofHistories = invariants.filter(({ id }) => !aboutCode.has(id));

/** Of a digest, what people compare. */
const digestColumns = 12;

export type Unreplayed = "model" | "verb";

export class OwnGroup {
  readonly #answered = new Map<string, number>();
  readonly #decide: Decide;
  #group: Group;
  #rev = 0;
  #head: string | null = null;
  #line = 0;
  #at = 0;

  constructor(gid: string, decide: Decide) {
    this.#decide = decide;
    this.#group = emptyGroup(gid);
  }

  get group(): Group {
    return this.#group;
  }

  /** Nothing but a summary can follow: every member is gone, or there never will be one. */
  get isOver(): boolean {
    const { jobs, voided, pruned } = this.#group;
    return (
      voided ||
      pruned !== undefined ||
      (jobs.length > 0 && jobs.every(({ status }) => status === "null"))
    );
  }

  /**
   * Judges the next commit and keeps what it leaves; fails with Divergence. Returns why it could
   * not be replayed: it was decided by other rules, or asked by a word that this release does not
   * know.
   */
  judge(commit: Commit, text: string, line: number): Unreplayed | undefined {
    if (isSummary(commit) && commit.rev > this.#rev + 1) {
      expectPrune(commit);
      this.#keep(commit, text, line, foldLegal(this.#group, commit));
      return undefined;
    }
    this.#expectNext(commit);
    const next = foldLegal(this.#group, commit);
    this.#expectChained(commit);
    this.#expectNewCommand(commit);
    const isOurs = (commit.model ?? 1) === modelVersion;
    const rebuilt = isOurs ? rebuiltInput(this.#group, commit) : undefined;
    if (rebuilt !== undefined) this.#replay(commit, rebuilt);
    this.#keep(commit, text, line, next);
    if (!isOurs) return "model";
    return rebuilt === undefined ? "verb" : undefined;
  }

  /** What there is to remember once it is over. */
  get ending(): OwnEnding {
    const input = { verb: "prune", id: "", by: "", at: 0 } as const;
    const [said] = this.#decide(this.#group, input).events;
    const summary = said?.pruned && sayingOf(said.pruned);
    return { line: this.#line, rev: this.#rev, head: this.#head, summary };
  }

  #keep(commit: Commit, text: string, line: number, next: Group): void {
    this.#answered.set(commit.cause.id, line);
    this.#group = next;
    this.#rev = commit.rev;
    this.#head = digestOf(text);
    this.#line = line;
    this.#at = Date.parse(commit.at);
  }

  /** The request that the digest names, or else any that may have been, makes the same facts. */
  #replay(commit: Commit, { inputs, isWhole }: Rebuilt): void {
    const { events, cause } = commit;
    const [before, decide] = [this.#group, this.#decide];
    const named = inputs.find((input) => requestDigest(input) === cause.digest);
    let nearest: Divergence | undefined;
    for (const input of named === undefined ? inputs : [named]) {
      const decision = decide(before, input);
      const difference = differenceOf(events, decision);
      if (difference === undefined) {
        expectInvariants({ before, input, decision, decide });
        if (isWhole && named === undefined) throw otherDigest(commit, input);
        return;
      }
      nearest ??= this.#explained(difference, input);
    }
    throw nearest ?? untold(commit);
  }

  #explained(difference: Difference, input: Input): Divergence {
    const before = this.#line === 0 ? undefined : { at: this.#at, line: this.#line };
    const doubt = clockDoubt(difference.fields ?? [], { at: input.at, before });
    const explanation = `${wordOf(input, this.#group)}: ${difference.explanation}`;
    return new Divergence({
      ...difference,
      explanation: doubt === undefined ? explanation : `${doubt}; ${explanation}`,
    });
  }

  #expectNext({ gid, rev }: Commit): void {
    const expected = this.#rev + 1;
    if (rev === expected) return;
    const explanation =
      rev < expected
        ? `rev ${this.#rev} of the group was on line ${this.#line}: this line is repeated, or out of order`
        : `${missing(expected, rev)} of group ${gid} before this line`;
    throw new Divergence({
      observed: `rev ${rev} of group ${gid}`,
      expected: [`rev ${expected} of group ${gid}`],
      explanation,
      ...(rev < expected ? {} : { awaited: { gid, rev: expected } }),
    });
  }

  #expectChained(commit: Commit): void {
    const prev = commit.prev ?? null;
    if (prev === this.#head) return;
    const before = this.#line === 0 ? "it is the group's first" : `line ${this.#line} was changed`;
    throw new Divergence({
      observed: linkText(prev),
      expected: [linkText(this.#head)],
      explanation: `the chain is broken: ${before}, or this line was, after it was written`,
    });
  }

  #expectNewCommand({ cause: { id, verb } }: Commit): void {
    const line = this.#answered.get(id);
    if (line === undefined) return;
    throw new Divergence({
      observed: `${verb} with the id '${id}'`,
      expected: ["an id that the group has not answered yet"],
      explanation: `line ${line} is the answer to '${id}' already: a request is recorded once`,
    });
  }
}

function linkText(digest: string | null): string {
  return digest === null ? "no prev" : `prev ${digest.slice(0, digestColumns)}…`;
}

function missing(expected: number, rev: number): string {
  const count = rev - expected;
  return count === 1
    ? `one commit is missing, rev ${expected}`
    : `${count} commits are missing, revs ${expected} to ${rev - 1}`;
}

/** The group after the facts, each of which must be of a member, and legal where that stands. */
function foldLegal(before: Group, { gid, events }: Commit): Group {
  let group = before;
  for (const fact of events) {
    expectMember(group, fact, gid);
    expectOwn(fact, gid);
    expectLegal(group, fact);
    group = evolve(group, fact);
  }
  return group;
}

function expectMember({ jobs }: Group, fact: Fact, gid: string): void {
  const { uid, from } = fact;
  if (uid === undefined && from !== "undefined") return;
  const isMember = jobs.some((job) => job.uid === uid);
  if (from !== "undefined" && isMember) return;
  if (from === "undefined" && !isMember && uid !== undefined && gidOf(uid) === gid) return;
  throw new Divergence({
    observed: `${factText(fact)}, uid ${uid ?? "none"}`,
    expected: jobs.map((job) => `a fact of job ${job.id}, uid ${job.uid}`),
    explanation:
      from === "undefined" && isMember
        ? `job ${fact.job} exists: a job is created once`
        : `${uid} is no job of group ${gid}`,
  });
}

/** A summary is of jobs of the group. */
function expectOwn({ pruned }: Fact, gid: string): void {
  const stray = pruned?.jobs.find(({ uid }) => gidOf(uid) !== gid);
  if (stray === undefined) return;
  throw new Divergence({
    observed: `a summary of job ${stray.id}, uid ${stray.uid}`,
    expected: [],
    explanation: `${stray.uid} is no job of group ${gid}`,
  });
}

function expectLegal({ jobs }: Group, fact: Fact): void {
  const { job: id, uid, kind, from, to } = fact;
  if (from === undefined && to === undefined && kind !== "status") return;
  const status = jobs.find((job) => job.uid === uid)?.status ?? "undefined";
  if (from === status && to !== undefined && to !== from && mayFollow(from, to)) return;
  const legal = transitions[status].filter((next) => next !== status);
  throw new Divergence({
    observed: factText(fact),
    expected: legal.map((next) => `${id}: ${status} → ${next}`),
    explanation:
      from === status
        ? `no job goes from ${from} to ${to ?? "nowhere"}`
        : `job ${id} was ${status}, not ${from ?? "nothing"}: a change is missing before this one`,
  });
}

/** `pause a`: what was said to whom. */
function wordOf(input: Input, { jobs }: Group): string {
  const job = "uid" in input ? jobs.find(({ uid }) => uid === input.uid) : undefined;
  return job === undefined ? input.verb : `${input.verb} ${job.id}`;
}

function expectInvariants(step: Step): void {
  const { input, before } = step;
  for (const { id, text, broken } of ofHistories) {
    const [what] = broken(step);
    if (what === undefined) continue;
    throw new Divergence({
      observed: `${wordOf(input, before)}: ${what}`,
      expected: [],
      explanation: `${id} ${text}`,
    });
  }
}

function otherDigest({ cause: { verb, digest } }: Commit, input: Input): Divergence {
  return new Divergence({
    observed: `${verb} with the digest ${digest}`,
    expected: [`the digest ${requestDigest(input)}`],
    explanation: "the facts tell of another request than the digest of the cause",
  });
}

function untold({ cause: { verb }, events }: Commit): Divergence {
  return new Divergence({
    observed: events.map(factText).join("; ") || "no events",
    expected: [],
    explanation: `these facts do not tell of any '${verb}' that can have been asked`,
  });
}
