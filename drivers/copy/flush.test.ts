import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { start } from "./cursor.ts";
import { Flush } from "./flush.ts";
import { IoFault } from "./io-fault.ts";
import { run } from "./run.ts";
import { scriptedJob } from "./scripted-job.ts";
import { testFolder } from "./test-folder.ts";

const mebibyte = 1024 * 1024;
/** A limit that limits nothing; but at a limited speed each flush is waited for. */
const hugeSpeed = 1e15;

describe("a flush", () => {
  const stride = { bytes: 1, touched: ["a"], position: { ...start, entry: 1, bytes: 1 } };
  const empty = { ...stride, bytes: 0, touched: [], position: { ...start, entry: 2, bytes: 1 } };

  test("lands the position of the strides whose files are on disk", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    const flush = new Flush(folder.path, start);
    expect(await flush.add(stride, 0)).toBeUndefined();
    expect(await flush.add(stride, 3)).toBeUndefined();
    expect(await flush.add(stride, 3)).toEqual(stride.position);
    expect(flush.durable).toEqual(stride.position);
  });

  test("is due after the first mebibyte, without waiting for it", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    const flush = new Flush(folder.path, start);
    expect(await flush.add({ ...stride, bytes: mebibyte }, 0)).toBeUndefined();
    // What was copied during the flight is not on disk.
    expect(await flush.add(empty, hugeSpeed)).toEqual(stride.position);
    expect(flush.durable).toEqual(stride.position);
  });

  test.each([
    { of: "bytes", bytes: mebibyte, paths: 1, speed: hugeSpeed, at: [1, 3, 7, 15, 31, 63, 95] },
    { of: "paths", bytes: 1, paths: 64, speed: hugeSpeed, at: [1, 3, 7, 15, 31, 47] },
    { of: "seconds", bytes: 50, paths: 1, speed: 500, at: [10, 30, 50, 70, 90] },
  ])("comes soon, then ever later, up to a limit of $of", async ({ bytes, paths, speed, at }) => {
    await using folder = testFolder();
    for (let n = 0; n < paths * 16; n += 1) await writeFile(folder.at(`${n}`), "");
    const flush = new Flush(folder.path, start);
    const landings: number[] = [];
    for (let n = 1; n <= (at.at(-1) ?? 0) + 1; n += 1) {
      const touched = Array.from({ length: paths }, (_, index) => `${(n % 16) * paths + index}`);
      const landed = await flush.add({ bytes, touched, position: { ...start, entry: n } }, speed);
      if (landed) landings.push(landed.entry);
    }
    expect(landings).toEqual(at);
    await flush.stop();
  });

  test("is waited for when the copying is eight distances ahead", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    const flush = new Flush(folder.path, start);
    const waits: number[] = [];
    // No disk answers in this loop, except where it waits for one.
    for (let n = 1; n <= 60; n += 1) {
      const position = { ...start, entry: n };
      if (await flush.add({ ...stride, bytes: mebibyte, position }, 0)) waits.push(n);
    }
    expect(waits).toEqual([1 + 8, 9 + 16, 25 + 32]);
  });

  test("may come after 64 small files", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree"));
    for (let n = 0; n < 200; n += 1) await writeFile(folder.at("tree", `${n}`), `${n}`);
    const job = scriptedJob({ from: folder.at("tree"), to: folder.at("copy") }, { speed: 1 });
    await run(job);
    const entries = job.checkpoints.map((cursor) => (cursor as { entry: number }).entry);
    expect(entries).toEqual([0, 64, 128, 192, 202]);
  });

  test.each([
    ["there is no sync", ""],
    ["sync fails", "#!/bin/sh\nexit 1\n"],
  ])("looks at each of many files by itself when %s", async (_what, sync) => {
    await using folder = testFolder();
    for (let n = 0; n < 20; n += 1) await writeFile(folder.at(`${n}`), "");
    await mkdir(folder.at("bin"));
    if (sync !== "") await writeFile(folder.at("bin", "sync"), sync, { mode: 0o755 });
    const touched = Array.from({ length: 20 }, (_, n) => `${n}`);
    vi.stubEnv("PATH", folder.at("bin"));
    try {
      const flush = new Flush(folder.path, start);
      expect(await flush.add({ ...stride, bytes: mebibyte, touched }, hugeSpeed)).toEqual(
        stride.position,
      );
      await rm(folder.at("7"));
      const again = flush.add({ ...stride, bytes: 2 * mebibyte, touched }, hugeSpeed);
      await expect(again).rejects.toThrow(`cannot write "${folder.at("7")}": ENOENT`);
      expect(flush.hasFailed).toBe(true);
      await flush.stop();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("asks the file system once before it looks at many files", async () => {
    await using folder = testFolder();
    const touched = Array.from({ length: 20 }, (_, n) => `${n}`);
    for (const name of touched) await writeFile(folder.at(name), "");
    await mkdir(folder.at("bin"));
    const sync = `#!/bin/sh\necho "$@" >> ${folder.at("asked")}\n`;
    await writeFile(folder.at("bin", "sync"), sync, { mode: 0o755 });
    vi.stubEnv("PATH", folder.at("bin"));
    try {
      const flush = new Flush(folder.path, start);
      await flush.add({ ...stride, bytes: mebibyte, touched }, hugeSpeed);
      await flush.stop();
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await readFile(folder.at("asked"), "utf8")).toBe(`-f ${folder.path}\n`);
  });

  test("brings what is left to disk at the end", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    const flush = new Flush(folder.path, start);
    expect(await flush.add(stride, 0)).toBeUndefined();
    expect(await flush.finish()).toEqual(stride.position);
    expect(await flush.finish()).toBeUndefined();
  });

  test("throws what went wrong, and lands nothing", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    const flush = new Flush(folder.path, start);
    await rename(folder.at("a"), folder.at("b"));
    await expect(flush.add(stride, 1)).rejects.toThrow("ENOENT");
    await expect(flush.finish()).rejects.toBeInstanceOf(IoFault);
    expect(flush.durable).toEqual(start);
  });
});
