/** Brings a whole folder to disk: a link that is switched to it must not outlive what it shows. */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { below, bytesOf } from "../copy/byte-path.ts";
import { attempt } from "../copy/io-fault.ts";
import { walk } from "../copy/walk.ts";

const strideEntries = 32;

/** Yields the number of entries seen so far. Throws an IoFault. */
export function* flushTree({ root }: { readonly root: string }): Generator<number, number, void> {
  let entries = 0;
  for (const { path, kind } of walk(root)) {
    if (kind === "file" || kind === "leave") flush(below(root, path));
    entries += 1;
    if (entries % strideEntries === 0) yield entries;
  }
  return entries;
}

function flush(at: string): void {
  attempt("write", at, () => {
    const file = openSync(bytesOf(at), "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}
