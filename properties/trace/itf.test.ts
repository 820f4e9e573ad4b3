import { expect, test } from "vitest";
import { Story } from "../../machines/story.ts";
import { itfOf } from "./itf.ts";
import { traceOfStory } from "./story-trace.ts";

interface Itf {
  readonly "#meta": Readonly<Record<string, unknown>>;
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
}

const none = { tag: "None", value: { "#tup": [] } };

function some(value: unknown) {
  return { tag: "Some", value };
}

function read(story: Story, broken?: string): Itf {
  return JSON.parse(itfOf(traceOfStory(story, broken))) as Itf;
}

/** The record of the first job in a state. */
function jobIn(state: Itf["states"][number] = {}): Readonly<Record<string, unknown>> {
  const { "#map": jobs } = state["jobs"] as { readonly "#map": readonly (readonly unknown[])[] };
  return (jobs[0]?.[1] ?? {}) as Readonly<Record<string, unknown>>;
}

const needs = { require: { gpu: "a100" } };

function lifeOfOne(): Story {
  const story = new Story();
  story.create([{ id: "a", can: ["prepare", "change"], labels: { tier: "gold" }, ...needs }]);
  return story.play("claimed a", "change a");
}

test("there is a state for every step and one before them, each with what led to it", () => {
  const { states } = read(lifeOfOne());
  expect(states.map((state) => state["mbt::actionTaken"])).toEqual([
    "init",
    "create",
    "claimed",
    "change",
  ]);
  expect(states.map((state) => state["#meta"])).toEqual([0, 1, 2, 3].map((index) => ({ index })));
  expect(states[0]).toMatchObject({ jobs: { "#map": [] }, refused: none });
  expect(states[2]?.["mbt::nondetPicks"]).toEqual({
    by: some("user@host"),
    job: some("a"),
    detail: some("epoch 1"),
    at: some(Date.UTC(2025, 10, 20, 6) + 2_000),
  });
});

test("the variables are the keys of every state, each named once", () => {
  const { vars, states } = read(lifeOfOne());
  expect(new Set(vars).size).toBe(vars.length);
  for (const { "#meta": _meta, ...state } of states) expect(Object.keys(state)).toEqual(vars);
});

test("what may be absent is a variant, users' JSON a text, capabilities a set, labels and tags maps", () => {
  const job = jobIn(read(lifeOfOne()).states.at(-1));
  expect(job).toMatchObject({
    status: "running",
    claim: some({ session: "s1", worker: "w1", host: "h1" }),
    outcome: none,
    args: "{}",
    cursor: none,
    changed: '{"mode":"fast"}',
    shape: { can: { "#set": ["prepare", "change"] } },
    labels: { "#map": [["tier", "gold"]] },
    require: { "#map": [["gpu", "a100"]] },
    traceparent: none,
    resources: [],
  });
});

test("no value is null, and no number is one that readers cannot hold", () => {
  const story = lifeOfOne();
  story.ask("a", "progress", { progress: { current: 2 ** 60, total: 0.5 } });
  story.ask("a", "progress", { progress: { current: 2 ** 61, total: 7 }, cursor: null });
  const text = itfOf(traceOfStory(story));
  expect(text).not.toContain("null");
  const { states } = JSON.parse(text) as Itf;
  expect(jobIn(states.at(-2))["progress"]).toEqual({
    current: { "#bigint": "1152921504606846976" },
    total: "0.5",
  });
});

test("a refusal is said in the state that it leaves as it was, and a violation at the top", () => {
  const story = lifeOfOne();
  story.refusal("a", "resume");
  const { "#meta": meta, states } = read(story, "S1 a change");
  expect(states.at(-1)?.["refused"]).toEqual(some("Can't resume a job that was not paused"));
  expect(meta).toMatchObject({ format: "ITF", status: "violation", violated: "S1 a change" });
});

test("a trace that begins in the middle has no state before its first", () => {
  const { steps } = traceOfStory(lifeOfOne());
  const { states } = JSON.parse(itfOf({ steps: steps.slice(1) })) as Itf;
  expect(states.map((state) => state["mbt::actionTaken"])).toEqual(["claimed", "change"]);
});
