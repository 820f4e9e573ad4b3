import { expect, test } from "vitest";
import { encode } from "../../machines/commit.ts";
import { emptyGroup, type Group, type Job } from "../../machines/record.ts";
import { Story } from "../../machines/story.ts";
import { commitsOf } from "./own-log.ts";
import { OwnViews } from "./own-views.ts";

/** Shows the views a creation and a claim, the record after which is another than was written. */
function seeing(change: (job: Job) => Job): () => void {
  const story = Story.of({ id: "a" }).play("claimed a");
  const views = new OwnViews();
  let before: Group = emptyGroup(story.group.gid);
  for (const [index, commit] of commitsOf(story).entries()) {
    const { gid, rev } = commit;
    const next = story.steps[index]?.decision.next ?? before;
    const after = { ...next, jobs: next.jobs.map(change) };
    views.see({ position: rev, gid, rev, text: encode(commit) }, commit, before, after);
    before = after;
  }
  return () => views.settle();
}

test("views that are of the record are as they should be", () => {
  expect(seeing((job) => job)).not.toThrow();
});

test("a row that differs from the record in one field is a divergence", () => {
  expect(seeing((job) => ({ ...job, speed: 7 }))).toThrow("the row of group gaaaaaaaaaaaaaaaa");
});

test("a count that differs from that of the records is a divergence", () => {
  const views = new OwnViews();
  const story = Story.of({ id: "a" });
  const [commit] = commitsOf(story);
  if (commit === undefined) throw new Error("nothing was created");
  const stored = { position: 1, gid: commit.gid, rev: 1, text: encode(commit) };
  views.see(stored, commit, story.group, story.group);
  expect(() => views.settle()).toThrow("the count of");
});
