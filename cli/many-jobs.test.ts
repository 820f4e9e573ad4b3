/** One verb of many jobs: what a filter chooses, who is asked first, and what is told of each. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { openJobSystem, type Driver, type GroupSpec, type JobSpec } from "../jobchart.ts";
import { Call } from "./call.ts";
import type { Command } from "./command.ts";
import { cancel } from "./commands/cancel.ts";
import { setSpeed } from "./commands/set-speed.ts";
import type { ExitCode } from "./exit-code.ts";
import { parseWords } from "./parse-words.ts";
import { linesOf, TrialFolder } from "./trial-folder.ts";

const work: Driver = { type: "work", args: {}, async run() {} };

function busOf({ path }: TrialFolder): string {
  return `file:${join(path, ".jobchart/jobs.db")}`;
}

function spec(id: string): JobSpec {
  return { id, type: "work", hold: true, labels: { batch: "7" } };
}

/** A folder with a bus on which all jobs wait to be started: two alone, three that finish together. */
async function held(): Promise<TrialFolder> {
  const folder = new TrialFolder();
  mkdirSync(join(folder.path, ".jobchart"));
  await using jobs = await openJobSystem({ bus: busOf(folder), create: true });
  await jobs.declare([work]);
  const groups: readonly GroupSpec[] = [
    { jobs: [spec("alone")] },
    { jobs: [{ ...spec("other"), labels: {} }] },
    { completion: "grouped", jobs: ["a", "b", "c"].map(spec) },
  ];
  for (const group of groups) expect(await jobs.transaction(group)).toHaveProperty("rev", 1);
  return folder;
}

test.concurrent("without a terminal, and without --yes, the count is told and nothing done", async () => {
  using folder = await held();
  const { code, stdout, stderr } = await folder.run("cancel", "--label", "batch=7");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(
    "jobchart: cancel 4 jobs (c, b, a and 1 more)? There is no terminal to answer at; " +
      "--yes does it unasked\n",
  );
  await using jobs = await openJobSystem({ bus: busOf(folder) });
  expect((await jobs.queryJobs()).map(({ cancel }) => cancel)).toEqual(Array(5).fill("no"));
});

test.concurrent("jobs that are not open to the verb are left out", async () => {
  using folder = await held();
  const { code, stdout, stderr } = await folder.run("resume", "--type", "work", "--yes");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe("no jobs to resume: of 5 none is open to it\n");
});

test.concurrent("on a terminal it is asked, and only a yes is one", async () => {
  using folder = await held();
  const terminal = "--import=data:text/javascript,process.stdin.isTTY=true";
  const pause = `NODE_OPTIONS=${terminal} jobchart pause --type work`;
  const no = await folder.shell(`${pause} <<< maybe`);
  expect([no.code, no.stdout]).toEqual([1, ""]);
  expect(no.stderr).toBe("pause 5 jobs (c, b, a and 2 more)? [y/N] jobchart: nothing was done\n");
  const yes = await folder.shell(`${pause} --label batch=7 <<< y`);
  expect([yes.code, yes.stdout.split("\n")]).toEqual([
    0,
    [
      ...["c", "b", "a", "alone"].map((id) => `${id}: pause accepted, now created`),
      "4 asked: 4 accepted",
      "",
    ],
  ]);
});

test.concurrent("one cancel ends all that finish together, and the others are no failures", async () => {
  using folder = await held();
  const { code, stdout, stderr } = await folder.run("cancel", "--label", "batch=7", "--yes");
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => line.split(":")[0])).toEqual(["c", "b", "a", "alone", "4 asked"]);
  expect(lines.filter((line) => line.endsWith("cancel accepted, gone"))).toHaveLength(2);
  expect(lines.filter((line) => line.endsWith("not needed any more, gone"))).toHaveLength(2);
  expect(lines.at(-1)).toBe("4 asked: 2 accepted, 2 done already");
  const again = await folder.run("cancel", "--label", "batch=7", "--yes");
  expect(again).toEqual({ code: 0, stderr: "", stdout: "no jobs to cancel: none is like that\n" });
});

test.concurrent("refusals are told one by one, the worst answer counts, and JSON has no summary", async () => {
  using folder = await held();
  const refused = await folder.run("change", "--status", "created", "--yes", "mode=fast");
  expect([refused.code, refused.stdout]).toEqual([3, "5 asked: 0 accepted, 5 refused\n"]);
  expect(refused.stderr.match(/Job type does not support change/g)).toHaveLength(5);
  const speeds = await folder.run("set-speed", "--type", "work", "--yes", "2M", "--json");
  expect(linesOf(speeds.stdout).map(({ job }) => job)).toEqual(["c", "b", "a", "other", "alone"]);
});

test("who has taken the id of a chosen job by the time of the answer is not asked", async () => {
  using folder = await held();
  const bus = busOf(folder);
  await using jobs = await openJobSystem({ bus });
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const isAsked = Promise.withResolvers<void>();
  const spies = [
    vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as never),
    vi.spyOn(process.stdout, "write").mockReturnValue(true),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      if (String(text).startsWith("cancel 4 jobs")) isAsked.resolve();
      return true;
    }),
  ];
  try {
    const cancelling = running(cancel, "--bus", bus, "--label", "batch=7");
    await isAsked.promise;
    expect(await jobs.ask("cancel", "alone")).toHaveProperty("rev");
    expect(await jobs.create(spec("alone"))).toHaveProperty("rev", 1);
    stdin.end("y\n");
    expect(await cancelling).toBe(0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  expect(await jobs.job("alone")).toMatchObject({ status: "created", cancel: "no" });
});

async function running(command: Command, ...words: readonly string[]): Promise<ExitCode> {
  return command.run(new Call(parseWords(words, command.options)));
}

test("jobs are named or chosen, not both, and one of the two", async () => {
  const both = "leave out one of both";
  await expect(running(cancel, "a", "--type", "copy")).rejects.toThrow(both);
  await expect(running(setSpeed, "a", "2M", "--type", "copy")).rejects.toThrow(both);
  await expect(running(cancel)).rejects.toThrow("Missing: the ID of a job, or --status STATUS");
  await expect(running(cancel, "--status", "pased")).rejects.toThrow("Did you mean 'paused'?");
  await expect(running(setSpeed, "--type", "copy")).rejects.toThrow("Missing: SPEED");
});
