import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

test.concurrent("only commands that run jobs make a bus; the others say where they looked", async () => {
  using folder = new TrialFolder();
  const { code, stderr } = await folder.run("ls");
  expect(code).toBe(4);
  expect(stderr).toContain(`there is no .jobchart/jobs.db in ${folder.path}`);
  expect(existsSync(join(folder.path, ".jobchart"))).toBe(false);
});

test.concurrent("the bus is found from the folders below it", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  mkdirSync(join(folder.path, "a/b"), { recursive: true });
  await folder.run("run", "copy", "source", "target", "--id", "one");
  await folder.runIn("a/b", "run", "copy", "../../source", "copied", "--id", "two");
  const all = await folder.json("ls", "--all");
  expect(all.map(({ id }) => id)).toEqual(["two", "one"]);
  expect(existsSync(join(folder.path, "a/b/copied"))).toBe(true);
});

test.concurrent("a run whose bus is removed ends with 4, and says so", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", "--speed", "1M");
  await run.says(": running");
  rmSync(join(folder.path, ".jobchart"), { recursive: true });
  expect(await run.end()).toBe(4);
  expect(run.output).toContain("was deleted or replaced while it was open");
});
