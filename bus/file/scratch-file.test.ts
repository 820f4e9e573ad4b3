/**
 * The scratch file may be deleted or damaged at any time: the log stays, the rest starts afresh.
 */
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

const never = new AbortController().signal;
const anyone = { types: [], host: "" };
const item = { uid: "u", type: "copy" };

const ways: readonly [string, (path: string) => void][] = [
  ["deleted", (path) => remove(path, "")],
  ["deleted with its companions", (path) => remove(path, "", "-wal", "-shm")],
  ["overwritten", (path) => writeFileSync(path, "x".repeat(20_000))],
  ["emptied", (path) => truncateSync(path)],
];

test.each(ways)("goes on when the scratch file is %s between runs", async (_, damage) => {
  const folder = freshFolder();
  const path = join(folder, "jobs.db");
  {
    await using bus = await openFileBus(path, { world: realWorld, create: true });
    await bus.log.append("g", 1, "kept");
    await bus.queue.offer(item);
  }
  damage(scratchOf(folder));
  await using bus = await openFileBus(path, { world: realWorld, create: false });
  expect(await bus.log.read("g")).toHaveLength(1);
  await bus.queue.offer({ ...item, uid: "again" });
  expect(await bus.queue.take(anyone, never)).toMatchObject({ uid: "again" });
  expect(scratchesIn(folder)).toHaveLength(1);
});

test.each(ways.slice(0, 3))(
  "goes on when the scratch file is %s while two have it open",
  async (_, damage) => {
    const folder = freshFolder();
    const path = join(folder, "jobs.db");
    await using one = await openFileBus(path, { world: realWorld, create: true });
    await using two = await openFileBus(path, { world: realWorld, create: false });
    await one.shelf.put("jobs", [], 0, 5);
    const heard: string[] = [];
    two.signals.subscribe("s", (_, data) => heard.push(data));
    const taking = two.queue.take(anyone, never);

    damage(scratchOf(folder));
    await one.queue.offer(item);
    expect(await taking).toEqual(item);
    expect(await two.shelf.position("jobs")).toBe(0);
    one.signals.publish("s", "hello");
    await vi.waitFor(() => expect(heard).toEqual(["hello"]), 5000);
    expect(scratchesIn(folder)).toHaveLength(1);
  },
);

test("makes its files readable by their owner alone", async () => {
  const folder = freshFolder();
  await using bus = await openFileBus(join(folder, "jobs.db"), { world: realWorld, create: true });
  await bus.log.append("g", 1, "");
  await bus.queue.offer(item);
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(modes).toEqual(Array.from({ length: 6 }, () => 0o600));
});

function scratchesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /\.scratch-\w+$/.test(name));
}

function scratchOf(folder: string): string {
  return join(folder, scratchesIn(folder)[0] ?? "");
}

function remove(path: string, ...suffixes: string[]): void {
  for (const suffix of suffixes) rmSync(path + suffix, { force: true });
}
