import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { isRefusal, openJobSystem } from "../../jobchart.ts";
import { copy } from "./copy.ts";
import { run } from "./run.ts";
import { copyWhole, scriptedJob } from "./scripted-job.ts";
import { testFolder, treeText } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

const mebibyte = 1024 * 1024;

/** A tree whose `a` is copied, chunk by chunk, before anything else. */
async function treeIn(folder: TestFolder): Promise<string> {
  await mkdir(folder.at("tree", "m", "deep"), { recursive: true });
  await writeFile(folder.at("tree", "a"), randomBytes(2 * mebibyte));
  for (const name of ["m/1", "m/deep/2", "z"]) await writeFile(folder.at("tree", name), name);
  await symlink("z", folder.at("tree", "m", "link"));
  return folder.at("tree");
}

async function swap(path: string, make: () => Promise<unknown>): Promise<void> {
  await rm(path, { recursive: true });
  await make();
}

type Change = (tree: string) => Promise<unknown>;

const changes: readonly [what: string, found: RegExp, change: Change][] = [
  ["a small file grows", /m\/1" is not what it was/, (tree) => appendFile(`${tree}/m/1`, "+")],
  [
    "a file vanishes",
    /cannot read ".*z": ENOENT|tree" is not what it was/,
    (tree) => rm(`${tree}/z`),
  ],
  [
    "a folder vanishes",
    /cannot read ".*m": ENOENT/,
    (tree) => rm(`${tree}/m`, { recursive: true }),
  ],
  [
    "a folder is moved away",
    /cannot read ".*m": ENOENT/,
    (tree) => rename(`${tree}/m`, `${tree}/n`),
  ],
  ["everything vanishes", /cannot read ".*": ENOENT/, (tree) => rm(tree, { recursive: true })],
  ["a file appears", /m\/0" is not what it was/, (tree) => writeFile(`${tree}/m/0`, "new")],
  [
    "a folder becomes a file",
    /m" is not what it was/,
    (tree) => swap(`${tree}/m`, () => writeFile(`${tree}/m`, "m")),
  ],
  [
    "a file becomes a link",
    /z" is not what it was/,
    (tree) => swap(`${tree}/z`, () => symlink("a", `${tree}/z`)),
  ],
  [
    "a link points elsewhere",
    /m\/link" is not what it was/,
    (tree) => swap(`${tree}/m/link`, () => symlink("a", `${tree}/m/link`)),
  ],
];

describe("a folder that changes while it is copied", () => {
  test.each(changes)("fails the copy when %s", async (_what, found, change) => {
    await using folder = testFolder();
    const from = await treeIn(folder);
    let isChanged = false;
    const job = scriptedJob({ from, to: folder.at("copy") });
    job.charge = async () => {
      if (!isChanged) await change(from);
      isChanged = true;
    };
    await expect(run(job)).rejects.toThrow(found);
  });

  test("fails a real job when it vanishes, and nothing is left", async () => {
    await using folder = testFolder();
    const from = await treeIn(folder);
    const args = { from, to: folder.at("copy") };
    await using jobs = await openJobSystem({ bus: "memory:", drivers: [copy], worker: true });
    const reply = await jobs.create({ type: "copy", args, speed: 1 });
    if (isRefusal(reply)) throw new Error(reply.refused);
    const uid = reply.group.jobs[0]?.uid ?? "";
    await vi.waitFor(async () => expect((await jobs.job(uid))?.percent).toBeGreaterThan(0));
    await rm(from, { recursive: true });
    expect(isRefusal(await jobs.ask("set-speed", uid, { speed: 0 }))).toBe(false);
    const info = await jobs.settled(uid);
    expect([info?.outcome, info?.error]).toEqual(["failed", expect.stringContaining("ENOENT")]);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("links that lead in circles", () => {
  test("are copied as the links that they are", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree", "sub"), { recursive: true });
    await symlink("itself", folder.at("tree", "itself"));
    await symlink("..", folder.at("tree", "sub", "up"));
    await symlink("pong", folder.at("tree", "ping"));
    await symlink("ping", folder.at("tree", "pong"));
    const args = { from: folder.at("tree"), to: folder.at("copy") };
    await copyWhole(args);
    expect(treeText(args.to)).toEqual(treeText(args.from));
  });

  test("are refused as a source", async () => {
    await using folder = testFolder();
    await symlink("itself", folder.at("itself"));
    const job = scriptedJob({ from: folder.at("itself"), to: folder.at("copy") });
    await expect(run(job)).rejects.toThrow(
      `the source "${folder.at("itself")}" cannot be looked at: ELOOP`,
    );
  });
});
