import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { OutputTail, tailBytesMax } from "./output-tail.ts";

const sizes = fc.oneof(fc.nat(100), fc.nat(3 * tailBytesMax), fc.constant(tailBytesMax));

/** Bytes that tell where they stood. */
function chunkOf(sizeBytes: number, from: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, at) => (from + at) % 251));
}

function expectTail(chunkSizes: readonly number[]): void {
  const tail = new OutputTail();
  let all = Buffer.alloc(0);
  for (const sizeBytes of chunkSizes) {
    const chunk = chunkOf(sizeBytes, all.length);
    tail.add(chunk);
    all = Buffer.concat([all, chunk]);
    expect(tail.bytes().equals(all.subarray(-tailBytesMax))).toBe(true);
    expect(tail.endBytes).toBe(all.length);
  }
}

test("the tail is the end of all that was said", () => {
  fc.assert(fc.property(fc.array(sizes, { maxLength: 8 }), expectTail), { numRuns: 50 });
});

test.each([
  ["é", `a${"é".repeat(tailBytesMax)}`],
  ["€", "€".repeat(tailBytesMax)],
  ["a😀é", "a😀é".repeat(tailBytesMax)],
  ["x, after a cut sign", `😀${"x".repeat(tailBytesMax - 1)}`],
])("of a long text of %s it is the last bytes", (_what, text) => {
  const tail = new OutputTail();
  tail.add(text);
  const bytes = Buffer.from(text);
  expect(tail.endBytes).toBe(bytes.length);
  expect(tail.bytes().equals(bytes.subarray(-tailBytesMax))).toBe(true);
});

test("what is done to a chunk after it was said changes nothing", () => {
  const tail = new OutputTail();
  const chunk = Buffer.from("said");
  tail.add(chunk);
  chunk.fill("x");
  expect(tail.bytes().toString()).toBe("said");
});

test("a flood of a gibibyte leaves 64 KiB", () => {
  const tail = new OutputTail();
  const chunk = Buffer.alloc(2 ** 26);
  for (let count = 0; count < 16; count += 1) tail.add(chunk);
  expect(tail.endBytes).toBe(2 ** 30);
  expect(tail.bytes()).toHaveLength(tailBytesMax);
});
