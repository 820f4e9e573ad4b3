import { expect, test } from "vitest";
import { commands } from "./commands.ts";
import { TrialFolder } from "./trial-folder.ts";

test.concurrent("help lists every command, and help of one shows its options and examples", async () => {
  using folder = new TrialFolder();
  const [all, one, flag, version] = await Promise.all([
    folder.run("help"),
    folder.run("help", "run"),
    folder.run("run", "--help"),
    folder.run("--version"),
  ]);
  for (const name of Object.keys(commands)) expect(all.stdout).toContain(`  ${name}`);
  expect(one).toEqual(flag);
  expect(one.stdout).toContain("usage: jobchart run TYPE");
  expect(one.stdout).toContain("--speed SPEED");
  expect([all.code, one.code, version.code]).toEqual([0, 0, 0]);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.concurrent("help on ls says what a pipe gets, and where the bus is searched", async () => {
  using folder = new TrialFolder();
  const { stdout } = await folder.run("help", "ls");
  expect(stdout).toContain("JSON lines in a pipe");
  expect(stdout).toContain(".jobchart/jobs.db, searched upwards like .git");
});

test.concurrent("no command at all is bad usage, and shows the help", async () => {
  using folder = new TrialFolder();
  const { code, stdout } = await folder.run();
  expect(code).toBe(2);
  expect(stdout).toContain("usage: jobchart");
});

test.concurrent("the names of the table are the names of the commands", async () => {
  for (const [name, load] of Object.entries(commands)) expect((await load()).name).toBe(name);
});
