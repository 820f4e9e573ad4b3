import { expect, test } from "vitest";
import { Story } from "../../machines/story.ts";
import { mermaidOf } from "./mermaid.ts";
import { traceOfStory } from "./story-trace.ts";

/** What a line of a sequence diagram may be: a text is free of what ends or begins a statement. */
const text = String.raw`(?:[^#;%{}<>&\n]|#(?:\d+|lt|gt|amp);)+`;
const statements = [
  /^sequenceDiagram$/,
  new RegExp(String.raw`^    (?:actor|participant) \w+ as ${text}$`),
  new RegExp(String.raw`^    \w+(?:->>|--x)\w+: ${text}$`),
  new RegExp(String.raw`^    Note over \w+(?:,\w+)?: ${text}$`),
];

function linesOf(story: Story, broken?: string): readonly string[] {
  return mermaidOf(traceOfStory(story, broken)).trimEnd().split("\n");
}

test("who speaks and who is spoken of take part, and every step is an arrow with its notes", () => {
  const story = Story.of({ id: "a" }, { id: "b" });
  story.play("claimed a");
  story.ask("b", "resume");
  expect(linesOf(story)).toEqual([
    "sequenceDiagram",
    "    actor s1 as user@host",
    "    participant group as the group",
    "    participant j1 as a",
    "    participant j2 as b",
    "    s1->>group: create",
    "    Note over j1,j2: created",
    "    s1->>j1: claimed (epoch 1)",
    "    Note over j1: created → running (by w1 on h1, epoch 1)",
    "    s1->>j2: resume",
    "    j2--xs1: Can't resume a job that was not paused",
  ]);
});

test("drivers' own JSON, and how far they are, is in no note", () => {
  const story = Story.of({ id: "a", can: ["prepare"] }).play("claimed a");
  story.ask("a", "progress", { cursor: { at: 7 }, progress: { current: 7, total: 9 } });
  story.ask("a", "finished", { result: { files: 7 } });
  story.ask("a", "prepared", { prepared: { inode: 7 } });
  expect(linesOf(story).join("\n")).not.toContain("7");
  expect(linesOf(story)).toContain("    Note over j1: voted yes");
});

test("what is broken is a note over everybody", () => {
  expect(linesOf(Story.of({ id: "a" }), "S1 a change").at(-1)).toBe(
    "    Note over s1,j1: ✗ S1 a change",
  );
});

test("no name and no text is taken for syntax", () => {
  const nasty = 'end; %% #quot; {x} <b>&amp;</b> a->>b: c\nnote "over" x,y: z';
  const story = new Story();
  story.say({ verb: "create", completion: "grouped", jobs: [] });
  story.create([{ id: "a", can: ["ready", "change"] }], { name: nasty });
  story.play("claimed a");
  story.ask("a", "change", { change: { [nasty]: nasty }, by: nasty });
  story.ask("a", "failed", { error: nasty, by: `worker/${nasty}` });
  const lines = linesOf(story, nasty);
  const wrong = lines.filter((line) => !statements.some((statement) => statement.test(line)));
  expect(wrong).toEqual([]);
  expect(lines.join("\n")).toContain("#59;");
});

test("a trace without a step is a diagram without a line", () => {
  expect(mermaidOf({ steps: [] })).toMatch(
    /^sequenceDiagram\n {4}participant group as the group\n$/,
  );
});
