/**
 * Looking whose file it is must not cost this process the locks that it holds on it.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { realWorld } from "../world.ts";
import { identify } from "./file-identity.ts";
import { openFileBus } from "./open-file-bus.ts";

test.runIf(process.platform === "linux")("looks at a file without letting go of it", async () => {
  const path = join(freshFolder(), "jobs.db");
  await using bus = await openFileBus(path, { world: realWorld, create: true });
  expect(locksOn(path)).toHaveLength(1);
  expect(identify(path)).toBe("bus");
  expect(locksOn(path)).toHaveLength(1);
  expect(await bus.log.head()).toBe(0);
});

/** What the kernel knows of locks on the file; its column is device:device:inode. */
function locksOn(path: string): string[] {
  const mark = `:${statSync(path).ino} `;
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .filter((line) => line.includes(mark));
}
