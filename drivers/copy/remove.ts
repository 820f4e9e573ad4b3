/** Removes a file or tree of ours, read-only folders included; what is gone already, or cannot be, is well. */
import type { Dirent } from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { bytesOf } from "./byte-path.ts";
import { codeOf } from "./io-fault.ts";

/** `path` has one character per byte. */
export async function remove(path: string): Promise<void> {
  const removal = { recursive: true, force: true, maxRetries: 3 };
  try {
    await rm(bytesOf(path), removal);
  } catch (error) {
    if (["ENOTDIR", "ENAMETOOLONG"].includes(codeOf(error) ?? "")) return;
    if (codeOf(error) !== "EACCES") throw error;
    await openUp(path);
    await rm(bytesOf(path), removal);
  }
}

async function openUp(folder: string): Promise<void> {
  await chmod(bytesOf(folder), 0o700);
  const options = { withFileTypes: true, encoding: "latin1" } as const;
  const entries: Dirent[] = await readdir(bytesOf(folder), options);
  for (const entry of entries) if (entry.isDirectory()) await openUp(`${folder}/${entry.name}`);
}
