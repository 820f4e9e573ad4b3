import { expect, test } from "vitest";
import { Ledger } from "../../machines/ledger.ts";
import { Story } from "../../machines/story.ts";
import { traceOfLog } from "./trace-of-log.ts";
import { traceOfStory } from "./story-trace.ts";
import { textOf } from "./text.ts";

function written(story: Story): readonly { readonly text: string }[] {
  const ledger = new Ledger(story.group.gid);
  return story.steps.map(({ input, decision }) => {
    const commit = ledger.write(input, decision.events);
    ledger.accept(commit, decision.next);
    return { text: commit.text };
  });
}

test("a recorded history shows as the story that it was recorded of", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "pause a", "finished b");
  const told = traceOfStory(story).steps.map(({ detail: _detail, ...step }) => step);
  const { steps } = traceOfLog(story.group.gid, written(story));
  expect(steps).toEqual(told);
  expect(textOf({ steps })).toContain("pause a");
});

test("a note is shown with what was said", () => {
  const story = Story.of({ id: "a" });
  story.ask("a", "pause", { note: "disk is busy" });
  expect(traceOfLog(story.group.gid, written(story)).steps[1]).toMatchObject({
    verb: "pause",
    job: "a",
    detail: "disk is busy",
  });
});
