import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { bytePath } from "../copy/byte-path.ts";
import { flushTree } from "../copy/flush-path.ts";
import { IoFault } from "../copy/io-fault.ts";
import { blocksOf, treeText } from "../copy/test-folder.ts";
import { FollowScene, longAgo, mebibyte } from "./follow-scene.ts";
import type { Stride } from "./pass.ts";

describe("a pass", () => {
  test("makes an empty target equal, and the next one finds nothing", async () => {
    await using scene = new FollowScene();
    chmodSync(join(scene.from, "a", "one"), 0o4750);
    chmodSync(join(scene.from, "empty"), 0o1777);
    const odd = Buffer.from(`${scene.from}/\xff\nnot UTF-8`, "latin1");
    writeFileSync(odd, "bytes");
    utimesSync(odd, longAgo, longAgo);
    expect(scene.pass()).toMatchObject({ changes: 9, example: `"${scene.from}/a"` });
    expect(scene.target).toEqual(scene.source);
    expect(scene.pass()).toMatchObject({ changes: 0, example: "" });
    expect(scene.target).toEqual(scene.source);
  });

  test.each<[string, (from: string, scene: FollowScene) => void]>([
    ["a file that has grown", (_from, scene) => scene.write("a/one", "one and more")],
    ["a file of the same size", (_from, scene) => scene.write("a/one", "ONE", longAgo + 1)],
    ["a file that has become older", (_from, scene) => scene.write("a/one", "ONE", longAgo - 1)],
    ["a file that has only a new time", (from) => utimesSync(join(from, "large"), 1, 1)],
    ["a file that has only a new mode", (from) => chmodSync(join(from, "a/one"), 0o640)],
    ["a folder that has only a new mode", (from) => chmodSync(join(from, "a"), 0o500)],
    ["a folder that has only a new time", (from) => utimesSync(join(from, "a"), 1, 1)],
    ["the root's mode", (from) => chmodSync(from, 0o711)],
    ["a new file", (_from, scene) => scene.write("a/b/new", "new")],
    ["a removed file", (from) => rmSync(join(from, "a/one"))],
    ["a removed folder", (from) => rmSync(join(from, "a"), { recursive: true })],
    ["a renamed folder", (from) => renameSync(join(from, "a"), join(from, "z"))],
    ["a file with the same size and time, but another inode", replaced],
    ["a file that has become a folder", (_from, scene) => becomes(scene, "a/one", "folder")],
    ["a file that has become a link", (_from, scene) => becomes(scene, "a/one", "link")],
    ["a folder that has become a file", (_from, scene) => becomes(scene, "a", "file")],
    ["a folder that has become a link", (_from, scene) => becomes(scene, "a", "link")],
    ["a link that has become a file", (_from, scene) => becomes(scene, "a/link", "file")],
    ["a link that has become a folder", (_from, scene) => becomes(scene, "a/link", "folder")],
    ["a link that leads elsewhere", (_from, scene) => becomes(scene, "a/link", "link")],
  ])("follows %s", async (_what, change) => {
    await using scene = new FollowScene();
    scene.pass();
    change(scene.from, scene);
    expect(scene.pass().changes).toBeGreaterThan(0);
    expect(scene.target).toEqual(scene.source);
    expect(scene.pass().changes).toBe(0);
  });

  test("undoes what somebody else did to the target", async () => {
    await using scene = new FollowScene();
    scene.pass();
    writeFileSync(join(scene.to, "a", "one"), "written here");
    mkdirSync(join(scene.to, "more", "and", "more"), { recursive: true });
    execFileSync("mkfifo", [join(scene.to, "a", "fifo")]);
    rmSync(join(scene.to, "a", "b"), { recursive: true });
    expect(scene.pass().changes).toBeGreaterThan(3);
    expect(scene.target).toEqual(scene.source);
  });

  test("keeps the holes of a file, and its length", async () => {
    await using scene = new FollowScene();
    scene.write("holes", "data");
    truncateSync(join(scene.from, "holes"), 8 * mebibyte + 5);
    scene.pass();
    expect(scene.target).toEqual(scene.source);
    expect(blocksOf(join(scene.to, "holes"))).toBeLessThan(2_048);
  });

  test("tells what is seen, what is copied, and in strides", async () => {
    await using scene = new FollowScene();
    const first: Stride[] = [];
    while (first.at(-1)?.pass == null) first.push(scene.stride());
    expect(first.length).toBeGreaterThan(3);
    expect(sumOf(first, "seenBytes")).toBe(3 * mebibyte + 6);
    expect(sumOf(first, "copiedBytes")).toBe(3 * mebibyte + 6);
    const { seenBytes, copiedBytes } = scene.stride();
    expect({ seenBytes, copiedBytes }).toEqual({ seenBytes: 3 * mebibyte + 6, copiedBytes: 0 });
  });
});

describe("while a pass is under way", () => {
  test("a reader sees each file whole, as it was or as it is", async () => {
    await using scene = new FollowScene();
    scene.pass();
    const before = readFileSync(join(scene.to, "large"));
    scene.write("large", Buffer.alloc(3 * mebibyte, "LARGE"), longAgo + 1);
    expect(scene.stride().copiedBytes).toBe(mebibyte);
    expect(readFileSync(join(scene.to, "large"))).toEqual(before);
    scene.pass();
    expect(scene.target).toEqual(scene.source);
  });

  test("a file that changes as it is read is copied again by the next one", async () => {
    await using scene = new FollowScene();
    scene.stride();
    scene.write("large", Buffer.alloc(2 * mebibyte, "short"), longAgo + 1);
    scene.pass();
    expect(scene.pass()).toMatchObject({ changes: 1, example: `"${scene.from}/large"` });
    expect(scene.target).toEqual(scene.source);
  });

  test("what comes and goes is no error, and is seen by the next one", async () => {
    await using scene = new FollowScene();
    mkdirSync(join(scene.from, "later"));
    scene.write("later/file", "file");
    scene.write("zulu", "zulu");
    scene.stride();
    rmSync(join(scene.from, "later"), { recursive: true });
    rmSync(join(scene.from, "zulu"));
    scene.write("early", "early");
    scene.pass();
    expect(scene.pass().changes).toBeGreaterThan(0);
    expect(scene.target).toEqual(scene.source);
    expect(scene.pass().changes).toBe(0);
  });

  test("nothing is moved any more once the scratch folder is gone", async () => {
    await using scene = new FollowScene();
    scene.pass();
    scene.write("large", Buffer.alloc(3 * mebibyte, "LARGE"), longAgo + 1);
    scene.write("new", "new");
    rmSync(join(scene.from, "loop"));
    const before = treeText(join(scene.to, "a"));
    scene.stride();
    rmSync(scene.scratch, { recursive: true });
    expect(() => scene.pass()).toThrow("ENOENT");
    expect(treeText(join(scene.to, "a"))).toEqual(before);
    expect(readFileSync(join(scene.to, "large"), "latin1").startsWith("large")).toBe(true);
    expect(readdirSync(scene.to)).not.toContain("new");
  });

  test("nor is anything taken away then", async () => {
    await using scene = new FollowScene();
    scene.pass();
    rmSync(join(scene.from, "a"), { recursive: true });
    rmSync(scene.scratch, { recursive: true });
    expect(() => scene.pass()).toThrow("ENOENT");
    expect(readFileSync(join(scene.to, "a", "one"), "utf8")).toBe("one");
  });
});

test("a second write in the same tick of the clock is not missed", async () => {
  // Where this process was held up for more than a tick, it is tried again.
  await vi.waitFor(async () => {
    await using scene = new FollowScene();
    scene.pass();
    const now = Date.now() / 1_000;
    scene.write("young", "one", now);
    scene.pass();
    scene.write("young", "two", now);
    scene.pass();
    expect(scene.target).toEqual(scene.source);
  }, 10_000);
});

test("every entry of what was made can be brought to disk", async () => {
  await using scene = new FollowScene();
  scene.pass();
  chmodSync(join(scene.to, "a"), 0o500);
  symlinkSync("nowhere", join(scene.to, "a", "another"));
  const root = bytePath(scene.to);
  expect([...flushTree({ root })]).toEqual([]);
  for (let file = 0; file < 100; file += 1) scene.write(`${file}`, "");
  scene.pass();
  expect([...flushTree({ root })].length).toBe(3);
});

test("a fifo in the source is refused by name", async () => {
  await using scene = new FollowScene();
  execFileSync("mkfifo", [join(scene.from, "a", "pipe")]);
  expect(() => scene.pass()).toThrow(`"${scene.from}/a/pipe" is a fifo`);
});

describe("a root that is not what it was at the start", () => {
  test("is no empty folder to be followed: the disk of the source may be gone", async () => {
    await using scene = new FollowScene();
    scene.pass();
    const before = treeText(scene.to);
    renameSync(scene.from, `${scene.from}-away`);
    expect(() => scene.pass()).toThrow(`cannot read "${scene.from}": it does not exist any more`);
    expect(treeText(scene.to)).toEqual(before);
  });

  test("is no target to be written: the disk of the target may be gone", async () => {
    await using scene = new FollowScene();
    scene.pass();
    renameSync(scene.to, `${scene.to}-away`);
    mkdirSync(scene.to);
    writeFileSync(join(scene.to, "precious"), "not ours");
    const text = `cannot write "${scene.to}": it is not the folder that it was at the start`;
    expect(() => scene.pass()).toThrow(text);
    expect(readdirSync(scene.to)).toEqual(["precious"]);
  });
});

describe.runIf(isMainThread && process.geteuid?.() === 0)("to those who are not root", () => {
  test("folders that cannot be written are kept so, and followed", async () => {
    await asNobody(async (scene) => {
      chmodSync(join(scene.from, "a", "b"), 0o555);
      chmodSync(join(scene.from, "a"), 0o555);
      scene.pass();
      expect(scene.target).toEqual(scene.source);
      chmodSync(join(scene.from, "a", "b"), 0o755);
      scene.write("a/b/two", "two more");
      chmodSync(join(scene.from, "a", "b"), 0o555);
      scene.pass();
      expect(scene.target).toEqual(scene.source);
      expect(scene.pass().changes).toBe(0);
      expect(scene.target).toEqual(scene.source);
      chmodSync(join(scene.from, "a"), 0o755);
      renameSync(join(scene.from, "a"), join(scene.from, "z"));
      scene.pass();
      expect(scene.target).toEqual(scene.source);
    });
  });

  test("a file that cannot be read is an I/O error with its name", async () => {
    await asNobody(async (scene) => {
      chmodSync(join(scene.from, "a", "one"), 0o000);
      const fault = thrownBy(() => scene.pass());
      expect(fault).toBeInstanceOf(IoFault);
      expect(fault).toMatchObject({
        operation: "read",
        code: "EACCES",
        message: `cannot read "${scene.from}/a/one": EACCES: permission denied`,
      });
    });
  });
});

function sumOf(strides: readonly Stride[], of: "seenBytes" | "copiedBytes"): number {
  return strides.reduce((bytes, stride) => bytes + stride[of], 0);
}

function replaced(from: string, scene: FollowScene): void {
  scene.write("a/other", "ONE");
  renameSync(join(from, "a/other"), join(from, "a/one"));
}

function becomes(scene: FollowScene, name: string, kind: "file" | "folder" | "link"): void {
  const at = join(scene.from, name);
  rmSync(at, { recursive: true });
  if (kind === "file") scene.write(name, "a file now");
  else if (kind === "link") symlinkSync("elsewhere", at);
  else mkdirSync(join(at, "deep"), { recursive: true });
}

async function asNobody(act: (scene: FollowScene) => Promise<void>): Promise<void> {
  process.seteuid?.(65_534);
  try {
    await using scene = new FollowScene();
    await act(scene);
  } finally {
    process.seteuid?.(0);
  }
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
