import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { JobLog, logFolder } from "./job-log.ts";

const root = mkdtempSync(join(tmpdir(), "jobchart-log-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const noTrouble = (why: string): never => {
  throw new Error(why);
};

test("a log is one's own, and gone on with by the next attempt; old ones are removed", async () => {
  const folder = join(root, "own", "logs");
  {
    await using log = await JobLog.open("g1-1", noTrouble, folder);
    await Promise.all([log.write(Buffer.from("one\n")), log.write(Buffer.from("two\n"))]);
  }
  {
    await using log = await JobLog.open("g1-1", noTrouble, folder);
    await log.write(Buffer.from("three\n"));
  }
  expect(readFileSync(join(folder, "g1-1.log"), "utf8")).toBe("one\ntwo\nthree\n");
  expect(statSync(join(folder, "g1-1.log")).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

function chunk(index: number): Buffer {
  return Buffer.alloc(1024 ** 2, String(index % 10));
}

test("a log has at most 8 MiB: the older half goes", async () => {
  const folder = join(root, "long");
  await using log = await JobLog.open("g2-1", noTrouble, folder);
  for (let index = 0; index < 21; index += 1) await log.write(chunk(index));
  const [before, now] = ["g2-1.1.log", "g2-1.log"].map((name) => readFileSync(join(folder, name)));
  expect(before?.length).toBe(4 * 1024 ** 2);
  expect(before?.at(-1)).toBe("9".charCodeAt(0));
  expect(now?.equals(chunk(20))).toBe(true);
});

test("what says nothing leaves no log", async () => {
  const folder = join(root, "silent");
  const log = await JobLog.open("g7-1", noTrouble, folder);
  await log[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test("what is said after a log was closed is lost, and opens nothing", async () => {
  const folder = join(root, "late");
  const log = await JobLog.open("g8-1", noTrouble, folder);
  await log[Symbol.asyncDispose]();
  await log.write(Buffer.from("late"));
  expect(readdirSync(folder)).toEqual([]);
});

test("a log that cannot be written is said once", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  const said: string[] = [];
  await using log = await JobLog.open("g3-1", (why) => said.push(why), join(file, "logs"));
  await log.write(Buffer.from("lost"));
  expect(said).toEqual([expect.stringMatching(/^no log of it on this machine: ENOTDIR/)]);
});

test("logs of more than a month ago are removed when one is opened", async () => {
  // A process looks for them once an hour: this one has not looked yet.
  vi.resetModules();
  const { JobLog: Fresh } = await import("./job-log.ts");
  const [old, recent] = ["g4-1.log", "g5-1.log"].map((name) => join(root, name));
  for (const path of [old, recent]) writeFileSync(path ?? "", "");
  const monthAgo = Date.now() / 1_000 - 31 * 86_400;
  utimesSync(old ?? "", monthAgo, monthAgo);
  await using log = await Fresh.open("g6-1", noTrouble, root);
  await log.write(Buffer.from("new"));
  expect([existsSync(old ?? ""), existsSync(recent ?? "")]).toEqual([false, true]);
});

test("logs lie where one says, else with the state of the user", () => {
  expect(logFolder({ JOBCHART_LOGS: "/var/log/jobs", HOME: "/home/anna" })).toBe("/var/log/jobs");
  expect(logFolder({ XDG_STATE_HOME: "/state" })).toBe("/state/jobchart/logs");
  expect(logFolder({ JOBCHART_LOGS: "", HOME: "/home/anna" })).toBe(
    "/home/anna/.local/state/jobchart/logs",
  );
});
