import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startDaemon } from "./daemon.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jobchart-daemon-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a daemon that ends while it starts is told of in its own words, and leaves nothing", async () => {
  await expect(startDaemon(process.execPath)).rejects.toThrow(
    /^daemon: expected \S+ to start, it ended with 9: .*bad option: --chardev$/,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("a daemon that is not there is told of, and leaves nothing", async () => {
  await expect(startDaemon("/nowhere/qemu-storage-daemon")).rejects.toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual([]);
});
