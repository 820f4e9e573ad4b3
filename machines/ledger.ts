/**
 * The ledger: a group with the book-keeping of its log: how far it was read, the chain's last
 * link, and which requests were answered. Reading a commit checks that it is the next one;
 * writing one makes its exact bytes.
 */
import { commitVersion, decode, digestOf, encode, expectNext, type Commit } from "./commit.ts";
import { evolve } from "./evolve.ts";
import type { Fact } from "./fact.ts";
import type { Input } from "./input.ts";
import { canonical } from "./json.ts";
import { emptyGroup, type Group } from "./record.ts";

export interface Answered {
  readonly rev: number;
  readonly digest: string;
}

/**
 * The digest of what is asked: 16 hexadecimal digits. Who asks, when, in which trace, and which
 * worker would take what is created at once, is not part of it.
 */
export function requestDigest(input: Input): string {
  const { id: _id, by: _by, at: _at, traceparent: _traceparent, ...body } = input;
  const asked =
    body.verb === "create"
      ? { ...body, claim: undefined, jobs: body.jobs.map(({ shape: _shape, ...draft }) => draft) }
      : body;
  return digestOf(canonical(asked)).slice(0, 16);
}

export class Ledger {
  readonly gid: string;
  readonly #answered = new Map<string, Answered>();
  #group: Group;
  #rev = 0;
  #head: string | null = null;

  constructor(gid: string) {
    this.gid = gid;
    this.#group = emptyGroup(gid);
  }

  get group(): Group {
    return this.#group;
  }

  get rev(): number {
    return this.#rev;
  }

  /** Whether a commit is, byte for byte, the last one that was read. */
  isLast(text: string): boolean {
    return digestOf(text) === this.#head;
  }

  /** What was answered to the request with this id, if it left a commit. */
  answered(id: string): Answered | undefined {
    return this.#answered.get(id);
  }

  /**
   * Reads the next stored commit and returns it.
   *
   * Fails with CommitError `corrupt` when it is not the next one: a gap in `rev` other than before a
   * summary, another group's, or a broken chain; with `newer` when this program is too old for it.
   */
  read(text: string): Commit {
    const where = `group ${this.gid} rev ${this.#rev + 1}`;
    const commit = decode(text, where);
    expectNext({ gid: this.gid, rev: this.#rev, head: this.#head }, commit, where);
    this.#keep(commit, text, commit.events.reduce(evolve, this.#group));
    return commit;
  }

  /** The next commit's bytes for facts that `decide` made of the input; nothing is kept yet. */
  write(input: Input, events: readonly Fact[]): { readonly commit: Commit; readonly text: string } {
    const { id, verb, by, note, traceparent, at } = input;
    const said = {
      ...(note === undefined ? {} : { note }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    const commit: Commit = {
      v: commitVersion,
      gid: this.gid,
      rev: this.#rev + 1,
      at: new Date(at).toISOString(),
      cause: { id, verb, by, ...said, digest: requestDigest(input) },
      events,
      ...(this.#head === null ? {} : { prev: this.#head }),
    };
    return { commit, text: encode(commit) };
  }

  /** Keeps a commit that `write` made, once it is durable; `next` is the group after its events. */
  accept({ commit, text }: { readonly commit: Commit; readonly text: string }, next: Group): void {
    this.#keep(commit, text, next);
  }

  #keep(commit: Commit, text: string, group: Group): void {
    this.#group = group;
    this.#rev = commit.rev;
    this.#head = digestOf(text);
    // What was answered before is gone with its commits.
    if (group.pruned !== undefined) this.#answered.clear();
    this.#answered.set(commit.cause.id, { rev: commit.rev, digest: commit.cause.digest });
  }
}
