/**
 * What is left of a pruned group, as its readers meet it: all of the log before it, a part, or nothing.
 */
import { isDeepStrictEqual } from "node:util";
import { CommitError, encode, isSummaryText, type Commit } from "../../machines/commit.ts";
import { Ledger } from "../../machines/ledger.ts";
import { Story } from "../../machines/story.ts";

const gid = "gaaaaaaaaaaaaaaaa";

/** Throws at the first reader that does not find what it must. */
export function everySummary(): void {
  const story = Story.of({ id: "a" }).play("claimed a").tell("a", "failed", { error: "no" });
  story.say({ verb: "prune" });
  const all = written(story);
  const last = all.at(-1);
  if (last === undefined) throw new Error("nothing was written");
  for (let before = 0; before < all.length; before += 1) {
    const ledger = read([...all.slice(0, before), last]);
    expect("a summary is read after any commits", isDeepStrictEqual(ledger.group, story.group));
    expect("it counts on", ledger.rev === last.rev);
    expect("it answers to its own request", ledger.answered(last.cause.id)?.rev === last.rev);
    expect("and to none before it", ledger.answered("c1") === undefined);
  }
  const forged = { ...last, prev: "00" };
  expect("it follows what is before it", errorOf([...all.slice(0, -1), forged]) === "corrupt");
  expect("none comes first of all", errorOf([{ ...last, rev: 1 }]) === "corrupt");
  expect("it is known by its text", isSummaryText(encode(last)));
  const more: Commit = { ...last, events: [...last.events, { kind: "noted" }] };
  const others = [all[0], more, { ...last, events: [] }].filter((each) => each !== undefined);
  expect("and nothing else is", !others.some((each) => isSummaryText(encode(each))));
  expect("nor what is none", !isSummaryText('"kind":"pruned"'));
  expect("a gap is one before anything else", errorOf([all[0], all[2]]) === "corrupt");
}

function written(story: Story): readonly Commit[] {
  const ledger = new Ledger(gid);
  return story.steps.map(({ input, decision }) => {
    const entry = ledger.write(input, decision.events);
    ledger.accept(entry, decision.next);
    return entry.commit;
  });
}

function read(commits: readonly (Commit | undefined)[]): Ledger {
  const ledger = new Ledger(gid);
  for (const commit of commits) if (commit !== undefined) ledger.read(encode(commit));
  return ledger;
}

function errorOf(commits: readonly (Commit | undefined)[]): CommitError["code"] | undefined {
  try {
    read(commits);
    return undefined;
  } catch (error) {
    if (error instanceof CommitError) return error.code;
    throw error;
  }
}

function expect(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`not so: ${what}`);
}
