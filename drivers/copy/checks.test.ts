import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { isMainThread } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { run } from "./run.ts";
import { scriptedJob } from "./scripted-job.ts";
import { mountDisk, testFolder } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";

const nobody = 65_534;
const canBecomeNobody = isMainThread && process.geteuid?.() === 0;

/** A folder with a file `file` and a tree `tree/sub`, and what the run of a copy in it says. */
async function worldOf(): Promise<TestFolder> {
  const folder = testFolder();
  await mkdir(folder.at("tree", "sub"), { recursive: true });
  await writeFile(folder.at("file"), "file");
  return folder;
}

function said(from: string, to: string, overwrite = false): Promise<string> {
  return run(scriptedJob({ from, to, overwrite })).then(
    () => "nothing",
    (error: Error) => error.message,
  );
}

describe("a copy refuses", () => {
  test("relative paths, NUL bytes and the root folder as target", async () => {
    await using folder = await worldOf();
    const text = 'expected two absolute paths, found from "file" to ';
    expect(await said("file", folder.at("x"))).toBe(text + JSON.stringify(folder.at("x")));
    expect(await said(folder.at("file"), "x")).toContain('to "x"');
    expect(await said(folder.at("file"), folder.at("x\0y"))).toContain("expected two absolute");
    expect(await said(folder.at("file"), "/")).toContain('to "/"');
  });

  test("a source that is missing or cannot be a folder", async () => {
    await using folder = await worldOf();
    const from = folder.at("none");
    expect(await said(from, folder.at("x"))).toBe(`the source "${from}" does not exist`);
    const below = folder.at("file", "below");
    expect(await said(below, folder.at("x"))).toContain(
      `the source "${below}" cannot be looked at`,
    );
  });

  test("devices, sockets and fifos by name, also inside a tree", async () => {
    await using folder = await worldOf();
    expect(await said("/dev/null", folder.at("x"))).toBe(
      '"/dev/null" is a character device; copy takes files, folders and links',
    );
    execFileSync("mkfifo", [folder.at("tree", "sub", "pipe")]);
    const pipe = `"${folder.at("tree", "sub", "pipe")}" is a fifo`;
    expect(await said(folder.at("tree"), folder.at("x"))).toContain(pipe);
    const server = createServer().listen(folder.at("socket"));
    await once(server, "listening");
    expect(await said(folder.at("socket"), folder.at("y"))).toContain("is a socket");
    server.close();
  });

  test("a target in a folder that is missing or is a file", async () => {
    await using folder = await worldOf();
    expect(await said(folder.at("file"), folder.at("none", "x"))).toBe(
      `the folder "${folder.at("none")}" does not exist; make it before copying into it`,
    );
    await writeFile(folder.at("other"), "");
    expect(await said(folder.at("file"), folder.at("other", "x"))).toBe(
      `"${folder.at("other")}" is not a folder; nothing can be copied into it`,
    );
  });

  test("a target inside the source, also by way of a link", async () => {
    await using folder = await worldOf();
    const text = (to: string): string =>
      `the target "${to}" lies inside the source "${folder.at("tree")}"; choose one outside of it`;
    for (const to of [folder.at("tree", "x"), folder.at("tree", "sub", "x")]) {
      expect(await said(folder.at("tree"), to)).toBe(text(to));
    }
    await symlink("tree/sub", folder.at("door"));
    expect(await said(folder.at("tree"), folder.at("door", "x"))).toBe(
      text(folder.at("door", "x")),
    );
    expect(await readdir(folder.at("tree", "sub"))).toEqual([]);
  });

  test("the same path twice, also by way of a link", async () => {
    await using folder = await worldOf();
    const text = `the source "${folder.at("file")}" and the target`;
    expect(await said(folder.at("file"), folder.at("file"), true)).toContain(text);
    await symlink("file", folder.at("alias"));
    expect(await said(folder.at("alias"), folder.at("file"), true)).toContain(text);
    expect(await said(folder.at("tree"), `${folder.at("tree")}/`, true)).toContain("are the same");
  });

  test("a target that exists, unless told to overwrite", async () => {
    await using folder = await worldOf();
    await writeFile(folder.at("x"), "");
    const text = `the target "${folder.at("x")}" exists; pass overwrite to replace it`;
    expect(await said(folder.at("file"), folder.at("x"))).toBe(text);
  });

  test("a file onto a folder and a folder onto a file or a link", async () => {
    await using folder = await worldOf();
    await mkdir(folder.at("folder"));
    await symlink("folder", folder.at("link"));
    await writeFile(folder.at("other"), "");
    const onto = (from: string, to: string): Promise<string> =>
      said(folder.at(from), folder.at(to), true);
    expect(await onto("file", "folder")).toContain(
      `"${folder.at("folder")}" is a folder and the source`,
    );
    expect(await onto("tree", "other")).toContain("is a file and the source");
    expect(await onto("tree", "link")).toContain("is a link and the source");
  });

  test("a source inside the target that it would replace", async () => {
    await using folder = await worldOf();
    expect(await said(folder.at("tree", "sub"), folder.at("tree"), true)).toBe(
      `the source "${folder.at("tree", "sub")}" lies inside the target "${folder.at("tree")}", which would be replaced`,
    );
  });

  test("a target that is a mount point", async ({ skip }) => {
    await using folder = await worldOf();
    await mkdir(folder.at("mount"));
    skip(!mountDisk(folder.at("mount"), "size=1m"), "mounting is not allowed here");
    try {
      expect(await said(folder.at("tree"), folder.at("mount"), true)).toContain("is a mount point");
    } finally {
      execFileSync("umount", [folder.at("mount")]);
    }
  });

  test("a name that leaves no room for the partial copy's", async () => {
    await using folder = await worldOf();
    const found = await said(folder.at("file"), folder.at("n".repeat(250)));
    expect(found).toContain("ENAMETOOLONG");
  });

  test.runIf(canBecomeNobody)(
    "a folder that cannot be written and a source that cannot be read",
    async () => {
      await using folder = await worldOf();
      await chmod(folder.path, 0o755);
      await chmod(folder.at("tree"), 0o700);
      await mkdir(folder.at("mine"));
      await chown(folder.at("mine"), nobody, nobody);
      process.seteuid?.(nobody);
      try {
        const closed = `the folder "${folder.path}" cannot be written: EACCES`;
        expect(await said(folder.at("file"), folder.at("x"))).toContain(closed);
        const secret = `cannot read "${folder.at("tree")}": EACCES`;
        expect(await said(folder.at("tree"), folder.at("mine", "x"))).toContain(secret);
      } finally {
        process.seteuid?.(0);
      }
      expect(existsSync(folder.at("x.partial-g1-1"))).toBe(false);
    },
  );
});
