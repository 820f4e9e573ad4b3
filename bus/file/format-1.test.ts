/**
 * Files of format 1, as earlier versions made them: what is in them stays, whoever opens them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { toArray } from "../contract/to-array.ts";
import { realWorld } from "../world.ts";
import { openFileBus } from "./open-file-bus.ts";

/** The statements of format 1, word for word, and one row of each kind. */
const format1 = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    gid TEXT NOT NULL,
    rev INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (gid, rev)
  ) STRICT;
  CREATE TABLE value (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    expires_at INTEGER,
    ttl_ms INTEGER
  ) STRICT;
  CREATE INDEX value_expiry ON value (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE feed (
    head INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    position INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE scratch (name TEXT NOT NULL) STRICT;
  INSERT INTO scratch VALUES ('');
  PRAGMA application_id = 1248813635;
  PRAGMA user_version = 1;
  INSERT INTO log (gid, rev, text) VALUES ('g', 1, 'one');
  INSERT INTO value (key, value) VALUES ('k', 'v');
`;
const insertEntry = "INSERT INTO feed (head, subject, position, idx, data) VALUES (?, ?, ?, ?, ?)";

const old = { subject: "event.copy.a.running", position: 1, index: 0, data: "{}", headers: {} };
const fresh = { ...old, position: 2, headers: { "ce-id": "2.0" } };

function makeFormat1(): string {
  const path = join(freshFolder(), "jobs.db");
  using database = new DatabaseSync(path);
  database.exec(format1);
  database.prepare(insertEntry).run(1, old.subject, old.position, old.index, old.data);
  return path;
}

function formatOf(path: string): unknown {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare("PRAGMA user_version").get()?.["user_version"];
}

const open = (path: string, readOnly = false) =>
  openFileBus(path, { world: realWorld, create: false, readOnly });

test("a file of format 1 keeps what it holds when it is opened for writing, and takes more", async () => {
  const path = makeFormat1();
  const generations: string[] = [];
  for (const time of ["first", "second"]) {
    await using bus = await open(path);
    generations.push(bus.generation);
    expect(await bus.log.read("g")).toMatchObject([{ text: "one" }]);
    expect(await bus.values.get("k")).toMatchObject({ value: "v" });
    if (time === "first") await bus.outlet.append([fresh], 1);
    expect(await toArray(bus.outlet.read(0))).toEqual([old, fresh]);
  }
  expect(formatOf(path)).toBe(2);
  expect(generations[0]).toMatch(/^\w+$/);
  expect(generations[1]).toBe(generations[0]);
});

test("a file of format 1 is upgraded once when several open it together", async () => {
  const path = makeFormat1();
  const buses = await Promise.all([1, 2, 3].map(() => open(path)));
  const generations = buses.map(({ generation }) => generation);
  for (const bus of buses) await bus[Symbol.asyncDispose]();
  expect(new Set(generations).size).toBe(1);
});

test("who has a file of format 1 open goes on while another upgrades it", async () => {
  const path = makeFormat1();
  using earlier = new DatabaseSync(path);
  const insert = earlier.prepare(insertEntry);
  await using bus = await open(path);
  insert.run(2, old.subject, 2, 0, old.data);
  expect(await bus.outlet.head()).toEqual({ head: 2, last: { ...old, position: 2 } });
});

test("a file of format 1 is read as it is when it is opened for reading", async () => {
  const path = makeFormat1();
  const before = readFileSync(path);
  {
    await using bus = await open(path, true);
    expect(await bus.log.read("g")).toMatchObject([{ text: "one" }]);
    expect(await toArray(bus.outlet.read(0))).toEqual([old]);
    expect(await bus.outlet.head()).toEqual({ head: 1, last: old });
    expect(bus.generation).toMatch(/^\w+$/);
    const copy = `${path}.copy`;
    await bus.backup(copy);
    expect(formatOf(copy)).toBe(1);
  }
  expect(readFileSync(path)).toEqual(before);
});
