import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createInterface } from "node:readline";
import { isMainThread } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { Json } from "../../actors/driver.ts";
import { leave } from "./leave.ts";
import { run } from "./run.ts";
import { copyWhole, scriptedJob } from "./scripted-job.ts";
import { testFolder, treeText } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

const mebibyte = 1024 * 1024;
/** So slow a speed that a checkpoint is due after every stride. */
const speed = 1;

/** Folders, read-only ones too, small files, and two files of several chunks. */
async function sourceIn(folder: TestFolder): Promise<string> {
  await mkdir(folder.at("tree", "a", "locked"), { recursive: true });
  for (let n = 0; n < 20; n += 1) await writeFile(folder.at("tree", "a", `f${n}`), `${n}`);
  await writeFile(folder.at("tree", "a", "locked", "x"), "x", { mode: 0o444 });
  await writeFile(folder.at("tree", "b"), randomBytes(3 * mebibyte + 5));
  await writeFile(folder.at("tree", "c"), randomBytes(2 * mebibyte));
  await chmod(folder.at("tree", "a", "locked"), 0o555);
  return folder.at("tree");
}

async function crashedAt(args: { from: string; to: string }, charge: number): Promise<Json[]> {
  const job = scriptedJob(args, {
    speed,
    onCharge: (count) => {
      if (count === charge) throw new Error("crash");
    },
  });
  await expect(run(job)).rejects.toThrow("crash");
  return job.checkpoints;
}

async function replace(path: string): Promise<void> {
  await rename(path, `${path}-aside`);
  await writeFile(path, "c");
}

function timeless(path: string): string[] {
  return treeText(path).map((line) => line.replace(/ \d+\.\d+ /, " "));
}

/** Runs up to a charge and stays there; `release` lets it go on to its end. */
function stalled(args: { from: string; to: string }, charge: number) {
  const job = scriptedJob(args, { speed });
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let charges = 0;
  job.charge = async () => {
    charges += 1;
    if (charges < charge) return;
    arrived.resolve();
    await released.promise;
  };
  const end = run(job).catch((error: unknown) => error);
  const release = (): Promise<unknown> => {
    released.resolve();
    return end;
  };
  return { job, arrived: arrived.promise, release };
}

describe("a copy that was interrupted", () => {
  test("goes on from every checkpoint and reads only what it does not cover", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const args = { from, to: folder.at("copy") };
    const whole = scriptedJob(args, { speed });
    const result = await run(whole);
    const total = whole.chargedBytes;
    expect(whole.checkpoints.length).toBeGreaterThan(2);
    for (const cursor of whole.checkpoints) {
      const again = scriptedJob(args, { speed, cursor });
      expect(await run(again)).toEqual(result);
      const { bytes } = cursor as { bytes: number };
      expect(again.chargedBytes).toBe(total - bytes);
      expect(Math.min(...again.shown)).toBe(bytes);
    }
    const last = whole.checkpoints.at(-1) ?? null;
    await copyWhole(args, { cursor: last });
    expect(treeText(args.to)).toEqual(treeText(from));
  });

  test("ends well whichever stride the crash came after", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    for (let charge = 1; charge <= 7; charge += 1) {
      const args = { from, to: folder.at(`copy-${charge}`) };
      const checkpoints = await crashedAt(args, charge);
      await copyWhole(args, { cursor: checkpoints.at(-1) ?? null });
      expect(treeText(args.to)).toEqual(treeText(from));
    }
  });

  test.runIf(isMainThread && process.geteuid?.() === 0)(
    "opens read-only files and folders up again when it is not root",
    async () => {
      await using folder = testFolder();
      await chmod(folder.path, 0o777);
      process.seteuid?.(65_534);
      try {
        const from = await sourceIn(folder);
        const args = { from, to: folder.at("copy") };
        const [first = null] = await crashedAt(args, 4);
        await copyWhole(args, { cursor: first });
        expect(treeText(args.to)).toEqual(treeText(from));
        const other = scriptedJob({ from, to: folder.at("other") });
        await run(other);
        await leave(other);
        expect(await readdir(folder.path)).toEqual(["copy", "tree"]);
      } finally {
        process.seteuid?.(0);
      }
    },
  );

  test("starts anew without a checkpoint, whatever an earlier attempt has left", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const args = { from, to: folder.at("copy") };
    await mkdir(folder.at("copy.partial-g1-1", "b"), { recursive: true });
    await copyWhole(args);
    expect(treeText(args.to)).toEqual(treeText(from));
  });

  test("fails when the source has changed since the first checkpoint", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const args = { from, to: folder.at("copy") };
    const [cursor = null] = await crashedAt(args, 3);
    const again = (): Promise<Json> => run(scriptedJob(args, { cursor }));
    const text = `the source "${from}" changed since the job started`;
    await rename(folder.at("tree", "a", "f1"), folder.at("tree", "a", "g1"));
    await expect(again()).rejects.toThrow(text);
    await rename(folder.at("tree", "a", "g1"), folder.at("tree", "a", "f1"));
    await again();
    await utimes(folder.at("tree", "a", "f1"), 1, 1);
    await expect(again()).rejects.toThrow(text);
  });

  test("fails when its partial copy is gone or another one", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const args = { from, to: folder.at("copy") };
    const [cursor = null] = await crashedAt(args, 3);
    const partial = folder.at("copy.partial-g1-1");
    await rename(partial, folder.at("aside"));
    const text = `the partial copy "${partial}" is gone or was replaced`;
    await expect(run(scriptedJob(args, { cursor }))).rejects.toThrow(text);
    await mkdir(partial);
    await expect(run(scriptedJob(args, { cursor }))).rejects.toThrow(text);
  });

  test("refuses a cursor that is not its own", async () => {
    await using folder = testFolder();
    const args = { from: await sourceIn(folder), to: folder.at("copy") };
    const job = scriptedJob(args, { cursor: { entry: "3" } });
    await expect(run(job)).rejects.toThrow('expected the cursor of a copy, found {"entry":"3"}');
  });

  test("goes on in another process after kill -9", async () => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const args = { from, to: folder.at("copy") };
    const program = `
      const { run } = await import(${JSON.stringify(new URL("run.ts", import.meta.url))});
      const { scriptedJob } = await import(${JSON.stringify(new URL("scripted-job.ts", import.meta.url))});
      const job = scriptedJob(${JSON.stringify(args)}, { speed: 1 });
      job.checkpoint = async (cursor) => console.log(JSON.stringify(cursor));
      let charges = 0;
      job.charge = () => ++charges < 5 ? Promise.resolve() : new Promise(() => setInterval(() => {}, 1e6));
      await run(job);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let cursor: Json = null;
    for await (const line of createInterface(child.stdout)) {
      cursor = JSON.parse(line) as Json;
      if ((cursor as { bytes: number }).bytes > 0) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    const { bytes } = cursor as { bytes: number };
    expect([child.signalCode, bytes > 0]).toEqual(["SIGKILL", true]);
    await copyWhole(args, { cursor });
    expect(treeText(args.to)).toEqual(treeText(from));
  });
});

describe("a worker that has lost a copy and writes late", () => {
  test.each([1, 3, 5])("does no harm before the copy is verified (charge %i)", async (charge) => {
    await using folder = testFolder();
    const args = { from: await sourceIn(folder), to: folder.at("copy") };
    const late = stalled(args, charge);
    await late.arrived;
    const cursor = late.job.checkpoints.at(-1) ?? null;
    const result = await run(scriptedJob(args, { cursor }));
    expect(await late.release()).toEqual(result);
    await copyWhole(args, { cursor });
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });

  test.each([1, 3, 5])("does no harm after the copy is in place (charge %i)", async (charge) => {
    await using folder = testFolder();
    const args = { from: await sourceIn(folder), to: folder.at("copy") };
    const late = stalled(args, charge);
    await late.arrived;
    await copyWhole(args, { cursor: late.job.checkpoints.at(-1) ?? null });
    expect(await late.release()).toBeInstanceOf(Error);
    expect(timeless(args.to)).toEqual(timeless(args.from));
    expect(await readdir(folder.path)).toEqual(["copy", "tree"]);
  });
});

describe("a copy fails when the source changes under it", () => {
  const changed = "is not what it was at the start";
  /** At the first charge the small files are done; at the second a chunk of `b` is as well. */
  test.each([
    ["a file to come grows", 1, "c", changed, (path: string) => appendFile(path, "more")],
    ["a file to come is gone", 1, "c", "cannot read", (path: string) => rm(path)],
    ["a file to come is another one", 1, "c", changed, replace],
    ["the file that is read grows", 2, "b", changed, (path: string) => appendFile(path, "more")],
    ["the file that is read shrinks", 2, "b", changed, (path: string) => truncate(path, 9)],
  ])("%s", async (_what, charge, name, found, change) => {
    await using folder = testFolder();
    const from = await sourceIn(folder);
    const job = scriptedJob({ from, to: folder.at("copy") });
    let charges = 0;
    job.charge = async () => {
      charges += 1;
      if (charges === charge) await change(folder.at("tree", name));
    };
    await expect(run(job)).rejects.toThrow(found);
  });
});
