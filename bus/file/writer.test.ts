/**
 * The writer: who fails alone, who fails together, and waiting without blocking.
 */
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { BusError } from "../bus-error.ts";
import { freshFolder } from "../contract/fresh-folder.ts";
import { realWorld } from "../world.ts";
import { Connection } from "./connection.ts";
import { Writer } from "./writer.ts";

let path = "";
let connection: Connection;

beforeEach(() => {
  path = join(freshFolder(), "test.db");
  connection = new Connection(path);
  connection.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER PRIMARY KEY)");
  return () => connection[Symbol.dispose]();
});

const insert = (a: number) => () => connection.change("INSERT INTO t VALUES (?)", a);
const rows = () => connection.all<{ a: number }>("SELECT a FROM t").map(({ a }) => a);

describe("a writer", () => {
  test("stores what is asked for together in one transaction", async () => {
    const sizes: number[] = [];
    const writer = new Writer(connection, realWorld, { afterBatch: (size) => sizes.push(size) });
    await Promise.all([1, 2, 3].map((a) => writer.write(insert(a))));
    expect(sizes).toEqual([3]);
    expect(rows()).toEqual([1, 2, 3]);
  });

  test("lets a conflict fail alone, and anything else undo the whole batch", async () => {
    const writer = new Writer(connection, realWorld);
    const conflict = new BusError("conflict", "no");
    const refuse = () => {
      throw conflict;
    };
    const first = [writer.write(insert(1)), writer.write(refuse), writer.write(insert(2))];
    expect(await Promise.allSettled(first)).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: conflict },
      { status: "fulfilled" },
    ]);
    const second = [writer.write(insert(3)), writer.write(insert(1))];
    expect(await Promise.allSettled(second)).toMatchObject([
      { status: "rejected" },
      { status: "rejected" },
    ]);
    await writer.write(insert(4));
    expect(rows()).toEqual([1, 2, 4]);
  });

  test("leaves the event loop free while another holds the lock", async () => {
    using other = new Connection(path);
    other.exec("BEGIN IMMEDIATE");
    const order: string[] = [];
    const writing = new Writer(connection, realWorld)
      .write(insert(1))
      .then(() => order.push("written"));
    await realWorld.sleep(20);
    order.push("free");
    other.exec("COMMIT");
    await writing;
    expect(order).toEqual(["free", "written"]);
  });

  test("gives up on a lock that nobody lets go", async () => {
    using other = new Connection(path);
    other.exec("BEGIN IMMEDIATE");
    let clockMs = 0;
    const world = { ...realWorld, monotonic: () => (clockMs += 1000) };
    await expect(new Writer(connection, world).write(insert(1))).rejects.toThrow("locked");
    other.exec("ROLLBACK");
    expect(rows()).toEqual([]);
  });
});
