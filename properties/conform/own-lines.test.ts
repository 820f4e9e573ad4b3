import { describe, expect, test } from "vitest";
import { Story } from "../../machines/story.ts";
import { forgetting } from "../invariants/mutant.ts";
import { judgeOwn, judgeOwnBy } from "./own.ts";
import { both, place, verbAt } from "./own-corruptions.ts";
import { event } from "./own-edit.ts";
import { commitsOf, exported, linesFrom, pairStory, rechained } from "./own-log.ts";

function judge(texts: Iterable<string>) {
  return judgeOwn(linesFrom(texts));
}

const ours = commitsOf(pairStory());

describe("a log whose lines were changed diverges where", () => {
  const texts = exported(both);

  test.each([
    ["one is missing", texts.toSpliced(4, 1), 5, "one commit is missing, rev 4"],
    ["several are missing", texts.toSpliced(4, 3), 5, "3 commits are missing, revs 4 to 6"],
    ["the first is missing", texts.toSpliced(1, 1), 2, "one commit is missing, rev 1"],
    ["one is there twice", texts.toSpliced(5, 0, texts[4] ?? ""), 6, "this line is repeated"],
    [
      "two have changed places",
      swapped(texts, 4),
      5,
      "out of order: rev 4 of the group is on line 6",
    ],
    ["one comes far too late", late(texts, 4), 5, "one commit is missing, rev 4"],
    [
      "one was changed in its facts",
      replaced(texts, 5, '"userPaused":true', '"userPaused":false'),
      6,
      "pause a",
    ],
    [
      "one was changed beside them",
      replaced(texts, 5, '"v":1', '"v":1,"x":1'),
      7,
      "line 6 was changed",
    ],
    [
      "a group goes on after its end",
      [...texts, texts[1] ?? ""],
      texts.length + 1,
      "nothing follows",
    ],
  ])("%s", async (_what, lines, line, said) => {
    const verdict = await judge(withoutCount(lines));
    expect(verdict).toMatchObject({ verdict: "diverges", line });
    expect(verdict.explanation).toContain(said);
  });

  test.each([
    ["a time is in no calendar", '"speed":5', '"speed":5,"deadline":-1e300'],
    ["a value is deeper than anybody can look", '{"b":1}', `{"b":${nested(100_000)}}`],
  ])("%s", async (_what, from, to) => {
    const story = new Story();
    story.create([{ id: "a", speed: 5, args: { b: 1 } }]);
    const [commit = ""] = commitsOf(story).map((each) => JSON.stringify(each));
    const verdict = await judge(exported([commit.replace(from, to)]));
    expect(verdict).toMatchObject({ verdict: "diverges", line: 2 });
    expect(verdict.explanation).toContain("no release accepts such a value");
  });

  test("there are more than the head line announces", async () => {
    const verdict = await judge(exported(both, ours.length));
    expect(verdict).toMatchObject({ verdict: "diverges", line: ours.length + 2 });
  });

  test("the lifecycle that wrote it breaks an invariant, though it says so again", async () => {
    const forgetful = forgetting(({ kind }) => kind === "decision");
    const story = new Story(forgetful);
    story.create([{ id: "a" }]);
    story.play("claimed a", "cancel a");
    const verdict = await judgeOwnBy(forgetful)(linesFrom(exported(commitsOf(story))));
    expect(verdict).toMatchObject({ verdict: "diverges", line: 4 });
    expect(verdict.explanation).toMatch(/^G7 /);
  });

  test("another export begins", async () => {
    const verdict = await judge([...exported(ours, ours.length + 9), ...exported(ours)]);
    expect(verdict).toMatchObject({ verdict: "diverges", line: ours.length + 2 });
    expect(verdict.explanation).toContain("several exports");
  });
});

describe("a log whose times were changed says so where", () => {
  test.each([
    [
      "the time of a line goes back",
      -3_600_000,
      /^the time goes back 59 min 59 s from line \d+; fin/,
    ],
    [
      "the time of a line is later",
      3_600_000,
      /^the line's time is 1 h later than these facts tell; fin/,
    ],
  ])("%s", async (_what, shiftMs, said) => {
    const index = place(verbAt("finished"));
    const commit = both[index]!;
    const at = new Date(Date.parse(commit.at) + shiftMs).toISOString();
    const verdict = await judge(exported(rechained(both.with(index, { ...commit, at }))));
    expect(verdict).toMatchObject({ verdict: "diverges", line: index + 2 });
    expect(verdict.explanation).toMatch(said);
    expect(verdict.observed).toMatch(/^a: running → waiting: activeMs \d+$/);
    expect(verdict.expected).toEqual([expect.stringMatching(/^activeMs \d+$/)]);
  });

  test("a fact that a clock read is another", async () => {
    const index = place(verbAt("create"));
    const changed = event(0, (fact) => ({ ...fact, set: { ...fact.set, createdAt: 0 } }));
    const verdict = await judge(exported(rechained(both.with(index, changed(both[index]!)))));
    expect(verdict.observed).toBe("a: created: createdAt 1970-01-01T00:00:00.000Z");
  });
});

function swapped(lines: readonly string[], index: number): readonly string[] {
  const [a = "", b = ""] = lines.slice(index);
  return lines.with(index, b).with(index + 1, a);
}

function late(lines: readonly string[], index: number): readonly string[] {
  return [...lines.toSpliced(index, 1), lines[index] ?? ""];
}

function replaced(lines: readonly string[], index: number, from: string, to: string) {
  expect(lines[index]).toContain(from);
  return lines.with(index, (lines[index] ?? "").replace(from, to));
}

function withoutCount(lines: readonly string[]): readonly string[] {
  return lines.with(0, (lines[0] ?? "").replace(/,"commits":\d+/, ""));
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}
