import { expect, test } from "vitest";
import { HeardOutput } from "./heard-output.ts";

const a = { id: "a", uid: "g-1" };
const b = { id: "b", uid: "g-2" };

function listening(isBehind = () => false): { heard: HeardOutput; shown: string[] } {
  const shown: string[] = [];
  const heard = new HeardOutput(isBehind);
  heard.showBy((lines) => shown.push(lines));
  return { heard, shown };
}

test("lines are shown whole, each job's its own, and the last one without an end at the end", () => {
  const { heard, shown } = listening();
  heard.hear(a, "on");
  heard.hear(b, "two\n");
  heard.hear(a, "e\nthr");
  heard.hear(a, Buffer.from("ee"));
  expect(shown).toEqual(["two", "one"]);
  heard.end();
  heard.end();
  expect(shown).toEqual(["two", "one", "three"]);
});

test("of a line that is written over, what stood there last is shown", () => {
  const { heard, shown } = listening();
  heard.hear(a, "10 %\r50 %\r100 %\nnext\r\n");
  expect(shown).toEqual(["100 %\nnext"]);
});

test("a character that comes in two pieces is one, and nothing steers the terminal", () => {
  const { heard, shown } = listening();
  const [first, ...rest] = Buffer.from("ü\n");
  heard.hear(a, Buffer.from([first ?? 0]));
  heard.hear(a, Buffer.from(rest));
  heard.hear(a, "\x1b[31mred\x1b[2J\n");
  expect(shown[0]).toBe("ü");
  expect(shown[1]?.split("\x1b")).toEqual(["", "[31mred [2J", "[0m"]);
});

test("what was said before anybody watched is shown first", () => {
  const heard = new HeardOutput(() => false);
  heard.hear(a, "early\n");
  const shown: string[] = [];
  heard.showBy((lines) => shown.push(lines));
  expect(shown).toEqual(["early"]);
});

test("a line without an end is shown in pieces, and nothing of it is lost", () => {
  const { heard, shown } = listening();
  const line = `x${"😀".repeat(19_999)}`;
  heard.hear(a, line);
  expect(
    shown
      .join("\n")
      .split("\n")
      .map((piece) => Array.from(piece).length),
  ).toEqual([8_192, 8_192]);
  heard.end();
  expect(shown.join("\n").replaceAll("\n", "")).toBe(line);
});

test("who reads too slowly is told how much has passed by, and where it is", () => {
  let isBehind = true;
  const { heard, shown } = listening(() => isBehind);
  heard.hear(a, "x".repeat(2_048));
  isBehind = false;
  heard.hear(a, "on\n");
  expect(shown).toEqual(["… 2.0 KiB of output passed by: jobchart logs a\non"]);
});

test("what passed by is told of who said it, and at the end at the latest", () => {
  let isBehind = true;
  const { heard, shown } = listening(() => isBehind);
  heard.hear(a, "x".repeat(100));
  isBehind = false;
  heard.hear(b, "on\n");
  isBehind = true;
  heard.hear(b, "y".repeat(50));
  heard.end();
  expect(shown).toEqual([
    "… 100 B of output passed by: jobchart logs a\non",
    "… 50 B of output passed by: jobchart logs b",
  ]);
});
