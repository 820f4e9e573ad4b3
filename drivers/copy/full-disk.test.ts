import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { isRefusal, openJobSystem } from "../../jobchart.ts";
import { copy } from "./copy.ts";
import { copyWhole } from "./scripted-job.ts";
import { mountDisk, testFolder, treeText } from "./test-folder.ts";
import { ThinDisk } from "./thin-disk.ts";

const mebibyte = 1024 * 1024;

describe("a copy onto a disk that fills up", () => {
  test("pauses, and succeeds when it is resumed with space again", async ({ skip }) => {
    await using folder = testFolder();
    await mkdir(folder.at("disk"));
    skip(!mountDisk(folder.at("disk"), "size=6m"), "mounting is not allowed here");
    try {
      await writeFile(folder.at("disk", "waste"), Buffer.alloc(4 * mebibyte));
      await mkdir(folder.at("tree"));
      await writeFile(folder.at("tree", "big"), randomBytes(3 * mebibyte));
      for (let n = 0; n < 100; n += 1) await writeFile(folder.at("tree", `${n}`), `${n}`);
      const args = { from: folder.at("tree"), to: folder.at("disk", "copy") };
      await using jobs = await openJobSystem({ bus: "memory:", drivers: [copy], worker: true });
      const reply = await jobs.create({ type: "copy", args, onError: "stop" });
      if (isRefusal(reply)) throw new Error(reply.refused);
      const uid = reply.group.jobs[0]?.uid ?? "";
      await vi.waitFor(async () => {
        const info = await jobs.job(uid);
        expect([info?.status, info?.["io-status"]]).toEqual(["paused", "nospace"]);
      });
      await rm(folder.at("disk", "waste"));
      expect(isRefusal(await jobs.ask("resume", uid))).toBe(false);
      expect(await jobs.settled(uid)).toMatchObject({ outcome: "success", "io-status": "ok" });
      expect(treeText(args.to)).toEqual(treeText(args.from));
      expect(await readdir(folder.at("disk"))).toEqual(["copy"]);
    } finally {
      execFileSync("umount", [folder.at("disk")]);
    }
  });

  test.for([
    ["a large file", 1, 8 * mebibyte],
    ["small files", 200, 40 * 1024],
  ] as const)(
    "copies %s again that only the flush had no space for",
    async ([, count, sizeBytes], { skip }) => {
      await using folder = testFolder();
      using disk = new ThinDisk(folder.path);
      skip(!disk.mount("size=3m"), "mounting is not allowed here");
      await mkdir(folder.at("tree"));
      for (let n = 0; n < count; n += 1) {
        await writeFile(folder.at("tree", `${n}`), randomBytes(sizeBytes));
      }
      const args = { from: folder.at("tree"), to: `${disk.path}/copy` };
      const errors: string[] = [];
      const onIoError = (error: Error, operation: string): "retry" => {
        errors.push(`${operation}: ${error.message}`);
        disk.grow();
        return "retry";
      };
      await copyWhole(args, { onIoError });
      expect(errors).toEqual([
        expect.stringMatching(
          /^write: cannot write ".*": (ENOSPC: no space left on device|EIO: i\/o error)$/,
        ),
      ]);
      disk.reload();
      expect(treeText(args.to)).toEqual(treeText(args.from));
    },
  );
});
