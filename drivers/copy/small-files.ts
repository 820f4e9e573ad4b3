/**
 * Copies small files, each in one go. It keeps nothing between two of them, so any thread may do
 * it. The copy is made only of a source that was whole when it had been read.
 */
import { digestOf, smallBytes, smallPiece } from "./chain.ts";
import { FilePair } from "./file-pair.ts";
import type { Sides, SourceFile } from "./file-pair.ts";

export interface SmallFiles {
  readonly sides: Sides;
  readonly files: readonly SourceFile[];
}

const memory = Buffer.alloc(smallBytes);

/** The digests of the files as pieces of the chain, in their order. */
export function copySmallFiles({ sides, files }: SmallFiles): Uint8Array[] {
  return files.map((file) => {
    using pair = new FilePair(sides, file);
    const data = memory.subarray(0, Number(file.stat.size));
    pair.read(data, 0);
    pair.checkSource();
    pair.write(data, 0);
    pair.finish();
    return digestOf(smallPiece(file.path, data));
  });
}
