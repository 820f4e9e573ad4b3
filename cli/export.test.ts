import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeCloudEvents } from "../properties/conform/cloudevents.ts";
import { judgeOwn } from "../properties/conform/own.ts";
import { linesFrom } from "../properties/conform/own-log.ts";
import { linesOf, TrialFolder } from "./trial-folder.ts";

let folder: TrialFolder;
beforeAll(async () => {
  folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "t1", "--id", "one");
  await folder.run("run", "copy", "nothing", "t2", "--id", "two", "--dismiss", "manual");
  await folder.run("run", "copy", "source", "t3", "--id", "three", "--detach");
  await folder.run("cancel", "three", "--note", "not today");
  await folder.run("dismiss", "two");
});
afterAll(() => folder[Symbol.dispose]());

async function exported(...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await folder.run("export", ...words);
  expect(stderr).toBe("");
  return stdout;
}

function linesIn(text: string) {
  return linesFrom(text.trimEnd().split("\n"));
}

test("the log that this program writes conforms", async () => {
  const verdict = await judgeOwn(linesIn(await exported("log")));
  expect(verdict).toMatchObject({ verdict: "conforms", jobs: 3, skipped: 0 });
});

describe("export cloudevents", () => {
  test("writes the status changes of all jobs, which conform", async () => {
    const text = await exported("cloudevents");
    const verdict = await judgeCloudEvents(linesIn(text));
    expect(verdict).toMatchObject({ verdict: "conforms", jobs: 3, skipped: 0 });
  });

  test("writes those of one job's group alone, the same ones", async () => {
    const [all, one] = [await exported("cloudevents"), await exported("cloudevents", "two")];
    expect(linesOf(one)).toEqual(linesOf(all).filter(({ subject }) => subject === "two"));
  });

  test("ends at a position", async () => {
    const early = linesOf(await exported("cloudevents", "--at", "1"));
    expect(early.map(({ type }) => type)).toContain("jobchart.job.created");
    expect(new Set(early.map(({ subject }) => subject))).toEqual(new Set(["one"]));
  });
});

test("export mermaid draws what was said to a job, and by whom", async () => {
  const text = await exported("mermaid", "three");
  expect(text).toMatch(/^sequenceDiagram\n/);
  expect(text).toContain("->>j1: cancel (not today)\n    Note over j1: created → aborting");
});

test("export itf has a state for every commit and one before them", async () => {
  const { states } = JSON.parse(await exported("itf", "three")) as { states: object[] };
  const [, ...commits] = linesOf(await exported("log", "three"));
  expect(states).toHaveLength(commits.length + 1);
});

test.each([
  [["export", "mermiad"], 2, "Did you mean 'mermaid'?"],
  [["export", "itf"], 2, "Missing: the ID of a job"],
  [["export", "mermaid", "one", "two"], 2, "jobs of 2 groups"],
  [["export", "mermaid", "two", "--at", "1"], 2, "nothing had happened by then"],
  [["export", "cloudevents", "none"], 3, "none: Job not found"],
])("%j ends with %i", async (words, code, said) => {
  const ended = await folder.run(...words);
  expect(ended.stderr).toContain(said);
  expect(ended).toMatchObject({ code, stdout: "" });
});
