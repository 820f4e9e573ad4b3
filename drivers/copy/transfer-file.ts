/** Copies one large file, chunk by chunk, from the offset that the state stands at. */
import { chunkBytes, chunkDigest, header } from "./chain.ts";
import { FilePair } from "./file-pair.ts";
import type { Stride, TransferState } from "./transfer-state.ts";
import type { Entry } from "./walk.ts";

const memory = Buffer.alloc(chunkBytes);

export async function* transferFile(
  state: TransferState,
  entry: Entry,
): AsyncGenerator<Stride, void, void> {
  const sizeBytes = Number(entry.stat.size);
  using pair = new FilePair(state.order, entry);
  if (state.offset === 0) state.absorb(header(entry, `${sizeBytes}`));
  while (state.offset < sizeBytes) {
    const chunk = memory.subarray(0, Math.min(chunkBytes, sizeBytes - state.offset));
    if (state.isFull(chunk.length)) yield await state.endStride();
    pair.read(chunk, state.offset);
    state.link(chunkDigest(chunk));
    pair.write(chunk, state.offset);
    state.touch(entry.path);
    state.offset += chunk.length;
    state.bytes += chunk.length;
  }
  pair.checkSource();
  pair.finish();
  state.offset = 0;
  state.files += 1;
}
