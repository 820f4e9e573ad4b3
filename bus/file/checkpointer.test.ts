/**
 * Checkpoints happen while the bus is open, not in its commits.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { realWorld } from "../world.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Connection } from "./connection.ts";
import { openFileBus } from "./open-file-bus.ts";

const patience = { timeout: 10_000, interval: 1 };

test("merges what was appended into the file, and starts the -wal over", async () => {
  const path = join(freshFolder(), "jobs.db");
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  const text = "x".repeat(10_000);
  const append = (gid: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => bus.log.append(gid, i + 1, text)));
  const walBytes = () => statSync(`${path}-wal`).size;

  await append("many", 600);
  await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(6_000_000), patience);
  await vi.waitFor(async () => {
    const before = walBytes();
    await append(realWorld.id(), 20);
    expect(walBytes()).toBe(before);
  }, patience);
  expect(await bus.log.read("many")).toHaveLength(600);
});

test("asks writers to wait while it needs the file for itself", async () => {
  const path = join(freshFolder(), "test.db");
  using connection = new Connection(path);
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  connection.exec("CREATE TABLE t AS SELECT zeroblob(6000000) AS bytes");
  connection.exec("BEGIN IMMEDIATE");
  await using checkpointer = new Checkpointer(path);
  expect(await isFree(checkpointer)).toBe(true);
  checkpointer.consider(1);
  await vi.waitFor(async () => expect(await isFree(checkpointer)).toBe(false), patience);
  connection.rollback();
  await checkpointer.turn();
  expect(await isFree(checkpointer)).toBe(true);
  expect(statSync(path).size).toBeGreaterThan(6_000_000);
});

function isFree(checkpointer: Checkpointer): Promise<boolean> {
  return Promise.race([checkpointer.turn().then(() => true), nextTurn(false)]);
}
