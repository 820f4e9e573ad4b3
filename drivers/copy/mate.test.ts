import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { bytePath } from "./byte-path.ts";
import { copyTogether } from "./mate.ts";
import { copySmallFiles } from "./small-files.ts";
import type { SmallFiles } from "./small-files.ts";
import { testFolder, treeText } from "./test-folder.ts";
import type { TestFolder } from "./test-folder.ts";
import { walk } from "./walk.ts";

/** Twenty files to be copied into a folder. */
async function twentyIn(folder: TestFolder): Promise<SmallFiles> {
  await mkdir(folder.at("from"));
  await mkdir(folder.at("to"));
  for (let n = 10; n < 30; n += 1) await writeFile(folder.at("from", `${n}`), `file ${n}`);
  const [from, partial] = [bytePath(folder.at("from")), bytePath(folder.at("to"))];
  const files = [...walk(from)].filter(({ kind }) => kind === "file");
  return { sides: { from, partial, owner: true }, files };
}

/** Whether a fault of the last file came from another thread. */
async function isHelped(order: SmallFiles): Promise<boolean> {
  try {
    await copyTogether(order);
  } catch (error) {
    return error instanceof Error && (error.stack ?? "").includes("fault-answer.ts");
  }
  return false;
}

describe("a mate that is up", () => {
  beforeAll(async () => {
    await using folder = testFolder();
    const order = await twentyIn(folder);
    await mkdir(folder.at("to", "29"));
    await vi.waitUntil(() => isHelped(order));
  });

  test("copies half of the small files, and their digests come in order", async () => {
    await using folder = testFolder();
    const order = await twentyIn(folder);
    const digests = (await copyTogether(order)).map((digest) => Buffer.from(digest));
    expect(digests).toEqual(copySmallFiles(order));
    const names = (text: string): string[] => treeText(folder.at(text)).slice(1, -1);
    expect(names("to")).toEqual(names("from"));
  });

  test.each([12, 27])("says what went wrong with file %i, when all else is done", async (name) => {
    await using folder = testFolder();
    const order = await twentyIn(folder);
    await mkdir(folder.at("to", `${name}`));
    await expect(copyTogether(order)).rejects.toThrow(
      `cannot write "${folder.at("to", `${name}`)}": EISDIR: illegal operation on a directory`,
    );
    const [mine, others] = [name < 20 ? 29 : 19, name < 20 ? 13 : 28];
    expect(existsSync(folder.at("to", `${mine}`))).toBe(true);
    expect(existsSync(folder.at("to", `${others}`))).toBe(false);
  });
});
