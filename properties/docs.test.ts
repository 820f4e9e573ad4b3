/** The papers say what is: docs/events.md lists every kind, and its examples can be read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitVersion, decode } from "../machines/commit.ts";
import { kinds } from "../machines/fact.ts";

const text = readFileSync(join(import.meta.dirname, "../docs/events.md"), "utf8");
const lines = [...text.matchAll(/```json\n([^`]*)```/g)].flatMap((block) =>
  (block[1] ?? "").trim().split("\n"),
);
const commits = lines.filter((line) => line.startsWith('{"v":'));
const events = lines.filter((line) => !line.startsWith('{"v":'));

describe("docs/events.md", () => {
  test("has an example of every kind of event", () => {
    const shown = new Set(events.map((line) => (JSON.parse(line) as { kind: string }).kind));
    expect([...shown].toSorted()).toEqual([...kinds].toSorted());
  });

  test("explains every kind", () => {
    for (const kind of kinds) expect(text).toContain(`**${kind}**`);
  });

  test("shows a commit of this format", () => {
    expect(commits).toHaveLength(1);
    expect(decode(commits[0] ?? "", "docs/events.md").v).toBe(commitVersion);
  });

  test.each(events)("shows an event that can be read: %s", (event) => {
    const commit = { ...(JSON.parse(commits[0] ?? "") as object), events: [JSON.parse(event)] };
    expect(decode(JSON.stringify(commit), "docs/events.md").events).toEqual([JSON.parse(event)]);
  });
});
