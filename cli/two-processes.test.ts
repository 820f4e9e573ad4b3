import { expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

test.concurrent("a run obeys what is asked in another terminal", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", "--id", "one", "--speed", "1k");
  await run.says("one: running");
  const paused = await folder.run("pause", "one", "--note", "disk is busy");
  expect(paused).toMatchObject({ code: 0, stdout: "one: pause accepted, now running\n" });
  await run.says(/one: to go on: .* resume one\n/);
  expect((await folder.run("pause", "one")).stderr).toContain("Job is already paused");
  const [job] = await folder.json("ls");
  expect(job).toMatchObject({ status: "paused", note: "disk is busy", speed: 1024 });
  const [again] = await folder.json("complete", "one", "nobody");
  expect(again).toMatchObject({ error: { code: "refused", status: "paused", guard: "table" } });
  expect(await folder.json("resume", "one")).toMatchObject([{ job: "one", verb: "resume" }]);
  expect((await folder.run("set-speed", "one", "0")).code).toBe(0);
  expect(await run.end()).toBe(0);
});

test.concurrent("a job that another process cancels ends its run with 130", async () => {
  using folder = new TrialFolder();
  folder.file("source", 3_000_000);
  const run = folder.start("run", "copy", "source", "target", "--id", "one", "--speed", "1k");
  await run.says("one: running");
  expect((await folder.run("cancel", "one")).code).toBe(0);
  expect(await run.end()).toBe(130);
  expect(run.output).toContain("one: cancelled: Operation canceled");
});

test.concurrent("a held job is started, and a manual one finalized, by hand", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  const by = ["--hold", "--finalize", "manual"];
  const run = folder.start("run", "copy", "source", "target", "--id", "one", ...by);
  await run.says(/to go on: .* start one\n/);
  expect((await folder.run("start", "one")).code).toBe(0);
  await run.says(/to go on: .* finalize one\n/);
  expect((await folder.run("finalize", "one")).code).toBe(0);
  expect(await run.end()).toBe(0);
});

test.concurrent("watch follows what happens, from the beginning if asked, until it is interrupted", async () => {
  using folder = new TrialFolder();
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target", "--id", "one");
  const watch = folder.start("watch", "--from", "0", "--json");
  await watch.says(/"job":"one".*"to":"null"/);
  await folder.run("run", "copy", "source", "target2", "--id", "two");
  await watch.says(/"job":"two".*"to":"null"/);
  watch.kill("SIGINT");
  expect(await watch.end()).toBe(0);
});
