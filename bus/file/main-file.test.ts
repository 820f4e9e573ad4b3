/**
 * The main file in a bad world: full disk, damage in the middle, deleted while open.
 */
import {
  closeSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { mountSmallDisk } from "../contract/small-disk.ts";
import { toArray } from "../contract/to-array.ts";
import type { Log } from "../bus.ts";
import { Bell } from "../bell.ts";
import { BusError } from "../bus-error.ts";
import { Lifetime } from "../lifetime.ts";
import { realWorld } from "../world.ts";
import { Connection } from "./connection.ts";
import { fileLog } from "./file-log.ts";
import { MainFile } from "./main-file.ts";
import { openFileBus } from "./open-file-bus.ts";

const text = "x".repeat(1000);

test("loses nothing acknowledged on a full disk, and goes on when there is space", async () => {
  const disk = mountSmallDisk(4);
  const folder = disk ?? freshFolder();
  const ballast = join(folder, "ballast");
  if (disk) writeFileSync(ballast, "x".repeat(1_000_000));
  const path = join(folder, "jobs.db");
  await (await openFileBus(path, { world: realWorld, create: true }))[Symbol.asyncDispose]();

  const life = new Lifetime(path);
  const connection = new Connection(path);
  if (!disk) connection.exec("PRAGMA max_page_count = 200");
  const options = { path, readOnly: false, generation: "g", world: realWorld, life };
  await using main = new MainFile(connection, options);
  const log = fileLog(main, new Bell(), life);

  const acknowledged = await fill(log);
  await expect(log.append("g", acknowledged + 1, text)).rejects.toMatchObject({
    code: "full",
    message: expect.stringContaining(path),
  });
  expect(await log.read("g")).toHaveLength(acknowledged);
  if (disk) rmSync(ballast);
  else connection.exec("PRAGMA max_page_count = 4000");
  await log.append("g", acknowledged + 1, text);
  expect(await log.read("g")).toHaveLength(acknowledged + 1);
});

test("says what it was reading when it meets damage, and writes no more", async () => {
  const path = join(freshFolder(), "jobs.db");
  {
    await using bus = await openFileBus(path, { world: realWorld, create: true });
    await Promise.all(Array.from({ length: 2000 }, (_, i) => bus.log.append("g", i + 1, text)));
  }
  const before = damageMiddle(path);
  await using bus = await openFileBus(path, { world: realWorld, create: false });
  const reading = toArray(bus.log.readAll());
  await expect(reading).rejects.toMatchObject({
    code: "corrupt",
    message: expect.stringMatching(/jobs\.db: while reading the log after position \d+: /),
  });
  expect(await bus.failed).toMatchObject({ code: "corrupt" });
  await expect(bus.log.append("fresh", 1, "")).rejects.toBe(await bus.failed);
  await expect(bus.values.put("k", "")).rejects.toMatchObject({ code: "corrupt" });
  expect(statSync(path).size).toBe(before);
});

test.each([
  ["deleted", (path: string) => rmSync(path)],
  ["replaced", (path: string) => renameSync(path, `${path}.old`)],
])("acknowledges nothing once the file was %s", async (_, remove) => {
  const folder = freshFolder();
  const path = join(folder, "jobs.db");
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  await bus.log.append("g", 1, "");
  remove(path);
  await expect(bus.log.append("g", 2, "")).rejects.toMatchObject({
    code: "missing",
    message: `${path}: was deleted or replaced while it was open`,
  });
  expect(await bus.failed).toBeInstanceOf(BusError);
  expect(readdirSync(folder)).not.toContain("jobs.db");
});

test("stores on closing what was asked for before", async () => {
  const path = join(freshFolder(), "jobs.db");
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  const appends = Promise.all([1, 2, 3].map((rev) => bus.log.append("g", rev, "")));
  await bus[Symbol.asyncDispose]();
  expect(await appends).toHaveLength(3);
  await using again = await openFileBus(path, { world: realWorld, create: false });
  expect(await again.log.read("g")).toHaveLength(3);
});

/** Appends until the log refuses, and returns how many were acknowledged. */
async function fill(log: Log): Promise<number> {
  for (let rev = 1; ; rev += 1) {
    try {
      await log.append("g", rev, text);
    } catch {
      return rev - 1;
    }
  }
}

/** Overwrites the middle fifth of the file and returns its size in bytes. */
function damageMiddle(path: string): number {
  const { size } = statSync(path);
  const file = openSync(path, "r+");
  const bytes = Math.floor(size / 5);
  writeSync(file, Buffer.alloc(bytes, 0xff), 0, bytes, 2 * bytes);
  closeSync(file);
  return size;
}
