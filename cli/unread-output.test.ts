import { expect, test } from "vitest";
import { UnreadOutput } from "./unread-output.ts";

function tail(text: string, { epoch = 1, offset = 0 } = {}) {
  return { epoch, attempt: epoch, offset, bytes: Buffer.from(text).toString("base64") };
}

/** `epoch @offset text`, with `-missed` and `first` where that is so. */
function read(unread: UnreadOutput, output: Parameters<UnreadOutput["passages"]>[0]): string {
  const passages = unread.passages(output).map((passage) => {
    const { epoch, offset, bytes, missedBytes, isFirst } = passage;
    const missed = missedBytes > 0 ? ` -${missedBytes}` : "";
    return `${epoch} @${offset}${missed}${isFirst ? " first" : ""}: ${bytes.toString()}`;
  });
  return passages.join("; ");
}

test("what is read once is not read again", () => {
  const unread = new UnreadOutput();
  expect(read(unread, tail("abc"))).toBe("1 @0 first: abc");
  expect(read(unread, tail("abc"))).toBe("");
  expect(read(unread, tail("bcde", { offset: 1 }))).toBe("1 @3: de");
  expect(read(unread, tail("fg", { offset: 5 }))).toBe("1 @5: fg");
});

test("what went by unread is counted", () => {
  const unread = new UnreadOutput();
  expect(read(unread, tail("xyz", { offset: 9 }))).toBe("1 @9 -9 first: xyz");
  expect(read(unread, tail("abc", { offset: 20 }))).toBe("1 @20 -8: abc");
});

test("of a further epoch first the rest of the one before is read, and never that one again", () => {
  const unread = new UnreadOutput();
  read(unread, tail("ab"));
  const second = { ...tail("new", { epoch: 2 }), earlier: tail("abcd") };
  expect(read(unread, second)).toBe("1 @2: cd; 2 @0 first: new");
  expect(read(unread, second)).toBe("");
  expect(read(unread, tail("zombie, longer than that"))).toBe("");
  expect(read(new UnreadOutput(), second)).toBe("1 @0 first: abcd; 2 @0 first: new");
});
