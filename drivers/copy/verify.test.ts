import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bytePath } from "./byte-path.ts";
import { IoFault } from "./io-fault.ts";
import { survey } from "./survey.ts";
import { testFolder } from "./test-folder.ts";
import { ThinDisk } from "./thin-disk.ts";
import { verify } from "./verify.ts";

const strideEntries = 64;
const syncOf = (path: string): number | null => spawnSync("sync", ["-f", path]).status;

/** What a pass returns at its end. */
function atEnd<Result>(pass: Generator<unknown, Result, void>): Result {
  for (;;) {
    const stride = pass.next();
    if (stride.done) return stride.value;
  }
}

test("a write that the disk refused is found, though somebody else was told of it before", async ({
  skip,
}) => {
  await using folder = testFolder();
  using disk = new ThinDisk(folder.path);
  skip(!disk.mount("size=3m"), "mounting is not allowed here");
  await mkdir(folder.at("from"));
  for (let n = 0; n < 20; n += 1) {
    await writeFile(folder.at("from", `${n}`), randomBytes(1024 * 1024));
  }
  const from = bytePath(folder.at("from"));
  const partial = bytePath(`${disk.path}/copy`);
  await cp(folder.at("from"), `${disk.path}/copy`, { recursive: true });
  expect(syncOf(disk.path)).not.toBe(0);
  expect(syncOf(disk.path)).toBe(0);
  const { marks } = atEnd(survey({ from, strideEntries }));
  expect(() => atEnd(verify({ from, partial, marks, strideEntries }))).toThrow(IoFault);
});
