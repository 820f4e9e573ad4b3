/** Exported logs in which groups were pruned: wholly, not yet wholly, and as nobody has done it. */
import { describe, expect, test } from "vitest";
import { encode, type Commit } from "../../machines/commit.ts";
import type { Pruned } from "../../machines/record.ts";
import { Story } from "../../machines/story.ts";
import { commitsOf, exported, linesFrom, mirrorStory, pairStory } from "./own-log.ts";
import { judgeOwn } from "./own.ts";
import type { Verdict } from "./verdict.ts";

function pruned(story: Story): readonly Commit[] {
  story.say({ verb: "prune" });
  return commitsOf(story);
}

const pair = pruned(pairStory());
const mirror = mirrorStory();
const dismissed = pruned(mirror.play("dismiss m"));
const summary = pair.at(-1);

function judge(...commits: readonly (Commit | undefined)[]): Promise<Verdict> {
  const there = commits.filter((commit) => commit !== undefined);
  return judgeOwn(linesFrom(exported(there)));
}

/** The pair's summary, as somebody has changed it. */
function forged(change: (said: Pruned, commit: Commit) => Partial<Commit>): Commit | undefined {
  const said = summary?.events[0]?.pruned;
  return summary && said && { ...summary, ...change(said, summary) };
}

const withJobs = (jobs: Pruned["jobs"]) =>
  forged(({ at }) => ({ events: [{ kind: "pruned", pruned: { at, jobs } }] }));

describe("conforms", () => {
  test("where nothing but summaries is left", async () => {
    const verdict = await judge(summary, dismissed.at(-1));
    expect(verdict).toMatchObject({ verdict: "conforms", jobs: 4, events: 2 });
  });

  test("where all of a group is still there beside its summary", async () => {
    const verdict = await judge(...pair, ...dismissed);
    expect(verdict).toMatchObject({ verdict: "conforms", jobs: 4 });
  });

  test("where a part of a group was read before the rest was removed", async () => {
    for (let count = 1; count < pair.length - 1; count += 1) {
      const verdict = await judge(...pair.slice(0, count), summary);
      expect(verdict).toMatchObject({ verdict: "conforms", jobs: 2 });
    }
  });

  test("of what was fenced off", async () => {
    const fenced = new Story();
    fenced.say({ verb: "void" });
    const [first, last] = pruned(fenced);
    expect(await judge(first, last)).toMatchObject({ verdict: "conforms" });
    expect(await judge(last)).toMatchObject({ verdict: "conforms", jobs: 0 });
  });
});

describe("diverges", () => {
  const end = pair.slice(0, -1);
  const jobs = summary?.events[0]?.pruned?.jobs ?? [];

  test.each([
    [
      "says another end",
      () => withJobs(jobs.map((job) => ({ ...job, outcome: "failed" as const }))),
    ],
    ["leaves a job out", () => withJobs(jobs.slice(1))],
    ["follows another commit", () => forged(() => ({ prev: "00" }))],
    ["comes too late", () => forged((_said, { rev }) => ({ rev: rev + 1 }))],
    [
      "was left by another word",
      () => forged((_said, { cause }) => ({ cause: { ...cause, verb: "dismiss" } })),
    ],
    ["is of another time", () => forged(() => ({ at: "2026-01-01T00:00:00.000Z" }))],
  ])("a summary that %s", async (_name, made) => {
    expect(await judge(...end, made())).toMatchObject({
      verdict: "diverges",
      line: pair.length + 1,
    });
  });

  test("a lone summary that another word has left, or of another group's job", async () => {
    const other = forged((_said, { cause }) => ({ cause: { ...cause, verb: "dismiss" } }));
    expect(await judge(other)).toMatchObject({ verdict: "diverges", line: 2 });
    const stray = withJobs(
      jobs.map((job) => Object.assign({}, job, { uid: "gzzzzzzzzzzzzzzzz-1" })),
    );
    expect(await judge(stray)).toMatchObject({ verdict: "diverges", line: 2 });
  });

  test("anything that follows a summary, and a second one", async () => {
    expect(await judge(...pair, summary)).toMatchObject({ verdict: "diverges" });
    expect(await judge(summary, pair[0])).toMatchObject({ verdict: "diverges", line: 3 });
  });

  test("a summary of what has not ended", async () => {
    const early = pair.slice(0, 3);
    const next = forged(() => ({
      rev: 4,
      prev: JSON.parse(encode(pair[3] as Commit)).prev as string,
    }));
    expect(await judge(...early, next)).toMatchObject({ verdict: "diverges", line: 5 });
  });

  test("a group that begins late without a summary", async () => {
    expect(await judge(...pair.slice(1))).toMatchObject({ verdict: "diverges", line: 2 });
  });
});
