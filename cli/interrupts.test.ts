import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const slow = ["--id", "one", "--speed", "1k", "--lease", "1s"];

test.concurrent("Ctrl-C cancels the job and says so", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", ...slow);
  await run.says("one: running");
  run.kill("SIGINT");
  expect(await run.end()).toBe(130);
  expect(run.output).toContain("cancelling; Ctrl-C again leaves at once");
  expect(run.output).toContain("one: cancelled: Operation canceled");
});

test.concurrent("a second Ctrl-C leaves at once, and a worker undoes the rest", async () => {
  using folder = new TrialFolder();
  const stubborn = folder.file(
    "stubborn.ts",
    `export default {
      type: "stubborn", args: {},
      async run() { await new Promise((resolve) => setTimeout(resolve, 60_000)); },
      async abort() { console.log("undone"); },
    };`,
  );
  const drivers = ["--drivers", stubborn];
  const run = folder.start("run", "stubborn", ...slow, ...drivers);
  await run.says("one: running");
  run.kill("SIGINT");
  await run.says("cancelling");
  run.kill("SIGINT");
  expect(await run.end()).toBe(130);
  const worker = folder.start("worker", "--lease", "1s", ...drivers);
  await worker.says("one: cancelled");
  expect(worker.output).toContain("undone");
});

test.concurrent("a run that is told to end gives its job to the next worker", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", ...slow);
  await run.says("one: running");
  run.kill("SIGTERM");
  expect(await run.end()).toBe(0);
  expect(run.output).toMatch(/left to the next worker \('.* worker'\): one\n/);
  await folder.run("set-speed", "one", "0");
  const worker = folder.start("worker", "--lease", "1s");
  await worker.says("one: success");
  expect(folder.read("target")).toBe(folder.read("source"));
});

test.concurrent("after kill -9 of a run a worker goes on with its job", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", ...slow);
  await run.says("one: running");
  run.kill("SIGKILL");
  expect(await run.end()).toBe(null);
  await folder.run("set-speed", "one", "0");
  const worker = folder.start("worker", "--name", "w1", "--lease", "1s");
  await worker.says("one: success");
  expect(worker.output).toContain("one: taken, epoch 2");
  expect(folder.read("target")).toBe(folder.read("source"));
  expect((await folder.run("doctor")).code).toBe(0);
});

test.concurrent("a run whose job another worker has taken over goes on watching, and says who has it", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", ...slow);
  await run.says("one: running");
  run.kill("SIGSTOP");
  const worker = folder.start("worker", "--name", "w1", "--lease", "1s");
  await worker.says("one: taken, epoch 2");
  run.kill("SIGCONT");
  await run.says("one: worker w1 on ");
  await folder.run("set-speed", "one", "0");
  expect(await run.end()).toBe(0);
  expect(run.output).toContain("one: success");
});
