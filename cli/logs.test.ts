/** `logs` and `show`, on what a job in this process says. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openJobSystem, Retryable, type JobSystem, type RunningJob } from "../jobchart.ts";
import { linesOf, TrialFolder } from "./trial-folder.ts";

const inFolder = { JOBCHART_BUS: "file:jobs.db" };

/** A worker of this process in the folder, whose jobs do what `run` says. */
function open(folder: TrialFolder, run: (job: RunningJob) => Promise<void>): Promise<JobSystem> {
  const drivers = [{ type: "talk", args: {}, run }];
  return openJobSystem({ bus: `file:${join(folder.path, "jobs.db")}`, drivers, worker: true });
}

test.concurrent("what a job has said is shown as it is, as JSON, tamed on a terminal, and why it failed", async () => {
  const said = Buffer.from("\x1b[32mgreen\x1b[0m\n\x1b[2J\0 10%\r20%\nö the end");
  using folder = new TrialFolder(inFolder);
  await using system = await open(folder, async (job) => {
    if (job.id === "flood") job.output(Buffer.alloc(100_000, "."));
    job.output(said);
    throw new Error("broken");
  });
  for (const id of ["a", "flood"]) {
    await system.create({ type: "talk", id });
    await system.settled(id);
  }
  await system.create({ type: "talk", id: "held", hold: true });
  const [raw, json, terminal, show, flood, held, nobody] = await Promise.all([
    folder.run("logs", "a", "--follow"),
    folder.json("logs", "a"),
    folder.onTerminal("logs", "a"),
    folder.run("show", "a"),
    folder.run("logs", "flood"),
    folder.run("logs", "held", "--json"),
    folder.run("logs", "nobody"),
  ]);
  expect(raw).toEqual({ code: 0, stdout: said.toString(), stderr: "" });
  const uid = await system.uidOf("a");
  expect(json).toEqual([{ job: "a", uid, epoch: 1, offset: 0, text: said.toString() }]);
  expect(terminal).toBe("green\n [2J  10%\r20%\nö the end\n");
  expect(show.stdout).toContain("broken\n\nlast output\n  green\n  20%\n  ö the end\n\n");
  expect(flood).toMatchObject({
    code: 0,
    stderr: "jobchart: flood: the first 34 KiB of its output are not kept\n",
  });
  expect(Buffer.byteLength(flood.stdout)).toBe(64 * 1024);
  expect(held).toEqual({
    code: 0,
    stdout: "",
    stderr: '{"note":"held: it has said nothing yet"}\n',
  });
  expect(nobody).toEqual({ code: 3, stdout: "", stderr: "jobchart: nobody: Job not found\n" });
});

test.concurrent("who follows sees whole characters as they come, each attempt, and the end", async () => {
  const heard = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  using folder = new TrialFolder(inFolder);
  await using system = await open(folder, async (job) => {
    if (job.attempt === 2) return job.output("again");
    job.output(Buffer.from("aö").subarray(0, 2));
    await heard[0]?.promise;
    job.output(Buffer.from("ö").subarray(1));
    await heard[1]?.promise;
    throw new Retryable("broken");
  });
  const retry = { attempts: 2, backoffMs: 1 };
  await system.create({ type: "talk", id: "a", retry, hold: true });
  const following = folder.start("logs", "a", "--follow", "--json");
  await system.ask("start", "a");
  await following.says('"text":"a"');
  heard[0]?.resolve();
  await following.says('"text":"ö"');
  heard[1]?.resolve();
  expect(await following.end()).toBe(0);
  const lines = linesOf(following.output).map(
    ({ epoch, offset, text, note }) => note ?? [epoch, offset, text],
  );
  expect(lines).toEqual([
    [1, 0, "a"],
    [1, 1, "ö"],
    "a: attempt 2, epoch 2, says:",
    [2, 0, "again"],
  ]);
});

test.concurrent("who follows and is interrupted leaves, and the job goes on", async () => {
  using folder = new TrialFolder(inFolder);
  await using system = await open(folder, async (job) => {
    job.output("begins\n");
    await job.sleep(60_000);
  });
  await system.create({ type: "talk", id: "a" });
  const following = folder.start("logs", "a", "--follow");
  await following.says("begins\n");
  following.kill("SIGINT");
  expect(await following.end()).toBe(0);
  expect(following.output).toBe("begins\n");
  expect(await system.job("a")).toMatchObject({ status: "running" });
});
