import { expect, test } from "vitest";
import { decide } from "../machines/lifecycle.ts";
import type { Group } from "../machines/record.ts";
import { verbNames, type Verb } from "../machines/status.ts";
import { Story, usualInput, type Member } from "../machines/story.ts";
import { jobInfo, type JobInfo } from "../projections/job-info.ts";
import { isDone, isOpenTo } from "./open-to.ts";

const can = ["prepare", "commit", "abort", "ready", "change"] as const;
const one: Member = { id: "a", can };
const manual: Member = { ...one, autoFinalize: false, autoDismiss: false };
const other: Member = { ...manual, id: "b" };

const stories: readonly Story[] = [
  Story.of({ ...one, held: true }),
  Story.of(one),
  Story.of(one).play("claimed a"),
  Story.of(one).play("claimed a", "pause a"),
  Story.of(one).play("claimed a", "pause a", "paused a"),
  Story.of(one).play("claimed a", "pause a", "paused a", "resume a"),
  Story.of(one).play("claimed a", "cancel a"),
  Story.of(one).play("claimed a", "lost a"),
  Story.of(one).play("claimed a", "ready a"),
  Story.of(one).play("claimed a", "ready a", "complete a"),
  Story.of(one).play("claimed a", "ready a", "pause a", "paused a"),
  Story.of(manual).play("claimed a", "finished a"),
  Story.of(manual).play("claimed a", "finished a", "finalize a"),
  Story.of(manual).play("claimed a", "finished a", "lost a"),
  Story.of(one).play("claimed a", "finished a", "lost a"),
  Story.of(one, other).play("claimed a b", "finished a"),
  Story.of(manual, other).play("claimed a b", "finished a b"),
  Story.of(one).play("claimed a", "finished a", "prepared a"),
  Story.of(one).play("claimed a", "finished a", "prepared a", "step-failed a"),
  Story.of(one).play("claimed a", "finished a", "prepared a", "lost a"),
  Story.of(one).play("claimed a", "failed a"),
  Story.of(manual).play("claimed a", "failed a", "aborted a"),
  Story.of(one).play("claimed a", "failed a", "aborted a"),
];

function infosOf(group: Group, at: number): readonly JobInfo[] {
  return group.jobs.map((job) => jobInfo(group, job, { at }));
}

function asked(story: Story, verb: Verb) {
  const input = usualInput(story.job("a"), verb);
  return decide(story.group, { id: "x", by: "user@host", at: story.at, ...input });
}

/** A second cancel, or complete, is accepted too, and does nothing. */
function doesSomething(story: Story, verb: Verb): boolean {
  const { refusal, next } = asked(story, verb);
  return refusal === undefined && JSON.stringify(next) !== JSON.stringify(story.group);
}

const told = stories.map((story) => {
  const words = story.steps.map(({ input }) => input.verb).join(" ");
  return [words, story] as const;
});

test.each(told)(
  "after %s, a job is open to what would be accepted and do something",
  (_, story) => {
    const [info] = infosOf(story.group, story.at);
    const open = verbNames.filter((verb) => info && isOpenTo(verb, info));
    expect(open).toEqual(verbNames.filter((verb) => doesSomething(story, verb)));
  },
);

test("an accepted verb has had its effect, a cancel or finalize on all that finish together", () => {
  const shared: readonly Verb[] = ["cancel", "finalize"];
  const judged: readonly Verb[] = ["start", "pause", "resume", "dismiss", ...shared];
  const seen = new Set<Verb>();
  for (const story of stories) {
    for (const verb of judged) {
      const [before] = infosOf(story.group, story.at);
      const { refusal, next } = asked(story, verb);
      if (refusal !== undefined || before === undefined || !isOpenTo(verb, before)) continue;
      seen.add(verb);
      expect(isDone(verb, before), `${verb} of ${before.status}`).toBe(false);
      const after = infosOf(next, story.at);
      const concerned = shared.includes(verb) ? after : after.slice(0, 1);
      expect(
        concerned.every((info) => isDone(verb, info)),
        `${verb} of ${before.status}`,
      ).toBe(true);
    }
  }
  expect([...seen].toSorted()).toEqual(judged.toSorted());
});
