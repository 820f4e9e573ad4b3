import { describe, expect, test } from "vitest";
import { readRecording, recordingFile } from "../qemu/recordings.ts";
import type { Recorded } from "./corruption.ts";
import { corruptions } from "./corruptions.ts";
import { judgeQmp } from "./qmp.ts";
import { messageOf } from "./qmp/message.ts";
import { Monitor } from "./qmp/monitor.ts";
import { ruleNames } from "./qmp/rules.ts";
import { undetectable } from "./undetectable.ts";
import type { Line, Verdict } from "./verdict.ts";

function recording(name: string, version = "10.0.2"): Recorded {
  return readRecording({ file: recordingFile(version, name) });
}

async function* linesOf(log: Recorded): AsyncGenerator<Line> {
  for (const [index, line] of log.entries()) {
    yield { number: index + 1, text: JSON.stringify(line), isCut: false };
  }
}

async function judge(log: Recorded): Promise<Verdict> {
  return judgeQmp()(linesOf(log));
}

const corrupted = corruptions.map(({ what, of, version, edit, at }) => {
  const log = edit(recording(of, version));
  return { what, log, line: at(log) + 1 };
});

test("there are many, each with a name of its own", () => {
  expect(corruptions.length).toBeGreaterThanOrEqual(90);
  expect(new Set(corruptions.map(({ what }) => what)).size).toBe(corruptions.length);
});

describe("a recording diverges, at the right line, in which", () => {
  test.each(corrupted)("$what", async ({ log, line }) => {
    expect(await judge(log)).toMatchObject({ verdict: "diverges", line });
  });
});

describe("nobody could see that", () => {
  test.each(undetectable)("$what: $because", async ({ of, version, edit }) => {
    const log = edit(recording(of, version));
    expect(log).not.toEqual(recording(of, version));
    expect(await judge(log)).toMatchObject({ verdict: "conforms" });
  });
});

/** The line of the first oddity, without its explanation, which takes longest. */
function oddLine(log: Recorded, without: string): number | undefined {
  const monitor = Monitor.start("10.0", without);
  for (const [index, line] of log.entries()) {
    const message = messageOf(line);
    const odd = message && monitor.take({ line: index + 1, message });
    if (odd !== undefined) return odd.line;
  }
  return undefined;
}

test.each(ruleNames)("without '%s' a corruption passes, or is found elsewhere", (rule) => {
  const missed = corrupted.find(({ log, line }) => oddLine(log, rule) !== line);
  expect(missed).toBeDefined();
});
