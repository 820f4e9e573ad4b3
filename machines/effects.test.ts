/** Effects: whom a commit concerns at once. */
import { expect, test } from "vitest";
import { Story } from "./story.ts";

function lastEffects(story: Story): readonly string[] {
  const effects = story.steps.at(-1)?.decision.effects ?? [];
  return effects.map((effect) =>
    effect.do === "offer"
      ? `offer ${effect.offer.uid.at(-1)}`
      : `poke ${effect.session} ${effect.uid.at(-1)}`,
  );
}

test("a creation offers its jobs, but for those that are held", () => {
  expect(lastEffects(Story.of({ id: "a" }, { id: "b", held: true }))).toEqual(["offer 1"]);
});

test("a verb pokes the session that holds the job, and no other", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "pause a");
  expect(lastEffects(story)).toEqual(["poke s1 1"]);
});

test("a cancel pokes the holders of all members that finish together", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "cancel a");
  expect(lastEffects(story)).toEqual(["poke s1 1", "poke s1 2"]);
});

test("a lost worker's job is offered again, and its session told", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "lost a");
  expect(lastEffects(story)).toEqual(["offer 1", "poke s1 1"]);
});

test("a refusal has none", () => {
  const story = Story.of({ id: "a" }).play("claimed a");
  story.refusal("a", "finalize");
  expect(lastEffects(story)).toEqual([]);
});
