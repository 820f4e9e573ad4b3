import { execFileSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { isMainThread } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { IoFault } from "./io-fault.ts";
import { run } from "./run.ts";
import { copyWhole, scriptedJob } from "./scripted-job.ts";
import { mountDisk, testFolder, treeText } from "./test-folder.ts";

const mebibyte = 1024 * 1024;

describe("a copy that meets an I/O error", () => {
  test("waits on a full disk and goes on when there is space again", async ({ skip }) => {
    await using folder = testFolder();
    await mkdir(folder.at("disk"));
    skip(!mountDisk(folder.at("disk"), "size=4m"), "mounting is not allowed here");
    try {
      await writeFile(folder.at("big"), randomBytes(7 * mebibyte));
      const args = { from: folder.at("big"), to: folder.at("disk", "copy") };
      const errors: unknown[] = [];
      const onIoError = (error: Error, operation: string): "retry" => {
        errors.push([error.message, error instanceof IoFault && error.code, operation]);
        mountDisk(folder.at("disk"), "remount,size=9m");
        return "retry";
      };
      const quick = scriptedJob(args, { onIoError });
      await run(quick);
      expect(quick.shown).toEqual(quick.shown.toSorted((a, b) => a - b));
      expect(treeText(`${args.to}.partial-g1-1`)).toEqual(treeText(args.from));
      const message = `cannot write "${args.to}.partial-g1-1": ENOSPC: no space left on device`;
      expect(errors).toEqual([[message, "ENOSPC", "write"]]);
    } finally {
      execFileSync("umount", [folder.at("disk")]);
    }
  });

  test("starts again from what is on disk, not from nothing", async ({ skip }) => {
    await using folder = testFolder();
    await mkdir(folder.at("disk"));
    skip(!mountDisk(folder.at("disk"), "size=4m"), "mounting is not allowed here");
    try {
      await writeFile(folder.at("big"), randomBytes(7 * mebibyte));
      const args = { from: folder.at("big"), to: folder.at("disk", "copy") };
      const onIoError = (): "retry" => {
        mountDisk(folder.at("disk"), "remount,size=9m");
        return "retry";
      };
      const slow = scriptedJob(args, { speed: 1, onIoError });
      await run(slow);
      expect(slow.chargedBytes).toBe(7 * mebibyte);
    } finally {
      execFileSync("umount", [folder.at("disk")]);
    }
  });

  test("fails with the error when nobody knows better, and when told to ignore it", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "a");
    await mkdir(folder.at("b".repeat(250)), { recursive: true });
    const args = { from: folder.at("a"), to: folder.at("c".repeat(250)) };
    await expect(run(scriptedJob(args))).rejects.toThrow("ENAMETOOLONG");
    const asked: string[] = [];
    const onIoError = (_error: Error, operation: string): "ignore" => {
      asked.push(operation);
      return "ignore";
    };
    await expect(run(scriptedJob(args, { onIoError }))).rejects.toBeInstanceOf(IoFault);
    expect(asked).toEqual(["write"]);
  });

  test.runIf(isMainThread && process.geteuid?.() === 0)(
    "tries a read again when told to",
    async () => {
      await using folder = testFolder();
      await chmod(folder.path, 0o777);
      process.seteuid?.(65_534);
      try {
        await mkdir(folder.at("tree"));
        await writeFile(folder.at("tree", "a"), "a");
        await writeFile(folder.at("tree", "b"), "b", { mode: 0o000 });
        const errors: string[] = [];
        const onIoError = (error: Error, operation: string): "retry" => {
          errors.push(`${operation}: ${error.message}`);
          execFileSync("chmod", ["444", folder.at("tree", "b")]);
          return "retry";
        };
        const args = { from: folder.at("tree"), to: folder.at("copy") };
        await copyWhole(args, { onIoError });
        expect(treeText(args.to)).toEqual(treeText(args.from));
        expect(errors).toEqual([
          `read: cannot read "${folder.at("tree", "b")}": EACCES: permission denied`,
        ]);
      } finally {
        process.seteuid?.(0);
      }
    },
  );
});
