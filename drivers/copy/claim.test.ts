import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { isRefusal, openJobSystem } from "../../jobchart.ts";
import { copy } from "./copy.ts";
import { leave } from "./leave.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";
import { copyWhole, scriptedJob, scriptedStep } from "./scripted-job.ts";
import { mountDisk, testFolder } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

/** Two files, `a` and `b`, and what it takes to copy `a` to `x`. */
async function worldOf(): Promise<TestFolder & { args: { from: string; to: string } }> {
  const folder = testFolder();
  await writeFile(folder.at("a"), "a");
  await writeFile(folder.at("b"), "b");
  return { ...folder, args: { from: folder.at("a"), to: folder.at("x") } };
}

describe("the claim on a target", () => {
  test("names its job from run to clean", async () => {
    await using folder = await worldOf();
    const claims: string[] = [];
    const look = (): unknown => claims.push(readFileSync(folder.at("x.copying"), "utf8"));
    await copyWhole(folder.args, { uid: "g7-1", onCharge: look, onProgress: look });
    expect(new Set(claims)).toEqual(new Set(["g7-1"]));
    expect(await readdir(folder.path)).toEqual(["a", "b", "x"]);
  });

  test("keeps a second job out, which says who has it and leaves it alone", async () => {
    await using folder = await worldOf();
    await run(scriptedJob(folder.args, { uid: "g1-1" }));
    const second = scriptedJob({ ...folder.args, from: folder.at("b") }, { uid: "g2-1" });
    await expect(run(second)).rejects.toThrow(
      `another job, g1-1, is copying to "${folder.at("x")}"; wait for its end, or choose another target; if that job is gone, remove "${folder.at("x.copying")}"`,
    );
    await leave(second);
    expect(await readdir(folder.path)).toEqual(["a", "b", "x.copying", "x.partial-g1-1"]);
    await leave(scriptedStep(folder.args, { uid: "g1-1" }));
    expect(await run(second)).toMatchObject({ bytes: 1 });
  });

  test("is taken again by its own job, in another process", async () => {
    await using folder = await worldOf();
    await writeFile(folder.at("x.copying"), "g1-1");
    await copyWhole(folder.args);
    expect(await readdir(folder.path)).toEqual(["a", "b", "x"]);
  });

  test("is taken whatever its job has left of it, and leaves nothing", async () => {
    await using folder = await worldOf();
    await writeFile(folder.at("x.copying-g1-1"), "");
    await run(scriptedJob(folder.args));
    expect(await readFile(folder.at("x.copying"), "utf8")).toBe("g1-1");
    await writeFile(folder.at("x.copying-g1-1"), "g1-1");
    await leave(scriptedStep(folder.args));
    expect(await readdir(folder.path)).toEqual(["a", "b"]);
  });

  test.each([
    ["an empty file", (at: string) => writeFile(at, "")],
    ["something else", (at: string) => writeFile(at, "no\u0000uid")],
    ["a folder", (at: string) => mkdir(at)],
    ["a link", (at: string) => symlink("a", at)],
    ["a fifo", async (at: string) => execFileSync("mkfifo", [at])],
  ])("is somebody else's when it is %s", async (_what, make) => {
    await using folder = await worldOf();
    await make(folder.at("x.copying"));
    const job = scriptedJob(folder.args);
    await expect(run(job)).rejects.toThrow(`"${folder.at("x.copying")}" names no job`);
    await leave(job);
    expect(await readdir(folder.path)).toEqual(["a", "b", "x.copying"]);
  });

  test("is missed by prepare when it was removed or taken over", async () => {
    await using folder = await worldOf();
    const job = scriptedJob(folder.args);
    const result = await run(job);
    const step = scriptedStep(folder.args, { cursor: job.checkpoints.at(-1) ?? null, result });
    await rm(folder.at("x.copying"));
    await expect(prepare(step)).rejects.toThrow("was removed while its job was copying");
    await writeFile(folder.at("x.copying"), "g2-1");
    await expect(prepare(step)).rejects.toThrow("another job, g2-1, is copying to");
    await leave(step);
    expect(await readFile(folder.at("x.copying"), "utf8")).toBe("g2-1");
  });

  test("is not left behind empty by a full disk", async ({ skip }) => {
    await using folder = await worldOf();
    await mkdir(folder.at("disk"));
    skip(!mountDisk(folder.at("disk"), "size=8k"), "mounting is not allowed here");
    try {
      await writeFile(folder.at("disk", "full"), Buffer.alloc(8192));
      const args = { from: folder.at("a"), to: folder.at("disk", "x") };
      await expect(run(scriptedJob(args))).rejects.toThrow(`cannot write "${args.to}.copying"`);
      expect(await readdir(folder.at("disk"))).toEqual(["full"]);
    } finally {
      execFileSync("umount", [folder.at("disk")]);
    }
  });
});

const ascending = (one: string, other: string): number => one.localeCompare(other);

interface Ended {
  readonly status: string;
  readonly outcome: string;
  readonly error: string;
}

/** How copies end in a real system, as one group. */
async function ended(
  copies: readonly { from: string; to: string }[],
  completion: "grouped" | "individual",
): Promise<Ended[]> {
  const drivers = [copy];
  await using jobs = await openJobSystem({ bus: "memory:", drivers, worker: true });
  const specs = copies.map((args) => ({ type: "copy", args }));
  const reply = await jobs.transaction({ jobs: specs, completion });
  if (isRefusal(reply)) throw new Error(reply.refused);
  return await Promise.all(
    reply.group.jobs.map(async ({ uid }) => {
      const { status = "", outcome = "", error = "" } = (await jobs.settled(uid)) ?? {};
      return { status, outcome: String(outcome), error };
    }),
  );
}

describe("jobs with one target", () => {
  test("all fail in a group, and nothing is left", async () => {
    await using folder = await worldOf();
    const to = folder.at("x");
    const both = [folder.args, { from: folder.at("b"), to }];
    const infos = await ended(both, "grouped");
    expect(infos.map(({ outcome }) => outcome).toSorted(ascending)).toEqual([
      "cancelled",
      "failed",
    ]);
    const texts = infos.map(({ error }) => error).join();
    expect(texts).toMatch(/another job, \w+-\d, is copying to/);
    expect(await readdir(folder.path)).toEqual(["a", "b"]);
  });

  test("are copied but one, whole, when each is for itself", async () => {
    await using folder = await worldOf();
    const to = folder.at("x");
    const both = [folder.args, { from: folder.at("b"), to }];
    const infos = await ended(both, "individual");
    expect(infos.map(({ outcome }) => outcome).toSorted(ascending)).toEqual(["failed", "success"]);
    const winner = infos.findIndex(({ outcome }) => outcome === "success");
    expect(await readFile(to, "utf8")).toBe(["a", "b"][winner]);
    expect(await readdir(folder.path)).toEqual(["a", "b", "x"]);
  });

  test("may fail and be undone where a name is too long for what stands beside it", async () => {
    await using folder = await worldOf();
    const to = folder.at("n".repeat(245));
    const [info] = await ended([{ from: folder.at("a"), to }], "individual");
    expect([info?.status, info?.outcome]).toEqual(["null", "failed"]);
    expect(await readdir(folder.path)).toEqual(["a", "b"]);
  });
});
