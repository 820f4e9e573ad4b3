import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Json } from "../../actors/driver.ts";
import { inodeAt } from "../copy/inode.ts";
import { testFolder, type TestFolder } from "../copy/test-folder.ts";
import { ThinDisk } from "../copy/thin-disk.ts";
import { commit } from "./commit.ts";
import { abort, clean } from "./leave.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";
import { old, scriptedMirror, source, stopped, type ScriptedMirror } from "./scripted-mirror.ts";

/** A mirror that has been run to its end; the step that comes next. */
async function ran(args: Parameters<typeof scriptedMirror>[0]): Promise<ScriptedMirror> {
  const job = scriptedMirror(args);
  const result = await run(job);
  return { ...job, cursor: job.checkpoints.at(-1) ?? null, result };
}

/** One that is prepared, too. */
async function prepared(folder: TestFolder): Promise<ScriptedMirror> {
  const job = await ran({ ...source(folder), pivot: folder.at("pivot") });
  return { ...job, prepared: ((await prepare(job)) ?? null) as Json };
}

describe("the switch", () => {
  test.each(["before", undefined])(
    "is made though the new link was lost (pivot: %s)",
    async (before) => {
      await using folder = testFolder();
      if (before !== undefined) symlinkSync(before, folder.at("pivot"));
      const step = await prepared(folder);
      rmSync(folder.at("pivot.mirror-g1-1"));
      await commit(step);
      await commit(step);
      expect(readlinkSync(folder.at("pivot"))).toBe(folder.at("to"));
      expect(existsSync(folder.at("pivot.mirror-g1-1"))).toBe(false);
    },
  );

  test("is made over what others have switched before it", async () => {
    await using folder = testFolder();
    symlinkSync("before", folder.at("pivot"));
    const step = await prepared(folder);
    rmSync(folder.at("pivot"));
    symlinkSync("another", folder.at("pivot"));
    await commit(step);
    expect(readlinkSync(folder.at("pivot"))).toBe(folder.at("to"));
  });

  test("takes nothing back that others have switched after it", async () => {
    await using folder = testFolder();
    symlinkSync("before", folder.at("pivot"));
    const step = await prepared(folder);
    await commit(step);
    rmSync(folder.at("pivot"));
    symlinkSync("before", folder.at("pivot"));
    await commit(step);
    expect(readlinkSync(folder.at("pivot"))).toBe("before");
  });

  test("is not made again when the job is over", async () => {
    await using folder = testFolder();
    const step = await prepared(folder);
    await commit(step);
    await clean(step);
    rmSync(folder.at("pivot"));
    await expect(commit(step)).rejects.toThrow("to.copying");
    expect(existsSync(folder.at("pivot"))).toBe(false);
  });

  test("fails where the link cannot be moved", async () => {
    await using folder = testFolder();
    symlinkSync("before", folder.at("pivot"));
    const step = await prepared(folder);
    rmSync(folder.at("pivot.mirror-g1-1"));
    mkdirSync(folder.at("pivot.mirror-g1-1"));
    await expect(commit(step)).rejects.toThrow("ENOTDIR");
    expect(readlinkSync(folder.at("pivot"))).toBe("before");
  });
});

test("prepare leaves the link that it has made before", async () => {
  await using folder = testFolder();
  const step = await prepared(folder);
  const inode = await inodeAt(folder.at("pivot.mirror-g1-1"));
  await prepare(step);
  expect(await inodeAt(folder.at("pivot.mirror-g1-1"))).toBe(inode);
});

test("prepare hears of a write that the disk refused, whoever was told before", async ({
  skip,
}) => {
  await using folder = testFolder();
  using disk = new ThinDisk(folder.path);
  skip(!disk.mount("size=3m"), "mounting is not allowed here");
  const args = { ...source(folder), to: `${disk.path}/to` };
  old(folder, "big", "big".repeat(2_000_000));
  const step = await ran(args);
  expect(spawnSync("sync", ["-f", disk.path]).status).toBe(1);
  await expect(prepare(step)).rejects.toThrow(`cannot write "${args.to}/big"`);
});

test("abort knows the target by more than the number of its inode, which others may get", async () => {
  await using folder = testFolder();
  const args = source(folder);
  const cursor = (await stopped(args)) as { to: string };
  const [number] = cursor.to.split("/");
  await abort(scriptedMirror(args, { cursor: { ...cursor, to: `${number}/1` } }));
  expect(existsSync(args.to)).toBe(true);
});
