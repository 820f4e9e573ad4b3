/**
 * The online copy is whole, private, and never written over something else.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { toArray } from "../contract/to-array.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

test("copies a moment of the bus while it is written to", async () => {
  const folder = freshFolder();
  const target = join(folder, "copy.db");
  await using bus = await openFileBus(join(folder, "jobs.db"), { world: realWorld, create: true });
  const append = (rev: number) => bus.log.append("g", rev, "x".repeat(1000));
  const revs = Array.from({ length: 2000 }, (_, i) => i + 1);
  await Promise.all(revs.map(append));
  await bus.values.put("k", "v");

  const copying = bus.backup(target);
  const later = Promise.all(revs.map((rev) => append(2000 + rev)));
  await copying;
  await later;

  expect(statSync(target).mode & 0o777).toBe(0o600);
  await using copy = await openFileBus(target, { world: realWorld, create: false });
  const copied = (await toArray(copy.log.readAll())).flat();
  const original = (await toArray(bus.log.readAll())).flat();
  expect(copied.length).toBeGreaterThanOrEqual(2000);
  expect(copied).toEqual(original.slice(0, copied.length));
  expect(await copy.values.get("k")).toEqual(await bus.values.get("k"));
  expect(await copy.log.append("new", 1, "")).toBeGreaterThan(copied.at(-1)?.position ?? Infinity);
});

test("gives a copy a history of its own, which it keeps", async () => {
  const folder = freshFolder();
  const paths = ["jobs.db", "one.db", "two.db"].map((name) => join(folder, name));
  const [path = "", ...copies] = paths;
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  for (const copy of copies) await bus.backup(copy);
  expect(readdirSync(folder).filter((name) => /^(?:one|two)/.test(name))).toHaveLength(2);
  const generations = await Promise.all(paths.map(generationOf));
  expect(generations[0]).toBe(bus.generation);
  expect(new Set(generations).size).toBe(3);
  expect(await Promise.all(paths.map(generationOf))).toEqual(generations);
});

test("refuses a target that exists, and leaves nothing of a copy that failed", async () => {
  const folder = freshFolder();
  await using bus = await openFileBus(join(folder, "jobs.db"), { world: realWorld, create: true });
  const target = join(folder, "precious");
  writeFileSync(target, "precious");
  await expect(bus.backup(target)).rejects.toMatchObject({ code: "conflict" });
  expect(readFileSync(target, "utf8")).toBe("precious");
  const before = readdirSync(folder).length;
  await expect(bus.backup(join(folder, "no", "copy.db"))).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(readdirSync(folder)).toHaveLength(before);
});

async function generationOf(path: string): Promise<string> {
  await using bus = await openFileBus(path, { world: realWorld, create: false });
  return bus.generation;
}
