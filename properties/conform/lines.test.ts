import { describe, expect, test } from "vitest";
import { linesOf } from "./lines.ts";
import type { Line } from "./verdict.ts";

async function* chunks(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield typeof text === "string" ? Buffer.from(text) : text;
}

async function* gigabyte(): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(1024 ** 2).fill(0x61);
  for (let count = 0; count < 1_000; count += 1) yield chunk;
}

async function read(bytes: AsyncIterable<Uint8Array>, bytesMax?: number): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(bytes, bytesMax)) lines.push(line);
  return lines;
}

async function texts(...parts: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  return (await read(chunks(...parts))).map(({ text }) => text);
}

describe("lines", () => {
  test("are counted from 1, the last one without an end too", async () => {
    expect(await read(chunks("a\nb"))).toEqual([
      { number: 1, text: "a", isCut: false },
      { number: 2, text: "b", isCut: false },
    ]);
  });

  test("are put together from chunks, also where a letter is torn apart", async () => {
    const [first, second] = [Buffer.from("ä").subarray(0, 1), Buffer.from("ä").subarray(1)];
    expect(await texts("one ", "line ", first, second, "\n", "\nthree")).toEqual([
      "one line ä",
      "",
      "three",
    ]);
  });

  test("there are none in an empty file", async () => {
    expect(await texts()).toEqual([]);
  });

  test("lose a byte order mark at the beginning", async () => {
    expect(await texts("\uFEFFa\n\uFEFFb")).toEqual(["a", "\uFEFFb"]);
  });

  test("of bytes that are no UTF-8 are still read", async () => {
    expect(await texts(new Uint8Array([0xff, 0x00, 0x0a]), "b")).toEqual(["\uFFFD\0", "b"]);
  });

  test("that are too long are cut, and the next one is whole", async () => {
    expect(await read(chunks("0123", "4567", "89\nnext\n"), 6)).toEqual([
      { number: 1, text: "012345", isCut: true },
      { number: 2, text: "next", isCut: false },
    ]);
  });

  test("of exactly the longest length are whole", async () => {
    expect(await read(chunks("012345\n"), 6)).toMatchObject([{ text: "012345", isCut: false }]);
  });

  test("without end take no more memory than the longest", async () => {
    const before = process.memoryUsage().rss;
    const [line] = await read(gigabyte());
    expect(line).toMatchObject({ number: 1, isCut: true });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
  });
});
