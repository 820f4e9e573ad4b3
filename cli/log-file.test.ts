import { DatabaseSync } from "node:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linesOf, TrialFolder } from "./trial-folder.ts";

let folder: TrialFolder;
beforeAll(async () => {
  folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "t1", "--id", "one");
  await folder.run("run", "copy", "source", "t2", "--id", "two", "--dismiss", "manual");
  await folder.run("run", "copy", "source", "t3", "--id", "one", "--detach");
});
afterAll(() => folder[Symbol.dispose]());

test("what is exported can be imported, and exported again, commit for commit", async () => {
  const { stdout } = await folder.run("export", "log");
  const [header, ...commits] = stdout.trimEnd().split("\n");
  expect(JSON.parse(header ?? "")).toMatchObject({
    format: "jobchart-log",
    version: 1,
    commits: commits.length,
  });
  folder.file("all.jsonl", stdout);
  const other = ["--bus", "file:other.db"];
  const imported = await folder.json("import", "all.jsonl", ...other);
  expect(imported).toMatchObject([{ added: commits.length, groups: 3, jobs: 3, unfinished: 1 }]);
  const again = await folder.run("export", "log", ...other);
  expect(again.stdout.trimEnd().split("\n").slice(1)).toEqual(commits);

  const [ls, otherLs] = await Promise.all([folder.json("ls"), folder.json("ls", ...other)]);
  expect(otherLs.map(({ uid }) => uid)).toEqual(ls.map(({ uid }) => uid));
  const taken = await folder.run("run", "copy", "source", "t4", "--id", "one", ...other);
  expect(taken.stderr).toContain("Job ID 'one' already in use");
  expect(await folder.json("history", "one", "--all", ...other)).toHaveLength(
    (await folder.json("history", "one", "--all")).length,
  );
  const twice = await folder.json("import", "all.jsonl", ...other);
  expect(twice).toMatchObject([{ commits: commits.length, added: 0 }]);
  await folder.run("run", "copy", "source", "t4", "--id", "four", ...other);
  const full = await folder.run("import", "all.jsonl", ...other);
  expect(full).toMatchObject({ code: 2 });
  expect(full.stderr).toContain("holds jobs already");
});

test("a log whose head line does not say how many commits follow is imported", async () => {
  const { stdout } = await folder.run("export", "log", "two");
  folder.file("old.jsonl", stdout.replace(/,"commits":\d+/, ""));
  expect((await folder.run("import", "old.jsonl", "--bus", "file:old.db")).code).toBe(0);
});

test("one job's group is exported alone", async () => {
  const [, ...commits] = linesOf((await folder.run("export", "log", "two")).stdout);
  expect(new Set(commits.map(({ gid }) => gid)).size).toBe(1);
});

test.each([
  ["a commit is missing", (lines: string[]) => lines.toSpliced(2, 1), ":3: ", "found rev 3"],
  [
    "a commit was changed",
    (lines: string[]) => lines.with(1, lines[1]?.replace("t1", "tX") ?? ""),
    ":3: ",
    "the chain is broken",
  ],
  ["its end is missing", (lines: string[]) => lines.slice(0, -1), ": has ", "commits: it was cut"],
  ["a line is no JSON", (lines: string[]) => lines.with(2, "{"), ":3: ", "not JSON"],
])("nothing is imported when %s", async (_what, spoil, place, said) => {
  const { stdout } = await folder.run("export", "log");
  const path = `${place.length}${said.length}.jsonl`;
  folder.file(path, spoil(stdout.trimEnd().split("\n")).join("\n"));
  const { code, stderr } = await folder.run("import", path, "--bus", "file:fresh.db");
  expect(code).toBe(2);
  expect(stderr).toContain(`${path}${place}`);
  expect(stderr).toContain(said);
  expect((await folder.run("ls", "--bus", "file:fresh.db")).code).toBe(4);
});

test("a backup is a bus of its own", async () => {
  expect((await folder.run("backup", "copy.db")).code).toBe(0);
  const copy = await folder.json("ls", "--bus", "file:copy.db");
  expect(copy.map(({ id }) => id)).toEqual(["one", "two"]);
});

test("the doctor tells a sound log from a changed one, and a job nobody runs", async () => {
  const waiting = await folder.run("doctor");
  expect(waiting.code).toBe(1);
  expect(waiting.stdout).toContain("job one: waits for a worker");
  await folder.run("backup", "spoilt.db");
  using database = new DatabaseSync(join(folder.path, "spoilt.db"));
  database.exec(`UPDATE log SET text = replace(text, '"to":"concluded"', '"to":"ready"')`);
  const spoilt = await folder.run("doctor", "--bus", "file:spoilt.db");
  expect(spoilt.code).toBe(4);
  expect(spoilt.stdout).toContain("illegal change: job two: pending -> ready");
  const [finding] = await folder.json("doctor", "--bus", "file:spoilt.db");
  expect(finding).toMatchObject({ level: "corrupt", about: /^group g/ });
});

test("the doctor finds a damaged page, and says what to do", async () => {
  await folder.run("backup", "damaged.db");
  const path = join(folder.path, "damaged.db");
  const bytes = readFileSync(path);
  const page = bytes.indexOf('{"v":1');
  writeFileSync(path, bytes.fill(0xff, page - (page % 4096), page - (page % 4096) + 4096));
  const { code, stdout, stderr } = await folder.run("doctor", "--bus", "file:damaged.db");
  expect(stdout + stderr).toContain("go on with a backup");
  expect(code).toBe(4);
});

test("a reader that goes away ends the program quietly", async () => {
  const line = "jobchart export log | head -1; echo ${PIPESTATUS[0]}";
  const { stdout, stderr } = await folder.shell(line);
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("0");
});
