/**
 * Makes something in the partial copy. When an interrupted run is repeated, a file may be finished
 * and read-only already: it is opened up, and gets its mode again at its end.
 */
import { chmodSync } from "node:fs";
import { below, bytesOf } from "./byte-path.ts";
import { attempt, codeOf } from "./io-fault.ts";

/** Throws an IoFault of writing that names the place. */
export function make<T>(partial: string, path: string, work: (at: Buffer) => T): T {
  const full = below(partial, path);
  const at = bytesOf(full);
  return attempt("write", full, () => {
    try {
      return work(at);
    } catch (error) {
      if (codeOf(error) !== "EACCES") throw error;
      unless("ENOENT", () => chmodSync(at, 0o600));
      return work(at);
    }
  });
}

/** Does it, and takes one answer of the system as good. */
export function unless(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}
