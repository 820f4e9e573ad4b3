import { existsSync, renameSync, rmSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Step } from "../../actors/driver.ts";
import { commit } from "./commit.ts";
import { copy } from "./copy.ts";
import { inodeAt } from "./inode.ts";
import { leave } from "./leave.ts";
import type { CopyArgs } from "./places.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";
import { scriptedJob, scriptedStep } from "./scripted-job.ts";
import { testFolder, treeText } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

interface World extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly step: Step<CopyArgs>;
  readonly partial: string;
  readonly old: string;
}

/** A tree copied and prepared, over an old tree if told to overwrite. */
async function prepared(overwrite: boolean): Promise<World> {
  const folder = testFolder();
  await mkdir(folder.at("tree", "sub"), { recursive: true });
  await writeFile(folder.at("tree", "sub", "new"), "new");
  const args = { from: folder.at("tree"), to: folder.at("copy"), overwrite };
  if (overwrite) {
    await mkdir(folder.at("copy"));
    await writeFile(folder.at("copy", "old"), "old");
  }
  const job = scriptedJob(args);
  const durable = { result: await run(job), cursor: job.checkpoints.at(-1) ?? null };
  const step = scriptedStep(args, durable);
  return {
    folder,
    step: scriptedStep(args, { ...durable, prepared: await prepare(step) }),
    partial: folder.at("copy.partial-g1-1"),
    old: folder.at("copy.old-g1-1"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** What is in the folder, and whether the copy is the tree. */
async function outcome({ folder }: World): Promise<unknown> {
  const isSame = treeText(folder.at("copy")).join() === treeText(folder.at("tree")).join();
  return { names: await readdir(folder.path), isSame };
}

/** The claim stays until clean. */
const done = { names: ["copy", "copy.copying", "tree"], isSame: true };

describe("commit of a copy", () => {
  test.each([false, true])("may be repeated (overwrite: %s)", async (overwrite) => {
    await using world = await prepared(overwrite);
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
  });

  test("goes on after a crash before the rename", async () => {
    await using world = await prepared(true);
    await rename(world.folder.at("copy"), world.old);
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
  });

  test("goes on after a crash before the old tree was removed", async () => {
    await using world = await prepared(true);
    await rename(world.folder.at("copy"), world.old);
    await rename(world.partial, world.folder.at("copy"));
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
  });

  test("goes on in another process", async () => {
    await using world = await prepared(true);
    const at = JSON.stringify(new URL("commit.ts", import.meta.url));
    const step = JSON.stringify(world.step);
    execFileSync(process.execPath, [
      "--input-type=module",
      "-e",
      `const { commit } = await import(${at});
       await commit({ ...${step}, signal: new AbortController().signal });`,
    ]);
    expect(await outcome(world)).toEqual(done);
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
  });

  test("leaves a target that appeared meanwhile alone, and goes on when it is gone", async () => {
    await using world = await prepared(false);
    await mkdir(world.folder.at("copy", "mine"), { recursive: true });
    await expect(commit(world.step)).rejects.toThrow("appeared after the copy was prepared");
    expect(await readdir(world.folder.at("copy"))).toEqual(["mine"]);
    await rm(world.folder.at("copy"), { recursive: true });
    await commit(world.step);
    expect(await outcome(world)).toEqual(done);
  });

  test("never replaces a thing of another sort, nor a second one", async () => {
    await using world = await prepared(true);
    await rename(world.folder.at("copy"), world.old);
    await writeFile(world.folder.at("copy"), "mine");
    await expect(commit(world.step)).rejects.toThrow("appeared after the copy was prepared");
    await rm(world.folder.at("copy"));
    await mkdir(world.folder.at("copy"));
    await expect(commit(world.step)).rejects.toThrow(`"${world.old}" is being replaced`);
    expect(await readdir(world.old)).toEqual(["old"]);
  });

  test("says so when what was prepared is gone", async () => {
    await using world = await prepared(false);
    await rename(world.partial, world.folder.at("aside"));
    await expect(commit(world.step)).rejects.toThrow("the prepared copy is neither at");
    await mkdir(world.partial);
    await expect(commit(world.step)).rejects.toThrow("the prepared copy is neither at");
    const unprepared = scriptedStep(world.step.args);
    await expect(commit(unprepared)).rejects.toThrow("nothing was prepared");
  });

  test("renames nothing once the lease is gone", async () => {
    await using world = await prepared(true);
    const signal = AbortSignal.abort();
    await expect(commit({ ...world.step, signal })).rejects.toThrow("aborted");
    expect(await readdir(world.folder.at("copy"))).toEqual(["old"]);
  });

  test("puts the copy back when another worker has finished between two steps", async () => {
    await using world = await prepared(true);
    const { folder, old, partial } = world;
    const signal = new AbortController().signal;
    signal.throwIfAborted = () => {
      rmSync(folder.at("copy"), { recursive: true });
      renameSync(partial, folder.at("copy"));
    };
    await commit({ ...world.step, signal });
    expect(await outcome(world)).toEqual(done);
    expect(existsSync(old)).toBe(false);
  });

  test("replaces a file in one step", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "new");
    await writeFile(folder.at("b"), "old");
    const args = { from: folder.at("a"), to: folder.at("b"), overwrite: true };
    const job = scriptedJob(args);
    const durable = { result: await run(job), cursor: job.checkpoints.at(-1) ?? null };
    const step = scriptedStep(args, {
      ...durable,
      prepared: { inode: (await inodeAt(folder.at("b.partial-g1-1"))) ?? "" },
    });
    await commit(step);
    expect(await readFile(folder.at("b"), "utf8")).toBe("new");
    await commit(step);
    expect(await readdir(folder.path)).toEqual(["a", "b", "b.copying"]);
  });
});

describe("abort of a copy", () => {
  test("removes the partial copy and nothing else, and may be repeated", async () => {
    await using world = await prepared(true);
    await copy.abort?.(world.step);
    await copy.abort?.(world.step);
    await copy.clean?.(world.step);
    expect(await readdir(world.folder.path)).toEqual(["copy", "tree"]);
    expect(await readdir(world.folder.at("copy"))).toEqual(["old"]);
  });

  test.each([1, 2, 3])("removes what is there after a crash at charge %i", async (charge) => {
    await using folder = testFolder();
    await writeFile(folder.at("big"), Buffer.alloc(3 * 1024 * 1024, 7));
    const args = { from: folder.at("big"), to: folder.at("copy") };
    const onCharge = (count: number): void => {
      if (count === charge) throw new Error("crash");
    };
    await expect(run(scriptedJob(args, { onCharge }))).rejects.toThrow("crash");
    await leave(scriptedStep(args));
    expect(await readdir(folder.path)).toEqual(["big"]);
  });

  test("removes what a late write has made again", async () => {
    await using world = await prepared(false);
    await leave(world.step);
    await appendFile(world.partial, "late");
    await leave(world.step);
    expect(await readdir(world.folder.path)).toEqual(["tree"]);
  });

  test("does no harm when the arguments name no place, or its folder is gone", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("file"), "");
    for (const to of ["relative", folder.at("none", "x"), folder.at("file", "x"), "/a\0b"]) {
      await leave(scriptedStep({ from: "/x", to }));
    }
    expect(await readdir(folder.path)).toEqual(["file"]);
  });
});
