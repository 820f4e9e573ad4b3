/** The papers say what is: what they show can be read, run, and is what the files hold. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitVersion, decode } from "../machines/commit.ts";
import { kinds } from "../machines/fact.ts";

const text = readFileSync(join(import.meta.dirname, "../docs/events.md"), "utf8");
const lines = [...text.matchAll(/```jsonl\n([^`]*)```/g)].flatMap((block) =>
  (block[1] ?? "").trim().split("\n"),
);
const commits = lines.filter((line) => line.startsWith('{"v":'));
const events = lines.filter((line) => !line.startsWith('{"v":'));

describe("README.md", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

  test("shows the driver of example 03 as it is", () => {
    const example = readFileSync(join(import.meta.dirname, "../examples/03-own-driver.ts"), "utf8");
    const code = example.replace(/^\/\*\*.*\*\/\n/, "").trim();
    expect(code.split("\n").length).toBeLessThanOrEqual(20);
    expect(readme).toContain(code);
  });

  test("gives a reason for every dependency", () => {
    const manifest = readFileSync(join(import.meta.dirname, "../package.json"), "utf8");
    const { dependencies, devDependencies } = JSON.parse(manifest) as Record<string, object>;
    const table = readme.slice(readme.indexOf("## Dependencies"), readme.indexOf("## More"));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      expect(table).toContain(name.replace(/^@fast-check\//, ""));
    }
  });

  test("names files that are there", () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(existsSync(join(import.meta.dirname, "..", link))).toBe(true);
  });
});

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
