/**
 * Opening: what is ours is opened, what is not stays as it is, and each refusal says what to do.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { makeReadOnly, mountSmallDisk } from "../contract/small-disk.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

const open = (path: string, options: { create?: boolean; readOnly?: boolean } = {}) =>
  openFileBus(path, { world: realWorld, create: false, ...options });

async function makeBus(path: string, commits = 3): Promise<void> {
  await using bus = await open(path, { create: true });
  const text = "x".repeat(500);
  await Promise.all(Array.from({ length: commits }, (_, i) => bus.log.append(`g${i}`, 1, text)));
}

test("refuses a path without a file, a folder, and a file without a folder", async () => {
  const folder = freshFolder();
  const absent = join(folder, "jobs.db");
  await expect(open(absent)).rejects.toMatchObject({
    code: "missing",
    message: `${absent}: does not exist, so there is no bus to open`,
  });
  await expect(open(absent, { create: true, readOnly: true })).rejects.toMatchObject({
    code: "missing",
  });
  await expect(open(folder, { create: true })).rejects.toMatchObject({
    code: "foreign",
    message: `${folder}: is a folder; name a file in it, as ${folder}/jobs.db`,
  });
  await expect(open(join(folder, "no", "jobs.db"), { create: true })).rejects.toMatchObject({
    code: "missing",
    message: expect.stringContaining(`there is no folder ${join(folder, "no")}`),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("refuses a pipe instead of waiting for its other end", async () => {
  const pipe = join(freshFolder(), "pipe");
  spawnSync("mkfifo", [pipe]);
  await expect(open(pipe)).rejects.toMatchObject({ code: "foreign" });
});

test("leaves a file that is not ours as it was", async () => {
  const folder = freshFolder();
  const text = join(folder, "notes.txt");
  writeFileSync(text, "my notes\n".repeat(1000));
  const other = join(folder, "other.db");
  const database = new DatabaseSync(other);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  database.close();

  for (const path of [text, other]) {
    const before = readFileSync(path);
    await expect(open(path, { create: true })).rejects.toMatchObject({
      code: "foreign",
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path)).toEqual(before);
  }
  expect(readdirSync(folder).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "notes.txt",
    "other.db",
  ]);
});

test("refuses a newer format and says which one it is", async () => {
  const path = join(freshFolder(), "jobs.db");
  await makeBus(path);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 7; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  await expect(open(path)).rejects.toMatchObject({
    code: "newer",
    message: `${path}: expected format 2 or older, found 7; use a newer jobchart`,
  });
});

test("takes an empty file as one to be made, if it may make one", async () => {
  const path = join(freshFolder(), "jobs.db");
  writeFileSync(path, "");
  await expect(open(path)).rejects.toMatchObject({ code: "missing" });
  await makeBus(path);
  await using bus = await open(path);
  expect(await bus.log.head()).toBe(3);
});

test("makes one bus when several open a new path at once", async () => {
  const path = join(freshFolder(), "jobs.db");
  const buses = await Promise.all([1, 2, 3, 4].map(() => open(path, { create: true })));
  await Promise.all(buses.map(({ log }, i) => log.append(`g${i}`, 1, "")));
  for (const bus of buses) {
    expect(await bus.log.head()).toBe(4);
    await bus[Symbol.asyncDispose]();
  }
});

test.each([50, 100, 5000, 300_000])("refuses a file that ends after %i bytes", async (size) => {
  const path = join(freshFolder(), "jobs.db");
  await makeBus(path, 1000);
  expect(statSync(path).size).toBeGreaterThan(size);
  truncateSync(path, size);
  await expect(open(path)).rejects.toMatchObject({
    code: "corrupt",
    message: expect.stringContaining(path),
  });
  expect(statSync(path).size).toBe(size);
});

test("reads what it may not write, and refuses to write", async () => {
  const { path, options } = await unwritableBus();
  await using bus = await open(path, options);
  expect(bus.readOnly).toBe(true);
  expect(await bus.log.read("g0")).toHaveLength(1);
  expect(await bus.values.list("")).toEqual([]);
  const refused = { code: "readonly", message: expect.stringContaining(path) };
  await expect(bus.log.append("g0", 2, "")).rejects.toMatchObject(refused);
  await expect(bus.values.put("k", "")).rejects.toMatchObject(refused);
  await expect(bus.outlet.append([], 0)).rejects.toMatchObject(refused);
  await bus.shelf.put("jobs", [], 0, 3);
  expect(await bus.shelf.position("jobs")).toBe(3);
});

test("reads on a read-only disk what a killed process left unmerged", async () => {
  const disk = mountSmallDisk(8);
  const path = join(disk ?? freshFolder(), "jobs.db");
  const program = fileURLToPath(new URL("./appender.ts", import.meta.url));
  const child = spawn(process.execPath, [program, path, "own", "g"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  if (disk) makeReadOnly(disk);
  await using bus = await open(path, { readOnly: true });
  expect(await bus.log.read("g0")).not.toEqual([]);
});

test("follows the commits of others when opened for reading", async () => {
  const path = join(freshFolder(), "jobs.db");
  await makeBus(path, 1);
  await using reader = await open(path, { readOnly: true });
  await using writer = await open(path);
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const batch of reader.log.follow(0, stop.signal)) {
    seen.push(...batch.map(({ gid }) => gid));
    if (seen.length === 1) await writer.log.append("late", 1, "");
    else stop.abort();
  }
  expect(seen).toEqual(["g0", "late"]);
});

test("says where it may not make a file", async () => {
  const disk = mountSmallDisk(1);
  const folder = disk ?? freshFolder();
  if (disk) makeReadOnly(disk);
  else chmodSync(folder, 0o555);
  const path = join(disk || process.getuid?.() !== 0 ? folder : "/proc", "jobs.db");
  await expect(open(path, { create: true })).rejects.toMatchObject({
    code: "readonly",
    message: expect.stringContaining(path),
  });
});

/** On a read-only disk; without the right to mount, by mode; for root, who ignores it, by wish. */
async function unwritableBus() {
  const disk = mountSmallDisk(2);
  const folder = disk ?? join(freshFolder(), "locked");
  if (!disk) mkdirSync(folder);
  const path = join(folder, "jobs.db");
  await makeBus(path);
  if (disk) makeReadOnly(disk);
  else chmodSync(path, 0o444);
  return { path, options: { readOnly: !disk && process.getuid?.() === 0 } };
}
