import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { testFolder, treeText, type TestFolder } from "../copy/test-folder.ts";
import { abort, clean } from "./leave.ts";
import type { MirrorArgs } from "./places.ts";
import { run } from "./run.ts";
import { scriptedMirror, source, stopped } from "./scripted-mirror.ts";

describe("a mirror is refused", () => {
  const refusals: readonly [string, (folder: TestFolder) => Partial<MirrorArgs>, string][] = [
    ["of nothing", (at) => ({ from: at.at("no") }), 'the source "DIR/no" does not exist'],
    [
      "of a file",
      (at) => ({ from: at.at("from", "one") }),
      'the source "DIR/from/one" is not a folder; use copy for a file',
    ],
    [
      "into itself",
      (at) => ({ to: at.at("from", "to") }),
      'the target "DIR/from/to" lies inside the source "DIR/from"',
    ],
    [
      "onto itself",
      (at) => ({ to: at.at("from") }),
      'the source "DIR/from" and the target "DIR/from" are the same',
    ],
    [
      "onto something that exists",
      (at) => {
        mkdirSync(at.at("to"));
        return {};
      },
      'the target "DIR/to" exists; a mirror makes it itself',
    ],
    [
      "into a folder that does not exist",
      (at) => ({ to: at.at("no", "to") }),
      'the folder "DIR/no" does not exist',
    ],
    [
      "with a pivot that is no link",
      (at) => ({ pivot: at.at("folder") }),
      'the pivot "DIR/folder" exists and is no link; move it away first',
    ],
    [
      "with a pivot in the source",
      (at) => ({ pivot: at.at("from", "pivot") }),
      'the pivot "DIR/from/pivot" is, or lies in, "DIR/from"',
    ],
    [
      "with a pivot that is the target",
      (at) => ({ pivot: at.at("to") }),
      'the pivot "DIR/to" is, or lies in, "DIR/to"',
    ],
    [
      "with a pivot in a folder that does not exist",
      (at) => ({ pivot: at.at("no", "pivot") }),
      'the folder of the pivot "DIR/no/pivot" cannot be found: ENOENT',
    ],
  ];
  test.each(refusals)("%s", async (_what, change, text) => {
    await using folder = testFolder();
    const args = source(folder);
    mkdirSync(folder.at("folder"));
    const job = scriptedMirror({ ...args, ...change(folder) });
    await expect(run(job)).rejects.toThrow(text.replaceAll("DIR", folder.path));
    const before = treeText(folder.path).filter((line) => !line.includes("to.copying"));
    await abort(job);
    await clean(job);
    expect(treeText(folder.path).map(untimed)).toEqual(before.map(untimed));
  });

  test("while another job is making the target", async () => {
    await using folder = testFolder();
    const args = source(folder);
    await stopped(args);
    const other = scriptedMirror(args, { uid: "g2-1" });
    await expect(run(other)).rejects.toThrow("another job, g1-1, is copying to");
    await abort(other);
    expect(existsSync(args.to)).toBe(true);
  });
});

/** A line of a tree without its time: that of a folder changes with what is made beside. */
function untimed(line: string): string {
  return line.split(" ").toSpliced(3, 1).join(" ");
}
