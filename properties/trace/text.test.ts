import { expect, test } from "vitest";
import { Story } from "../../machines/story.ts";
import { traceOfStory } from "./story-trace.ts";
import { textOf } from "./text.ts";

test("every step is a line with who says what to which job, and what came of it", () => {
  const story = Story.of({ id: "a", can: ["prepare"] }, { id: "b" });
  story.play("claimed a b", "pause a");
  story.ask("a", "pause");
  story.play("finished b");
  expect(textOf(traceOfStory(story))).toBe(`\
1  +0.000 s  user@host  create                a: created (can prepare); b: created
2  +1.000 s  user@host  claimed a (epoch 1)   a: created → running (by w1 on h1, epoch 1)
3  +2.000 s  user@host  claimed b (epoch 1)   b: created → running (by w1 on h1, epoch 1)
4  +3.000 s  user@host  pause a               a: pause asked for
5  +4.000 s  user@host  pause a               refused: Job is already paused [not-paused]
6  +5.000 s  user@host  finished b (epoch 1)  b: running → waiting
`);
});

test("the last line says what is broken", () => {
  const lines = textOf(traceOfStory(Story.of({ id: "a" }), "G3 never does one succeed")).split(
    "\n",
  );
  expect(lines.slice(-2)).toEqual(["✗ G3 never does one succeed", ""]);
});

test("without times there is no column for them, and what changes nothing says so", () => {
  const { after } = { after: Story.of({ id: "a" }).group };
  const step = { by: "user", verb: "pause", job: "a", events: [], after };
  expect(textOf({ steps: [step] })).toBe("1  user  pause a  nothing changes\n");
});

test("members that change alike are named together, facts of all of them apart", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "finished a b");
  const last = textOf(traceOfStory(story));
  expect(last).toContain("b, a: waiting → pending; all: finalizing; all: decided: commit");
  expect(last).toContain("b: pending → concluded (success, unclaimed)");
});

test("what came of a step stands below it where both together are wider than a line", () => {
  const story = Story.of({ id: "a" }, { id: "b" }).play("claimed a b", "finished a b");
  story.ask("a", "pause", { by: "somebody", note: "x".repeat(300) });
  const lines = textOf(traceOfStory(story)).trimEnd().split("\n");
  expect(lines[4]).toMatch(/finished b \(epoch 1\)$/);
  expect(lines[5]).toMatch(/^ {6}b: running → waiting; b, a: waiting → pending; /);
  expect(lines[6]).toMatch(/^ {6}b: pending → concluded/);
});

test("no line is wider than a hundred columns, whatever somebody wrote", () => {
  const story = new Story();
  const can = ["ready", "soft-cancel", "change", "prepare", "commit", "abort", "clean"] as const;
  story.create([{ id: "a", can: [...can], onError: "stop", autoFinalize: false, deadline: 1e12 }]);
  story.play("claimed a");
  story.ask("a", "change", { change: { [`"${"x".repeat(90)}"`]: "y".repeat(90) } });
  story.ask("a", "failed", { error: "it is broken ".repeat(30) });
  const lines = textOf(traceOfStory(story)).trimEnd().split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test("a long note widens no other line", () => {
  const { after } = { after: Story.of({ id: "a" }).group };
  const step = { by: "user", verb: "pause", job: "a", events: [], after };
  const long = { ...step, detail: "because I say so, and ".repeat(4) };
  const lines = textOf({ steps: [long, step] }).split("\n");
  expect(lines[1]).toBe("2  user  pause a  nothing changes");
  expect(textOf({ steps: [long] })).toContain("user  pause a (because I say so");
});

test("a job without a name of its own is called by its number", () => {
  const gid = "gaaaaaaaaaaaaaaaa";
  const story = Story.of({ id: `${gid}-1` }, { id: `${gid}-2` });
  story.ask(`${gid}-2`, "pause");
  const text = textOf(traceOfStory(story));
  expect(text).toContain("create    -1, -2: created");
  expect(text).toContain("pause -2  -2: pause asked for");
  expect(text).not.toContain(gid);
});

test("a clock behind the first one counts backwards", () => {
  const { after } = { after: Story.of({ id: "a" }).group };
  const step = { by: "user", verb: "pause", job: "a", events: [], after };
  const steps = [
    { ...step, at: 1_000 },
    { ...step, at: 661 },
  ];
  expect(textOf({ steps }).split("\n")[1]).toMatch(/^2 +-0\.339 s/);
});

test("a text of others cannot break a line", () => {
  const story = Story.of({ id: "a" }).play("claimed a");
  story.ask("a", "change", { note: "one\ntwo" });
  story.ask("a", "failed", { error: "one\ntwo\u001b[31m" });
  const text = textOf(traceOfStory(story));
  expect(text).toContain("one two [31m");
  expect(text).not.toContain("\u001b");
  expect(text).not.toMatch(/^two/m);
});
