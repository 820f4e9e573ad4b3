/** The papers say what is: what they show can be read, run, and is what the files hold. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitVersion, decode } from "../machines/commit.ts";
import { kinds } from "../machines/fact.ts";
import { elsewhere } from "./invariants/elsewhere.ts";
import { invariantsPage } from "./invariants/invariants-page.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const text = read("docs/events.md");
const lines = [...text.matchAll(/```jsonl\n([^`]*)```/g)].flatMap((block) =>
  (block[1] ?? "").trim().split("\n"),
);
const commits = lines.filter((line) => line.startsWith('{"v":'));
const events = lines.filter((line) => !line.startsWith('{"v":'));

describe("README.md", () => {
  const readme = read("README.md");

  test("shows the driver of example 03 as it is", () => {
    const example = read("examples/03-own-driver.ts");
    const code = example.replace(/^\/\*\*.*\*\/\n/, "").trim();
    expect(code.split("\n").length).toBeLessThanOrEqual(20);
    expect(readme).toContain(code);
  });

  test("gives a reason for every dependency", () => {
    const manifest = read("package.json");
    const { dependencies, devDependencies } = JSON.parse(manifest) as Record<string, object>;
    const table = readme.slice(readme.indexOf("## Dependencies"), readme.indexOf("## More"));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      expect(table).toContain(name.replace(/^@fast-check\//, ""));
    }
  });

  test("names files that are there", () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(existsSync(join(root, link))).toBe(true);
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

describe("docs/invariants.md", () => {
  test("is what the invariants say", async () => {
    await expect(invariantsPage()).toMatchFileSnapshot("../docs/invariants.md");
  });

  test.each(Object.entries(elsewhere))("names files that hold %s", (_id, { held }) => {
    const paths = held.match(/\b(?:machines|bus|actors|projections|properties)\b[\w./-]*\w/g) ?? [];
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("docs/verification.md", () => {
  const page = read("docs/verification.md");
  const code = [...page.matchAll(/```sh\n([^`]*)```|`([^`\n]+)`/g)];
  const commands = code.flatMap(([, block, inline]) => (block ?? inline ?? "").split(/\n|&&/));

  test.each(commandLines("jobchart"))("shows a command that there is: jobchart %s", (line) => {
    const [name = "", ...words] = line.split(/\s+/);
    expect(read("cli/commands.ts")).toMatch(new RegExp(`^  "?${name}"?: `, "m"));
    const options = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
    const declared = `${read(`cli/commands/${name}.ts`)} json:`;
    for (const option of options) expect(declared).toMatch(new RegExp(`\\b${option}"?:`));
  });

  test.each(commandLines("npm run"))("shows a script that there is: npm run %s", (line) => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const [script = ""] = line.split(" ");
    expect(scripts).toHaveProperty(script);
  });

  test.each(commandLines("npx vitest run"))("shows tests that there are: %s", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test("names files and chapters that are there", () => {
    const chapters = new Set(
      [...page.matchAll(/^## (.*)$/gm)].map(
        ([, title = ""]) => `#${title.toLowerCase().replaceAll(" ", "-")}`,
      ),
    );
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    const inside = links.filter((link) => link.startsWith("#"));
    expect(inside.filter((link) => !chapters.has(link))).toEqual([]);
    const files = links.filter((link) => !/^(?:#|https:)/.test(link));
    expect(files.filter((file) => !existsSync(join(root, "docs", file)))).toEqual([]);
    const paths = commands.filter((word) => /^(?:properties|bus|machines)\/[\w./-]+$/.test(word));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("shows example 05 as it is", () => {
    const [, shown = ""] = /```ts\n(const specs[^`]*)```/.exec(page) ?? [];
    const example = read("examples/05-in-any-order.ts");
    const lines = shown.split("\n").map((line) => line.trim());
    expect(lines.filter((line) => !example.includes(line))).toEqual([]);
  });

  /** What follows these words in a line of code, without remarks. */
  function commandLines(words: string): readonly string[] {
    const lines = commands.map((line) => line.replace(/#.*/, "").trim());
    const found = lines.filter((line) => line.startsWith(`${words} `));
    return [...new Set(found.map((line) => line.slice(words.length).trim()))];
  }
});
