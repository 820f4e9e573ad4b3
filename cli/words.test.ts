import { expect, test } from "vitest";
import { Story, type Member } from "../machines/story.ts";
import { jobInfo } from "../projections/job-info.ts";
import type { Sample } from "../projections/sample.ts";
import { stateText } from "./words.ts";

const one: Member = { id: "a", can: ["prepare", "commit", "abort", "ready"] };
const manual = { ...one, autoFinalize: false };
const others: readonly Member[] = ["b", "c", "d", "e"].map((id) => ({ id }));

function said(story: Story, more: { at?: number; sample?: Sample | null } = {}): string {
  return stateText(jobInfo(story.group, story.job("a"), { at: story.at, ...more }));
}

const sample: Sample = {
  epoch: 1,
  current: 0,
  total: 0,
  rate: null,
  at: 0,
  step: { name: "prepare", current: 43, total: 100 },
};

const stories: readonly (readonly [text: string, story: Story])[] = [
  ["created: to be started", Story.of({ ...one, held: true })],
  ["created: waits for a worker", Story.of(one)],
  ["created: waits for a worker with gpu=a100", Story.of({ ...one, require: { gpu: "a100" } })],
  [
    "running: waits for a worker with gpu=a100 on h1",
    Story.of({ ...one, require: { gpu: "a100" }, place: "host" }).play("claimed a", "lost a"),
  ],
  ["running", Story.of(one).play("claimed a")],
  ["running: pausing", Story.of(one).play("claimed a", "pause a")],
  ["paused: until resumed", Story.of(one).play("claimed a", "pause a", "paused a")],
  ["running: being cancelled", Story.of(one).play("claimed a", "cancel a")],
  ["ready: to be completed", Story.of(one).play("claimed a", "ready a")],
  ["ready: completing", Story.of(one).play("claimed a", "ready a", "complete a")],
  [
    "waiting for b, c, d and 1 more",
    Story.of(one, ...others).play("claimed a b c d e", "finished a"),
  ],
  ["pending: to be finalized", Story.of(manual).play("claimed a", "finished a")],
  ["pending: verifying", Story.of(one).play("claimed a", "finished a")],
  ["pending: committing", Story.of(one).play("claimed a", "finished a", "prepared a")],
  ["aborting: undoing", Story.of(one).play("claimed a", "failed a")],
  ["failed", Story.of(one).play("claimed a", "failed a", "aborted a")],
  [
    "failed, to be dismissed",
    Story.of({ ...one, autoDismiss: false }).play("claimed a", "failed a", "aborted a"),
  ],
];

test.each(stories)("a job says that it is %s", (text, story) => {
  expect(said(story)).toBe(text);
});

test("a job that stalls says for how long", () => {
  const story = Story.of({ ...one, stallMs: 60_000 }).play("claimed a");
  const [{ activeSince }, sample] = [story.job("a"), null];
  const at = (activeSince ?? 0) + 725_000;
  expect(said(story, { sample, at })).toBe("stalled 12 min 05 s");
  expect(said(story.play("pause a"), { sample, at })).toBe("stalled 12 min 05 s: pausing");
});

test("a job at a step says how far that is, and no longer once the step is over", () => {
  const story = Story.of(one).play("claimed a", "finished a");
  expect(said(story, { sample })).toBe("pending: verifying 43 %");
  expect(said(story.play("prepared a"), { sample })).toBe("pending: committing");
});
