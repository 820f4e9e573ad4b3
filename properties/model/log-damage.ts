/**
 * Damage: a log that somebody changed, cut in its middle or mixed with another must not be read
 * (L1, L5), nor one that a newer release wrote; what nobody could read must not be written (L2).
 */
import { isDeepStrictEqual } from "node:util";
import {
  CommitError,
  commitVersion,
  digestOf,
  encode,
  whyUnreadable,
  type Commit,
  type CommitErrorCode,
} from "../../machines/commit.ts";
import { isUid } from "../../machines/job-id.ts";
import { Ledger } from "../../machines/ledger.ts";
import { Story } from "../../machines/story.ts";

const gid = "gaaaaaaaaaaaaaaaa";
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

function tell(): Story {
  return Story.of({ id: "a", labels: { tier: "gold" }, require: { gpu: "a100" } }).play(
    "claimed a",
    "finished a",
  );
}

function written({ steps }: Story): readonly Commit[] {
  const ledger = new Ledger(gid);
  return steps.map(({ input, decision }) => {
    const said = { note: "because", traceparent };
    const noted = input.verb === "create" ? { ...input, ...said } : input;
    const { commit, text } = ledger.write(noted, decision.events);
    ledger.accept({ commit, text }, decision.next);
    return commit;
  });
}

interface Damage {
  readonly what: string;
  readonly code: CommitErrorCode;
  /** What was found, in a word of the error. */
  readonly said: string;
  readonly texts: (commits: readonly Commit[]) => readonly string[];
}

/** The second commit otherwise. */
function changed(change: (commit: Commit) => object): Damage["texts"] {
  return (commits) => {
    const [first = "", ...rest] = commits.map(encode);
    const [, second] = commits;
    return second === undefined ? [] : [first, JSON.stringify(change(second)), ...rest.slice(1)];
  };
}

function withEvent(more: object): Damage["texts"] {
  return changed(({ events, ...rest }) => ({
    ...rest,
    events: events.map((event) => ({ ...event, ...more })),
  }));
}

const damages: readonly Damage[] = [
  {
    what: "a commit is missing",
    code: "corrupt",
    said: "found rev 3",
    texts: (commits) => commits.toSpliced(1, 1).map(encode),
  },
  {
    what: "a commit is there twice",
    code: "corrupt",
    said: "found rev 1",
    texts: ([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest].map(encode)),
  },
  {
    what: "a commit is another group's",
    code: "corrupt",
    said: "of group gb",
    texts: changed((commit) => ({ ...commit, gid: "gb" })),
  },
  {
    what: "a commit was changed after it was written",
    code: "corrupt",
    said: "chain is broken",
    texts: changed((commit) => ({ ...commit, at: "2025-11-20T06:00:00.000Z" })),
  },
  {
    what: "a commit has lost its link",
    code: "corrupt",
    said: "found prev nothing",
    texts: changed(({ prev: _prev, ...commit }) => commit),
  },
  {
    what: "the first commit has a link",
    code: "corrupt",
    said: "expected nothing",
    texts: ([first]) => [JSON.stringify({ ...first, prev: digestOf("") })],
  },
  {
    what: "a commit is of a newer version",
    code: "newer",
    said: "version 2",
    texts: changed((commit) => ({ ...commit, v: commitVersion + 1 })),
  },
  {
    what: "a commit is of an older version than there ever was",
    code: "corrupt",
    said: "rev 2",
    texts: changed((commit) => ({ ...commit, v: commitVersion - 1 })),
  },
  {
    what: "a commit's version is a word",
    code: "corrupt",
    said: "rev 2",
    texts: changed((commit) => ({ ...commit, v: "2" })),
  },
  {
    what: "an event is of a newer kind",
    code: "newer",
    said: "'moved'",
    texts: withEvent({ kind: "moved" }),
  },
  { what: "an event is of no kind", code: "corrupt", said: "rev 2", texts: withEvent({ kind: 7 }) },
  {
    what: "an event has no status that is known",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ to: "asleep" }),
  },
  {
    what: "the events are no list",
    code: "corrupt",
    said: "rev 2",
    texts: changed((commit) => ({ ...commit, events: {} })),
  },
  {
    what: "labels are numbers",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ set: { labels: { a: 1 } } }),
  },
  {
    what: "labels are a list",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ set: { labels: [] } }),
  },
  {
    what: "arguments are a list",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ set: { args: [] } }),
  },
  {
    what: "arguments are nothing",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ set: { args: null } }),
  },
  {
    what: "arguments are a word",
    code: "corrupt",
    said: "rev 2",
    texts: withEvent({ set: { args: "a" } }),
  },
  { what: "a line is no JSON", code: "corrupt", said: "not JSON", texts: () => ["{"] },
  { what: "a line is nothing", code: "corrupt", said: "rev 1", texts: () => ["null"] },
];

/** Throws at the first damaged log that is read, or is refused for something else. */
export function everyDamage(): void {
  const told = tell();
  const commits = written(told);
  expectRead(commits);
  for (const { what, code, said, texts } of damages) {
    const error = errorOf(texts(commits));
    if (error?.code === code && error.message.includes(said)) continue;
    throw new Error(`${what}: ${error?.code ?? "it was read"} ${error?.message ?? ""}`);
  }
  expectStranger(commits);
  expectReadable(commits);
}

function errorOf(texts: readonly string[]): CommitError | undefined {
  const ledger = new Ledger(gid);
  try {
    for (const text of texts) ledger.read(text);
    return undefined;
  } catch (error) {
    if (error instanceof CommitError) return error;
    throw error;
  }
}

function expectRead(commits: readonly Commit[]): void {
  const ledger = new Ledger(gid);
  for (const commit of commits) {
    const read = ledger.read(encode(commit));
    expect("a commit is read as it was written", isDeepStrictEqual(read, commit));
    expect("the last commit is known, and no other is taken for it", ledger.isLast(encode(commit)));
    expect("no other is taken for the last", !ledger.isLast(encode({ ...commit, gid: "gb" })));
  }
  expect("the log is read to its end", ledger.rev === commits.length);
  const [first] = commits;
  expect("a cause keeps its note", first?.cause.note === "because");
  expect("a cause keeps its trace", first?.cause.traceparent === traceparent);
  expect("an answer is remembered", ledger.answered(first?.cause.id ?? "")?.rev === 1);
}

/** A fact of a job that the group never had: no error of the format, but none that is folded. */
function expectStranger(commits: readonly Commit[]): void {
  const stranger = withEvent({ uid: `${gid}-9` })(commits);
  try {
    errorOf(stranger);
  } catch {
    return;
  }
  throw new Error("a fact of a job that does not exist was folded");
}

function expectReadable(commits: readonly Commit[]): void {
  const [commit] = commits;
  if (commit === undefined) return;
  const events = [{ kind: "speed", set: { speed: Number.NaN } }] as const;
  expect("what can be read may be written", whyUnreadable(commit) === undefined);
  const why = whyUnreadable({ ...commit, events });
  expect("what cannot be read may not, and it is said why", why?.includes("speed") === true);
  expect("a uid is one", isUid(`${gid}-1`) && !isUid("nightly-1"));
}

function expect(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`not so: ${what}`);
}
