import { expect, test } from "vitest";
import { decide } from "../../machines/lifecycle.ts";
import { refusal } from "../../machines/refusal.ts";
import { Story, type Decide } from "../../machines/story.ts";
import { violationsOf } from "./invariants.ts";

/** What is said against the last step of a story in which a paused job is asked to pause. */
function said(how: Decide): readonly string[] {
  const told = new Story(how);
  told.create([{ id: "a" }]);
  told.play("claimed a", "pause a").ask("a", "pause");
  const last = told.steps.at(-1);
  if (last === undefined) throw new Error("a story has steps");
  const texts = violationsOf({ ...last, decide: how }).map(({ text }) => text);
  return texts.filter((text) => text.startsWith("V")).map((text) => text.replace(/^.*: /, ""));
}

function refusing(guard: string, ...legal: readonly "pause"[]): Decide {
  return (group, input) => {
    const decision = decide(group, input);
    if (decision.refusal === undefined) return decision;
    const [job] = group.jobs;
    const named = refusal("no", guard, input.verb, job);
    return { ...decision, refusal: legal.length === 0 ? named : { ...named, legal } };
  };
}

const admitting: Decide = (group, input) => {
  const decision = decide(group, input);
  return decision.refusal === undefined ? decision : { events: [], effects: [], next: group };
};

test("V1 names the guard that forbids what is taken", () => {
  expect(said(admitting)).toContain("pause is taken, and [not-paused] forbids it");
});

test("V2 says what a refusal names, and what it should name", () => {
  const wrong = "pause is refused by [due], the first guard that fails is [not-paused]";
  expect(said(refusing("due"))).toEqual([wrong]);
  const [legal] = said(refusing("not-paused", "pause"));
  expect(legal).toMatch(/^pause is told that legal is pause; it is pause, resume, cancel/);
});

test("nothing is said against the lifecycle as it is", () => {
  expect(said(decide)).toEqual([]);
});
