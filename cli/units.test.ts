import { describe, expect, test } from "vitest";
import { counted, durationText, parseDuration, parseSize, parseSpeed, sizeText } from "./units.ts";

test.each([
  ["0", 0],
  ["100", 100],
  ["-5", -5],
  ["500k", 512_000],
  ["2MiB", 2_097_152],
  ["1.5G", 1_610_612_736],
  ["1kB", 1_000],
  ["3 MB", 3_000_000],
])("the size %s is %i", (text, bytes) => {
  expect(parseSize(text, "SIZE")).toBe(bytes);
});

test.each(["", "k", "1x", "1e3", "0x10", "2MiBs", "9999999999G"])("%j is no size", (text) => {
  expect(() => parseSize(text, "SIZE")).toThrow(/^SIZE: /);
});

test("a speed may say that it is one", () => {
  expect(parseSpeed("2MiB/s", "SPEED")).toBe(2_097_152);
});

test.each([
  ["90", 90_000],
  ["90s", 90_000],
  ["100ms", 100],
  ["5m", 300_000],
  ["2h30m", 9_000_000],
  ["1d", 86_400_000],
  ["1.5h", 5_400_000],
])("the duration %s is %i ms", (text, ms) => {
  expect(parseDuration(text, "TIME")).toBe(ms);
});

test.each(["", "s", "5x", "-1s", "1h 30", "2h30"])("%j is no duration", (text) => {
  expect(() => parseDuration(text, "TIME")).toThrow(/^TIME: /);
});

describe("for people", () => {
  test.each([
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1.0 KiB"],
    [15_728_640, "15 MiB"],
    [3_006_477_107, "2.8 GiB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  test.each([
    [480, "480 ms"],
    [1_400, "1.4 s"],
    [14_400, "14 s"],
    [125_000, "2 min 05 s"],
    [3_720_000, "1 h 02 min"],
    [273_600_000, "3 d 4 h"],
    [120_000, "2 min"],
    [3_600_000, "1 h"],
    [2_592_000_000, "30 d"],
  ])("%i ms are %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [1, "1 step"],
    [0, "0 steps"],
    [1_332_906, "1,332,906 steps"],
  ])("%i are %s", (count, text) => {
    expect(counted(count, "step")).toBe(text);
  });
});
