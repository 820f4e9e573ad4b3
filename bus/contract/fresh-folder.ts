/**
 * A folder of its own for a test, gone when the test is finished.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-bus-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
