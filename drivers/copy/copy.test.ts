import { closeSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import {
  chmod,
  link,
  lutimes,
  mkdir,
  readFile,
  readdir,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { builtIn } from "../built-in.ts";
import { copy } from "./copy.ts";
import { copyWhole, scriptedJob } from "./scripted-job.ts";
import { blocksOf, testFolder, treeText } from "./test-folder.ts";

const mebibyte = 1024 * 1024;

describe("copy", () => {
  test("is a built-in driver that is bound to its host and resumes", () => {
    expect(builtIn).toContain(copy);
    expect([copy.type, copy.place, copy.recover]).toEqual(["copy", "host", "resume"]);
  });

  test("copies a file with its mode and time, and leaves nothing beside it", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("a"), "hello");
    await chmod(folder.at("a"), 0o4751);
    await utimes(folder.at("a"), 1_000_000_000.25, 1_111_111_111.123456);
    const result = await copyWhole({ from: folder.at("a"), to: folder.at("b") });
    expect(result).toEqual({ bytes: 5, files: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(treeText(folder.at("b"))).toEqual(treeText(folder.at("a")));
    expect(await readdir(folder.path)).toEqual(["a", "b"]);
  });

  test("copies an empty file and an empty folder", async () => {
    await using folder = testFolder();
    await writeFile(folder.at("file"), "");
    await mkdir(folder.at("folder"));
    for (const name of ["file", "folder"]) {
      const result = await copyWhole({ from: folder.at(name), to: folder.at(`${name}-copy`) });
      expect(result).toMatchObject({ bytes: 0 });
      expect(treeText(folder.at(`${name}-copy`))).toEqual(treeText(folder.at(name)));
    }
  });

  test("copies a tree of more entries than a stride, links as links, read-only folders included", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree", "deep", "empty"), { recursive: true });
    for (let n = 0; n < 300; n += 1) await writeFile(folder.at("tree", `f${n}`), `${n}`);
    await writeFile(folder.at("tree", "deep", "locked"), "x", { mode: 0o400 });
    await link(folder.at("tree", "f1"), folder.at("tree", "hard"));
    await symlink("nowhere/at/all", folder.at("tree", "dangling"));
    await symlink("deep", folder.at("tree", "to-deep"));
    await lutimes(folder.at("tree", "to-deep"), 5, 6);
    await chmod(folder.at("tree", "deep"), 0o555);
    await utimes(folder.at("tree", "deep"), 7, 8);
    const job = { from: folder.at("tree"), to: folder.at("copy") };
    expect(await copyWhole(job)).toMatchObject({ files: 302 });
    expect(treeText(folder.at("copy"))).toEqual(treeText(folder.at("tree")));
  });

  test("copies a file of several chunks", async () => {
    await using folder = testFolder();
    const data = randomBytes(3 * mebibyte + 17);
    await writeFile(folder.at("big"), data);
    const job = scriptedJob({ from: folder.at("big"), to: folder.at("copy") });
    expect(await copy.run(job)).toMatchObject({ bytes: data.length });
    expect(job.chargedBytes).toBe(data.length);
    expect(job.shown).toEqual([0, 1, 2, 3].map((n) => n * mebibyte).concat(data.length));
    expect(await readFile(folder.at("copy.partial-g1-1"))).toEqual(data);
  });

  test("keeps holes, in the middle and at the end", async () => {
    await using folder = testFolder();
    const file = openSync(folder.at("disk"), "w");
    ftruncateSync(file, 40 * mebibyte);
    writeSync(file, "data", 9 * mebibyte + 5);
    closeSync(file);
    await copyWhole({ from: folder.at("disk"), to: folder.at("copy") });
    expect(treeText(folder.at("copy"))).toEqual(treeText(folder.at("disk")));
    expect(statSync(folder.at("copy")).size).toBe(40 * mebibyte);
    expect(blocksOf(folder.at("copy"))).toBeLessThan(64);
  });

  test("keeps names with newlines and names that are not UTF-8", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree"));
    const raw = Buffer.concat([
      Buffer.from(`${folder.at("tree")}/`),
      Buffer.from([0xff, 0x0a, 0xc3]),
    ]);
    await mkdir(raw);
    await writeFile(Buffer.concat([raw, Buffer.from("/inner\n\xe9", "latin1")]), "inner");
    await symlink(Buffer.from([0xfe, 0xff]), Buffer.concat([raw, Buffer.from("/link")]));
    await writeFile(folder.at("tree", "grüße\n"), "hello");
    await copyWhole({ from: folder.at("tree"), to: folder.at("copy\nü") });
    expect(treeText(folder.at("copy\nü"))).toEqual(treeText(folder.at("tree")));
    expect(treeText(folder.at("copy\nü")).join()).toContain("\xff\n\xc3/inner\n\xe9");
  });

  test("follows a source that is a link itself", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("real"));
    await writeFile(folder.at("real", "a"), "a");
    await symlink("real", folder.at("alias"));
    await copyWhole({ from: folder.at("alias"), to: folder.at("copy") });
    expect(treeText(folder.at("copy"))).toEqual(treeText(folder.at("real")));
  });

  test("replaces a file, a link and a tree when told to overwrite", async () => {
    await using folder = testFolder();
    await mkdir(folder.at("tree"));
    await writeFile(folder.at("tree", "new"), "new");
    await mkdir(folder.at("old-tree", "locked"), { recursive: true });
    await writeFile(folder.at("old-tree", "locked", "old"), "old");
    await chmod(folder.at("old-tree", "locked"), 0o555);
    await copyWhole({ from: folder.at("tree"), to: folder.at("old-tree"), overwrite: true });
    expect(treeText(folder.at("old-tree"))).toEqual(treeText(folder.at("tree")));
    await writeFile(folder.at("kept"), "kept");
    await symlink("kept", folder.at("link"));
    await copyWhole({ from: folder.at("tree", "new"), to: folder.at("link"), overwrite: true });
    expect(await readFile(folder.at("link"), "utf8")).toBe("new");
    expect(await readFile(folder.at("kept"), "utf8")).toBe("kept");
    expect(await readdir(folder.path)).toEqual(["kept", "link", "old-tree", "tree"]);
  });
});
