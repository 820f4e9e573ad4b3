import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openBus } from "../../bus/open-bus.ts";
import { realWorld } from "../../bus/world.ts";
import type { Commit } from "../../machines/commit.ts";
import { capabilities } from "../../machines/record.ts";
import { Story } from "../../machines/story.ts";
import { appendRandomLives } from "../../projections/random-lives.ts";
import { judgeOwn } from "./own.ts";
import { both, place, verbAt } from "./own-corruptions.ts";
import { cause, event } from "./own-edit.ts";
import { commitsOf, exported, linesFrom, pairStory, rechained } from "./own-log.ts";

function judge(texts: Iterable<string>) {
  return judgeOwn(linesFrom(texts));
}

const retry = { attempts: 2, backoffMs: 1_000, maxMs: 1_000 };
const ours = commitsOf(pairStory());

describe("a log as it was written conforms", () => {
  test("of one group, with every job and event counted", async () => {
    const events = ours.flatMap((commit) => commit.events).length;
    expect(await judge(exported(ours))).toEqual({
      verdict: "conforms",
      jobs: 2,
      events,
      skipped: 0,
    });
  });

  test("of groups whose commits are mixed", async () => {
    const mixed = both.toSorted((a, b) => a.rev - b.rev);
    expect(await judge(exported(mixed))).toMatchObject({ verdict: "conforms", jobs: 4 });
  });

  test("of one group out of several", async () => {
    const some = both.filter(({ gid }) => gid === "gbbbbbbbbbbbbbbbb");
    expect(await judge(exported(some))).toMatchObject({ verdict: "conforms", jobs: 2 });
  });

  test("of a creation that was undone, and a group that was fenced off", async () => {
    const undone = new Story(undefined, "gcccccccccccccccc");
    undone.create([{ id: "x" }, { id: "y", speed: -1 }, { id: "z" }]);
    const fenced = new Story(undefined, "gdddddddddddddddd");
    fenced.say({ verb: "void" });
    const commits = [...commitsOf(undone), ...commitsOf(fenced)];
    expect(await judge(exported(commits))).toMatchObject({ verdict: "conforms", jobs: 2 });
  });

  test.each([1, 2, 3])("of random lives, seed %i", async (seed) => {
    await using bus = await openBus("memory:", { world: realWorld, create: true });
    await appendRandomLives(bus.log, { seed, groups: 40, commitsMax: 800 });
    const texts: string[] = [];
    for await (const batch of bus.log.readAll()) texts.push(...batch.map(({ text }) => text));
    expect(await judge(exported(texts))).toMatchObject({ verdict: "conforms", skipped: 0 });
  });

  test("whose requests said more than was news", async () => {
    const story = new Story();
    const progress = { current: 5, total: 9 };
    story.create([{ id: "a", can: capabilities, recover: "restart", retry, autoFinalize: false }]);
    story.play("claimed a").tell("a", "progress", { progress, cursor: { at: 5 } });
    story.tell("a", "change", { change: { x: 1 } }).tell("a", "change", { change: { x: 1, y: 2 } });
    story.tell("a", "change", { change: { x: 1, z: 3 } });
    story.tell("a", "progress", { progress: { current: 6, total: 9 }, cursor: { at: 5 } });
    story.tell("a", "failed", { retryable: true, progress, cursor: { at: 5 } });
    story.at += 60_000;
    story.tell("a", "claimed", { cursor: { at: 5 }, progress }).tell("a", "ready", { progress });
    const end = { current: 9, total: 9 };
    story.tell("a", "finished", { progress: end, cursor: null, result: null });
    story.play("finalize a", "lost a");
    story.tell("a", "claimed", { cursor: { at: 6 }, progress });
    story.tell("a", "cancel", { soft: false }).play("aborted a", "cleaned a");
    expect(await judge(exported(commitsOf(story)))).toMatchObject({ verdict: "conforms" });
  });

  test("whose run ended well after all, though it was cancelled", async () => {
    const story = Story.of({ id: "a" }).play("claimed a", "cancel a");
    story.tell("a", "finished", { progress: { current: 9, total: 9 }, result: { files: 1 } });
    expect(await judge(exported(commitsOf(story)))).toMatchObject({ verdict: "conforms" });
  });

  test("whose lines a copier has ended in its own way", async () => {
    const lines = exported(ours).map((line) => `${line}\r`);
    expect(await judge(lines)).toMatchObject({ verdict: "conforms" });
  });

  test("of release v1", async () => {
    const golden = readFileSync(new URL("../golden/v1.jsonl", import.meta.url), "utf8");
    expect(await judge(golden.trimEnd().split("\n"))).toMatchObject({
      verdict: "conforms",
      jobs: 13,
    });
  });
});

describe("a log that says too little is inconclusive", () => {
  test.each([
    ["its end is missing", exported(both.slice(0, 9), both.length), "9 of 33 commits are whole"],
    [
      "its last line is torn",
      [...exported(both.slice(0, 9), both.length), '{"v":1,"gid":"ga'],
      "was cut",
    ],
    ["nothing is in it", exported([]), "no commits follow"],
    ["it is empty", [], "it is empty"],
    ["it is blank", ["", ""], "it is empty"],
    ["all of it is missing", exported([], 3), "0 of 3 commits"],
  ])("when %s", async (_what, lines, said) => {
    const verdict = await judge(lines);
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.explanation).toContain(said.replace("33", `${both.length}`));
  });

  test.each([
    ["with a higher version", (text: string) => text.replace('"v":1', '"v":2')],
    [
      "with an unknown kind of event",
      (text: string) => text.replace('"kind":"wish"', '"kind":"moved"'),
    ],
  ])("from the first commit %s on", async (_what, change) => {
    const index = place(verbAt("pause"));
    const lines = exported(both).with(index + 1, change(JSON.stringify(both[index])));
    const verdict = await judge(lines);
    expect(verdict).toMatchObject({ verdict: "inconclusive", line: index + 2 });
    expect(verdict.explanation).toContain("a newer release");
    expect(verdict.skipped).toBe(ours.length - index);
  });

  test("where a commit was decided by other rules, unless its facts are illegal", async () => {
    const index = place(verbAt("pause"));
    const odd = event(0, (fact) => ({ ...fact, set: { ...fact.set, speed: 9 } }))(both[index]!);
    const at = (commit: Commit) => judge(exported(rechained(both.with(index, commit))));
    expect(await at(odd)).toMatchObject({ verdict: "diverges", line: index + 2 });
    expect(await at({ ...odd, model: 7 })).toMatchObject({
      verdict: "inconclusive",
      line: index + 2,
      observed: "a commit decided by model 7",
    });
    const illegal = event(0, () => ({ ...both[1]!.events[0]!, from: "running", to: "created" }));
    expect(await at({ ...illegal(odd), model: 7 })).toMatchObject({ verdict: "diverges" });
  });

  test("where a request is none of this release's, unless its facts are illegal", async () => {
    const index = place(verbAt("pause"));
    const unknown = both.with(index, cause({ verb: "hibernate" })(both[index] ?? both[0]!));
    const verdict = await judge(exported(rechained(unknown)));
    expect(verdict).toMatchObject({ verdict: "inconclusive", line: index + 2 });
    expect(verdict.explanation).toContain("knows no 'hibernate'");
    const illegal = event(0, () => ({ ...both[1]!.events[0]!, from: "running", to: "created" }));
    const spoilt = unknown.map((commit, at) => (at === index ? illegal(commit) : commit));
    expect(await judge(exported(rechained(spoilt)))).toMatchObject({
      verdict: "diverges",
      line: index + 2,
    });
  });

  test("unless what follows cannot even be read", async () => {
    const index = place(verbAt("pause"));
    const newer = JSON.stringify(both[index]).replace('"v":1', '"v":2');
    const lines = [...exported(both).with(index + 1, newer), "garbage"];
    expect(await judge(lines)).toMatchObject({ verdict: "unreadable", line: lines.length });
  });

  test("but a divergence after that counts more", async () => {
    const index = place(verbAt("pause"));
    const lines = exported(both).with(
      index + 1,
      JSON.stringify(both[index]).replace('"v":1', '"v":2'),
    );
    const last = lines.length - 1;
    expect(await judge(lines.toSpliced(last - 1, 1))).toMatchObject({
      verdict: "diverges",
      line: last,
    });
  });
});

describe("what is no exported log is unreadable", () => {
  test.each<readonly [string, readonly string[], number | undefined, string]>([
    ["binary", ["\u0000\u0001\uFFFDPNG"], 1, "is no head line"],
    ["another format", ['{"QMP":{}}'], 1, "is no head line"],
    ["JSON that is no object", ["null"], 1, "is no head line"],
    ["a newer export", ['{"format":"jobchart-log","version":2}'], 1, "newer release"],
    ["an export of no version", ['{"format":"jobchart-log"}'], 1, "is of no version"],
    ["a line that is no JSON", exported(both).with(3, "{"), 4, "is no JSON"],
    ["a last line that is no JSON", [...exported(both), "garbage"], both.length + 2, "is no JSON"],
  ])("%s", async (_what, lines, line, said) => {
    const verdict = await judge(lines);
    expect(verdict.verdict).toBe("unreadable");
    expect(verdict.line).toBe(line);
    expect(verdict.explanation).toContain(said);
  });

  test("a line that is longer than any commit", async () => {
    expect(await judgeOwn(long())).toMatchObject({ verdict: "unreadable", line: 3 });
  });
});

async function* long() {
  yield* linesFrom(exported(ours).slice(0, 2));
  yield { number: 3, text: '{"v":1,', isCut: true };
}
