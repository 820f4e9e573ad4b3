import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Retryable } from "../../actors/driver.ts";
import { testFolder, treeText } from "../copy/test-folder.ts";
import { abort } from "./leave.ts";
import { run } from "./run.ts";
import { old, scriptedMirror, source, stopped, type ScriptedMirror } from "./scripted-mirror.ts";

describe("a source that is never at rest", () => {
  test("is followed until the job is ready, and its output says that it does not converge", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const job = scriptedMirror(args, {
      onRest: (count) => {
        if (count < 30) old(folder, "two", `two ${count}`, count);
        job.completing = job.isReady;
      },
    });
    await run(job);
    expect(job.said).toEqual([
      `not converging: each of 10 passes found changes, the last one "${args.from}/two"; the job goes on following\n`,
    ]);
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });

  test("is followed for as long as nobody waits, and does not converge once it is completed", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const rests: number[] = [];
    const onRest = (count: number, job: ScriptedMirror): void => {
      rests.push(count);
      if (!job.isReady) return;
      old(folder, "one", `one ${count}`, count);
      old(folder, "two", `two ${count}`, count);
      job.completing = count >= 30;
    };
    const job = scriptedMirror(args, { onRest });
    const running = run(job);
    await expect(running).rejects.toThrow(Retryable);
    await expect(running).rejects.toThrow(
      `not converging: each of 10 passes found changes, the last one "${args.from}/one" and 1 more; "${args.to}" is kept as it is`,
    );
    expect(rests.length).toBe(39);
    const before = treeText(args.to);
    await abort(scriptedMirror(args, { cursor: job.checkpoints.at(-1) ?? null }));
    expect(treeText(args.to)).toEqual(before);
    expect(readdirSync(folder.path).toSorted()).toEqual(["from", "to"]);
  });

  test("converges when it comes to rest in time", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const onRest = (count: number, job: ScriptedMirror): void => {
      if (count < 9) old(folder, "two", `two ${count}`, count);
      else job.completing = true;
    };
    await run(scriptedMirror(args, { onRest }));
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });
});

test("a pass that was begun before the job is completed does not end it", async () => {
  await using folder = testFolder();
  const args = source(folder);
  let charges = 0;
  const job = scriptedMirror(args, {
    onRest: () => {},
    onCharge: () => {
      charges += 1;
      if (!job.isReady || job.completing) return;
      job.completing = true;
      old(folder, "one", "last words");
    },
  });
  await run(job);
  expect(charges).toBeGreaterThan(2);
  expect(treeText(args.to)).toEqual(treeText(args.from));
});

test("progress is of the first copy, then of what is copied beside, and full in ready", async () => {
  await using folder = testFolder();
  const args = source(folder);
  old(folder, "zulu", "z".repeat(1_100_000));
  const onRest = (count: number, job: ScriptedMirror): void => {
    if (count === 3) old(folder, "two", "2nd", 1);
    job.completing = count === 6;
  };
  const job = scriptedMirror(args, { onRest });
  await run(job);
  expect(job.shown[0]).toEqual({ current: 1_048_582, total: 0 });
  expect(job.shown[1]).toEqual({ current: 1_100_006, total: 1_100_006 });
  expect(job.shown.at(-1)).toEqual({ current: 1_100_009, total: 1_100_009 });
  expect(job.chargedBytes).toBe(1_100_009);
});

test("after an error that was lifted the pass is begun anew, and progress does not go back", async () => {
  await using folder = testFolder();
  const args = source(folder);
  old(folder, "zulu", "zulu".repeat(1_000_000));
  const errors: string[] = [];
  const job = scriptedMirror(args, {
    onCharge: (count) => {
      if (count === 3) rmSync(folder.at("to.mirror-g1-1"), { recursive: true });
    },
    onIoError: ({ message }) => errors.push(message),
  });
  await run(job);
  expect(errors).toEqual([expect.stringContaining("ENOENT")]);
  expect(treeText(args.to)).toEqual(treeText(args.from));
  const amounts = job.shown.map(({ current }) => current);
  expect(amounts).toEqual(amounts.toSorted((one, other) => one - other));
});

test("what was removed takes no space any more when the pass is over", async () => {
  await using folder = testFolder();
  const args = source(folder);
  const onRest = (count: number, job: ScriptedMirror): void => {
    if (count === 2) rmSync(folder.at("from", "one"));
    job.completing = count === 4;
  };
  await run(scriptedMirror(args, { onRest }));
  expect(readdirSync(args.to)).toEqual(["two"]);
  expect(readdirSync(folder.at("to.mirror-g1-1", "1"))).toEqual([]);
});

describe("a job that is run again", () => {
  test("goes on with what is there, and fences the run before", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const first = await stopped(args);
    expect(readdirSync(folder.at("to.mirror-g1-1"))).toEqual(["1"]);
    const again = scriptedMirror(args, { epoch: 3, cursor: first });
    expect(await run(again)).toEqual({ bytes: 0, passes: 2, switched: false });
    expect(readdirSync(folder.at("to.mirror-g1-1"))).toEqual(["3"]);
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });

  test("makes the target when its worker died before that", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const first = await stopped(args);
    rmSync(args.to, { recursive: true });
    const again = scriptedMirror(args, { epoch: 2, cursor: first });
    expect(await run(again)).toMatchObject({ bytes: 6 });
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });

  test("neither writes nor removes a target that is another one", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const cursor = await stopped(args);
    renameSync(args.to, folder.at("away"));
    mkdirSync(args.to);
    writeFileSync(folder.at("to", "precious"), "not ours");
    const again = scriptedMirror(args, { epoch: 2, cursor });
    await expect(run(again)).rejects.toThrow(
      `"${args.to}" is not the target that this job made; move it away`,
    );
    await abort(again);
    expect(readFileSync(folder.at("to", "precious"), "utf8")).toBe("not ours");
  });

  test("does not begin anew where its disk is missing", async () => {
    await using folder = testFolder();
    const args = source(folder);
    const cursor = await stopped(args);
    rmSync(args.to, { recursive: true });
    rmSync(folder.at("to.mirror-g1-1"), { recursive: true });
    const again = scriptedMirror(args, { epoch: 2, cursor });
    await expect(run(again)).rejects.toThrow(`cannot write "${args.to}": it is gone`);
    expect(existsSync(args.to)).toBe(false);
  });
});

test("a link is followed once: the mirror is of what it led to", async () => {
  await using folder = testFolder();
  const args = source(folder);
  symlinkSync("from", folder.at("current"));
  await run(scriptedMirror({ ...args, from: folder.at("current"), pivot: folder.at("current") }));
  expect(treeText(args.to)).toEqual(treeText(args.from));
});
