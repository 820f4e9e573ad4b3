import { copyFile, mkdir, rename, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { bytePath, bytesOf } from "./byte-path.ts";
import { survey } from "./survey.ts";
import { testFolder } from "./test-folder.ts";
import { walk } from "./walk.ts";

function identityAt(path: string): string {
  const { value } = survey({ from: bytePath(path), strideEntries: 9 }).next();
  return typeof value === "number" ? "" : value.identity;
}

describe("the walk", () => {
  test("takes names in byte order and a folder before and after what is in it", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("b", "z"), { recursive: true });
    for (const name of ["ä", "a", "B", "b/é", "b-c"]) await writeFile(folder.at(name), "");
    await writeFile(bytesOf(`${folder.path}/\xe4`), "");
    await symlink("a", folder.at("c"));
    const steps = Array.from(walk(folder.path), ({ kind, path }) => `${kind} ${path}`);
    expect(steps).toEqual([
      "folder ",
      "file B",
      "file a",
      "folder b",
      "folder b/z",
      "leave b/z",
      "file b/\xc3\xa9",
      "leave b",
      "file b-c",
      "link c",
      "file \xc3\xa4",
      "file \xe4",
      "leave ",
    ]);
  });

  test("knows an entry by size, time and inode, whatever comes and goes beside it", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree"));
    await writeFile(folder.at("tree", "a"), "a");
    await utimes(folder.at("tree", "a"), 5, 5);
    const identity = identityAt(folder.at("tree"));
    await writeFile(folder.at("tree", "passing"), "");
    expect(identityAt(folder.at("tree"))).not.toBe(identity);
    await rename(folder.at("tree", "passing"), folder.at("passing"));
    expect(identityAt(folder.at("tree"))).toBe(identity);
    await copyFile(folder.at("tree", "a"), folder.at("equal"));
    await utimes(folder.at("equal"), 5, 5);
    await rename(folder.at("equal"), folder.at("tree", "a"));
    expect((await stat(folder.at("tree", "a"))).mtimeMs).toBe(5000);
    expect(identityAt(folder.at("tree"))).not.toBe(identity);
  });
});
