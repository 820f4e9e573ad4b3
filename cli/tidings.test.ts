import { expect, test } from "vitest";
import { Story, type Member } from "../machines/story.ts";
import { jobInfo } from "../projections/job-info.ts";
import { standingLine } from "./tidings.ts";
import { TrialFolder } from "./trial-folder.ts";

const one: Member = { id: "a", can: ["commit"] };

test.each([
  ["works", "a: running", Story.of(one).play("claimed a")],
  ["is at a step", "a: pending: committing", Story.of(one).play("claimed a", "finished a")],
  [
    "has a step that failed",
    "a: pending: commit failed 1 times: it broke",
    Story.of(one).play("claimed a", "finished a", "step-failed a"),
  ],
  ["waits for others", undefined, Story.of({ ...one, held: true })],
])("now and then it is said of a job that it %s", (_what, said, story) => {
  const info = jobInfo(story.group, story.job("a"), { at: story.at });
  expect(standingLine(info)).toBe(said);
});

test("a step that throws is said to have failed, each time, and when it is tried again", async () => {
  using folder = new TrialFolder();
  folder.file(
    "flaky.ts",
    `let tries = 0;
    export default {
      type: "flaky", args: {}, run: async () => null,
      commit: async () => { if (++tries < 3) throw new Error("no " + tries); },
    };`,
  );
  const { stdout, code } = await folder.run("run", "flaky", "--id", "a", "--drivers", "flaky.ts");
  expect(stdout).toMatch(/^a: commit failed \(1st try\): no 1; tried again in \d.* m?s$/m);
  expect(stdout).toMatch(/^a: commit failed \(2nd try\): no 2; tried again in \d.* m?s$/m);
  expect(code).toBe(0);
});
