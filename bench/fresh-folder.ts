/** A folder for one measurement, removed with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function freshFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "jobchart-bench-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
