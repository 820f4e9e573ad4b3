/**
 * The auditor: holds every commit and every reply against the invariants while a simulation runs.
 * A commit must be what `decide` makes of its input on the log as it stands there; a reply must be
 * true of the log at a moment between question and answer.
 */
import { isDeepStrictEqual } from "node:util";
import { isRefusal, type Reply } from "../../actors/commands.ts";
import type { Desk } from "../../actors/desk.ts";
import type { Stored } from "../../bus/bus.ts";
import type { Commit } from "../../machines/commit.ts";
import type { Input } from "../../machines/input.ts";
import { gidOf } from "../../machines/job-id.ts";
import { requestDigest } from "../../machines/ledger.ts";
import { decide } from "../../machines/lifecycle.ts";
import { emptyGroup, type Group } from "../../machines/record.ts";
import type { Refusal } from "../../machines/refusal.ts";
import type { Step } from "../invariants/invariant.ts";
import { violationsOf } from "../invariants/invariants.ts";
import type { Chronicle } from "./chronicle.ts";
import { namesakes } from "./namesakes.ts";

/** A commit, with the input that caused it. */
export interface Witnessed extends Step {
  readonly stored: Stored;
  readonly commit: Commit;
  /** Who asked for it last. */
  readonly life: string;
}

/** One question and its answer. */
export interface Answer {
  readonly life: string;
  readonly input: Input;
  readonly reply: Reply;
  /** There was a commit of that request before it was asked. */
  readonly isAgain: boolean;
}

export interface AuditorOptions {
  readonly chronicle: Chronicle;
  /** False: it looks on, so that the run is the same one, and checks nothing. */
  readonly isChecking: boolean;
  readonly onBroken: (what: string) => void;
  readonly onCommit: (step: Witnessed) => void;
  readonly onAnswer: (answer: Answer) => void;
  /** An ask failed: its outcome is unknown. */
  readonly onUnanswered: (life: string, input: Input) => void;
}

interface Noted {
  readonly input: Input;
  readonly life: string;
}

/** Refusals that are not of the lifecycle but of the names, which the log does not hold. */
const ofNames: ReadonlySet<string> = new Set(["id-free", "resource-free"]);

export class Auditor {
  readonly #options: AuditorOptions;
  readonly #noted = new Map<string, Noted[]>();
  #isOver: boolean;

  constructor(options: AuditorOptions) {
    this.#options = options;
    this.#isOver = !options.isChecking;
  }

  /** From here on all that is asked of the desk is noted, and every answer checked. */
  watch(desk: Desk, life: string): void {
    const ask = desk.ask.bind(desk);
    const look = desk.look.bind(desk);
    desk.ask = async (input) => {
      const gid = groupOf(input);
      const rev = this.#options.chronicle.rev(gid);
      const answered = this.#options.chronicle.answered(gid, input.id);
      const noted = this.#noted.get(input.id) ?? [];
      this.#noted.set(input.id, [...noted, { input, life }]);
      const reply = await ask(input).catch((error: unknown) => {
        this.#options.onUnanswered(life, input);
        throw error;
      });
      const wrong = this.#isOver ? undefined : this.#whyWrong(gid, input, reply, { rev, answered });
      if (wrong !== undefined) this.#broken(`${life} ${said(input)}: ${wrong}`);
      this.#options.onAnswer({ life, input, reply, isAgain: answered !== undefined });
      return reply;
    };
    desk.look = async (gid) => {
      const rev = this.#options.chronicle.rev(gid);
      const group = await look(gid);
      if (this.#isOver) return group;
      if (!this.#revs(gid, rev).some((at) => same(this.#options.chronicle.group(gid, at), group))) {
        this.#broken(`V5 ${life} looked at ${gid}: no rev from ${rev} on was like that`);
      }
      return group;
    };
  }

  /** Checks a commit that was just stored. */
  commit(stored: Stored): void {
    const { chronicle, onCommit } = this.#options;
    const { before, after, commit } = chronicle.add(stored);
    if (this.#isOver) return;
    const noted = this.#inputOf(commit);
    if (noted === undefined) {
      this.#broken(`L7 ${stored.gid} rev ${stored.rev}: nobody asked for ${commit.cause.verb}`);
      return;
    }
    const { input, life } = noted;
    const decision = decide(before, input);
    const step: Step = { before, input, decision, decide };
    if (!same(decision.events, commit.events) || !same(decision.next, after)) {
      this.#broken(`L2 ${stored.gid} rev ${stored.rev}: not what decide says of ${said(input)}`);
    }
    for (const { text } of violationsOf(step)) this.#broken(`${text} (${said(input)})`);
    for (const text of namesakes(after, chronicle.jobs)) this.#broken(text);
    onCommit({ ...step, stored, commit, life });
  }

  #inputOf({ gid, rev, at, cause }: Commit): Noted | undefined {
    if (cause.verb === "void") {
      const id = `void-${gid}-${rev}`;
      const input = { verb: "void", id, by: "names", at: Date.parse(at) } as const;
      return { input, life: "names" };
    }
    const time = Date.parse(at);
    return this.#noted
      .get(cause.id)
      ?.findLast(({ input }) => input.at === time && requestDigest(input) === cause.digest);
  }

  #whyWrong(
    gid: string,
    input: Input,
    reply: Reply,
    before: { readonly rev: number; readonly answered: ReturnType<Chronicle["answered"]> },
  ): string | undefined {
    const digest = requestDigest(input);
    const answered = this.#options.chronicle.answered(gid, input.id);
    if (isRefusal(reply)) return this.#whyNotRefused(gid, input, reply, before);
    if (answered?.rev !== reply.rev) return `V5 rev ${reply.rev} is not of this request`;
    if (answered.digest !== digest) return "F2 accepted, but the id was another request's";
    if (before.answered === undefined && reply.rev <= before.rev) {
      return `V5 rev ${reply.rev} is older than the question, asked at ${before.rev}`;
    }
    if (this.#options.chronicle.position(gid, reply.rev) !== reply.position) {
      return `V5 rev ${reply.rev} is not at position ${reply.position}`;
    }
    const fold = this.#options.chronicle.group(gid, reply.rev);
    return same(fold, reply.group) ? undefined : `V5 at rev ${reply.rev} the group was otherwise`;
  }

  #whyNotRefused(
    gid: string,
    input: Input,
    { refused, guard }: Refusal,
    before: { readonly rev: number; readonly answered: ReturnType<Chronicle["answered"]> },
  ): string | undefined {
    const answered = this.#options.chronicle.answered(gid, input.id);
    const isSame = answered?.digest === requestDigest(input);
    if (guard === "command-id") {
      return answered === undefined || isSame ? "F2 the id was no other request's" : undefined;
    }
    if (input.verb === "create" && decide(emptyGroup(gid), input).refusal?.refused === refused) {
      return undefined;
    }
    if (before.answered !== undefined) {
      return isSame ? "F1 it was accepted before" : "F2 the id was another request's";
    }
    if (ofNames.has(guard)) return undefined;
    const isTrue = this.#revs(gid, before.rev).some(
      (rev) => decide(this.#options.chronicle.group(gid, rev), input).refusal?.refused === refused,
    );
    return isTrue ? undefined : `V3 at no rev from ${before.rev} on would it be '${refused}'`;
  }

  /** The revs of a group from `first` on. */
  #revs(gid: string, first: number): readonly number[] {
    const last = this.#options.chronicle.rev(gid);
    return Array.from({ length: last - first + 1 }, (_, index) => last - index);
  }

  /** Nothing is checked any more. */
  stop(): void {
    this.#isOver = true;
  }

  #broken(what: string): void {
    if (!this.#isOver) this.#options.onBroken(what);
  }
}

function groupOf(input: Input): string {
  const uid = input.verb === "create" ? input.jobs[0]?.uid : "uid" in input ? input.uid : "";
  return gidOf(uid ?? "");
}

function said(input: Input): string {
  const whom = "uid" in input ? ` ${input.uid}` : "";
  return `${input.verb}${whom} by ${input.by}`;
}

function same(one: Group | readonly object[], other: Group | readonly object[]): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
