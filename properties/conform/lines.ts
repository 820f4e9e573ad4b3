/**
 * Lines of a byte stream, one at a time. A line that is longer than any true one is cut and said
 * to be: what is kept in memory is bounded, whatever is read. Bytes that are no UTF-8 become
 * U+FFFD; a last line without its end is a line.
 */
import type { Line } from "./verdict.ts";

/** Far more than the longest reply of a QEMU with thousands of jobs. */
const lineBytesMax = 8 * 1024 ** 2;

const lineFeed = 0x0a;
const byteOrderMark = "\uFEFF";

export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  bytesMax = lineBytesMax,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let number = 0;
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let isCut = false;
  const keep = (part: Uint8Array): void => {
    const room = bytesMax - keptBytes;
    isCut ||= part.length > room;
    if (room === 0 || part.length === 0) return;
    kept.push(part.length > room ? part.subarray(0, room) : part);
    keptBytes += Math.min(room, part.length);
  };
  const take = (): Line => {
    const text = decoder.decode(kept.length === 1 ? kept[0] : Buffer.concat(kept));
    const line = {
      number: (number += 1),
      text: number === 1 && text.startsWith(byteOrderMark) ? text.slice(1) : text,
      isCut,
    };
    [kept, keptBytes, isCut] = [[], 0, false];
    return line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end; (end = chunk.indexOf(lineFeed, from)) !== -1; from = end + 1) {
      keep(chunk.subarray(from, end));
      yield take();
    }
    keep(chunk.subarray(from));
  }
  if (keptBytes > 0 || isCut) yield take();
}
