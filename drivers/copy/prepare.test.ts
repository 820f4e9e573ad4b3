import { mkdirSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, open, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { beforeEach, afterEach, describe, expect, test } from "vitest";
import { Cancelled } from "../../actors/driver.ts";
import type { Json } from "../../actors/driver.ts";
import { prepare } from "./prepare.ts";
import { run } from "./run.ts";
import { scriptedJob, scriptedStep } from "./scripted-job.ts";
import type { Script } from "./scripted-job.ts";
import { testFolder } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

const mebibyte = 1024 * 1024;

describe("prepare of a copy", () => {
  let folder: TestFolder;
  let args: { from: string; to: string };
  let partial: string;
  let durable: { cursor: Json; result: Json };

  beforeEach(async () => {
    folder = testFolder();
    await mkdir(folder.at("tree", "sub"), { recursive: true });
    await writeFile(folder.at("tree", "big"), randomBytes(2 * mebibyte + 9));
    await writeFile(folder.at("tree", "sub", "small"), "small");
    await symlink("big", folder.at("tree", "sub", "link"));
    args = { from: folder.at("tree"), to: folder.at("copy") };
    partial = folder.at("copy.partial-g1-1");
    const job = scriptedJob(args);
    const result = await run(job);
    durable = { cursor: job.checkpoints.at(-1) ?? null, result };
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const prepared = (script: Script = {}): Promise<Json> =>
    prepare(scriptedStep(args, { ...durable, ...script }));

  const appear = (current: number): void => {
    if (current === mebibyte) mkdirSync(args.to);
  };

  test("reads the whole copy, shows how far it is, and may be repeated", async () => {
    const shown: number[] = [];
    const first = await prepared({ onProgress: (current) => shown.push(current) });
    expect(first).toEqual({ inode: expect.stringMatching(/^\d+\/\d+$/) });
    expect(shown).toEqual([mebibyte, 2 * mebibyte, 2 * mebibyte + 14]);
    expect(await prepared()).toEqual(first);
  });

  test.each([0, 1, mebibyte, 2 * mebibyte + 8])("notices a bit flipped in byte %i", async (at) => {
    const file = await open(`${partial}/big`, "r+");
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, at);
    await file.close();
    const chunk = Math.floor(at / mebibyte) * mebibyte;
    await expect(prepared()).rejects.toThrow(
      `verification failed: "${partial}/big" differs after byte ${chunk}`,
    );
  });

  test("notices a file of the copy that is longer, shorter or gone", async () => {
    await appendFile(`${partial}/sub/small`, "!");
    await expect(prepared()).rejects.toThrow(`"${partial}/sub/small" is not what was copied`);
    await writeFile(`${partial}/sub/small`, "smal");
    await expect(prepared()).rejects.toThrow(`"${partial}/sub/small" is not what was copied`);
    await rm(`${partial}/sub/small`);
    await expect(prepared()).rejects.toThrow(`cannot read "${partial}/sub/small": ENOENT`);
  });

  test("notices a link of the copy that points elsewhere, and a folder that is none", async () => {
    await unlink(`${partial}/sub/link`);
    await symlink("small", `${partial}/sub/link`);
    await expect(prepared()).rejects.toThrow("a name or a link is not what was copied");
    await rename(`${partial}/sub`, `${partial}/aside`);
    await symlink("aside", `${partial}/sub`);
    await expect(prepared()).rejects.toThrow(`"${partial}/sub" is not what was copied`);
  });

  test("notices a result with another hash", async () => {
    await expect(prepared({ result: { hash: "0" } })).rejects.toThrow("verification failed");
  });

  test("notices a source that has changed", async () => {
    await appendFile(folder.at("tree", "sub", "small"), "!");
    await expect(prepared()).rejects.toThrow(`the source "${args.from}" changed since`);
  });

  test("notices that the partial copy was replaced", async () => {
    await rename(partial, folder.at("aside"));
    await mkdir(partial);
    await expect(prepared()).rejects.toThrow("is gone or was replaced");
  });

  test("fails when the target has appeared", async () => {
    await mkdir(args.to);
    await expect(prepared()).rejects.toThrow("exists; pass overwrite to replace it");
  });

  test("fails when the target appears while it verifies", async () => {
    await expect(prepared({ onProgress: appear })).rejects.toThrow(
      "exists; pass overwrite to replace it",
    );
  });

  test("stops when it is cancelled", async () => {
    const cancel = new AbortController();
    const verdict = prepared({ signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(verdict).rejects.toBeInstanceOf(Cancelled);
  });

  test("fails without a checkpoint", async () => {
    await expect(prepared({ cursor: null })).rejects.toThrow("expected the checkpoint of a copy");
  });
});
