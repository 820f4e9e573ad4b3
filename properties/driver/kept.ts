/** What a driver leaves behind, as it is kept: a text of JSON, of a size that the log takes. */
import { lossIn } from "./json-loss.ts";

/** The text; fails in words when JSON would lose some of it or it is too large. */
export function kept(what: string, value: unknown, bytesMax: number): string {
  const loss = value === undefined ? "it is undefined" : lossIn(value);
  if (loss !== undefined) throw new TypeError(`${what} must be JSON, but ${loss}`);
  const text = JSON.stringify(value);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes <= bytesMax) return text;
  throw new RangeError(`${what} has ${sizeBytes} bytes: at most ${bytesMax} are kept`);
}
