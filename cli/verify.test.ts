import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TrialFolder } from "./trial-folder.ts";

const event = (status: string): string =>
  JSON.stringify({ event: "JOB_STATUS_CHANGE", data: { id: "a", status } });
const log = (...statuses: readonly string[]): string => statuses.map(event).join("\n");

let folder: TrialFolder;
beforeAll(async () => {
  folder = new TrialFolder();
  folder.file("good.jsonl", log("created", "running"));
  folder.file("bad.jsonl", log("created", "waiting", "pending"));
  folder.file("empty.jsonl", "");
  folder.file("binary", "\0\u0001\u0002\nPNG");
  folder.file("source", 10);
  await folder.run("run", "copy", "source", "target");
});
afterAll(() => folder[Symbol.dispose]());

describe("verify", () => {
  test("says of each file whether it conforms, and what is wrong with it", async () => {
    const { code, stdout } = await folder.run("verify", "good.jsonl", "bad.jsonl");
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "✓ good.jsonl: conforms (1 job, 2 events)",
      "✗ bad.jsonl:2: diverges (1 job, 2 events)",
      "  seen  'waiting' of job a, which was 'created'",
      "  legal 'running' of job a, or 'null' of job a, or 'aborting' of job a",
      expect.stringContaining("one missing 'running' of job a before line 2"),
      "2 files: 1 conforms, 1 diverges (bad.jsonl)",
      "",
    ]);
  });

  test("prints one JSON object a file, its fields in one order", async () => {
    const [good, bad] = await folder.json("verify", "good.jsonl", "bad.jsonl");
    expect(Object.keys(good ?? {})).toEqual(["file", "verdict", "jobs", "events", "skipped"]);
    expect(Object.keys(bad ?? {})).toEqual([
      "file",
      "verdict",
      "line",
      "observed",
      "expected",
      "explanation",
      "jobs",
      "events",
      "skipped",
    ]);
    expect(bad).toMatchObject({ file: "bad.jsonl", verdict: "diverges", line: 2 });
  });

  test.each([
    ["conforms", 0, ["good.jsonl"]],
    ["inconclusive", 0, ["empty.jsonl"]],
    ["diverges", 1, ["good.jsonl", "bad.jsonl", "empty.jsonl"]],
    ["unreadable", 2, ["bad.jsonl", "binary"]],
    ["unreadable", 2, ["missing.jsonl", "good.jsonl"]],
    ["unreadable", 2, ["."]],
  ])("of which the worst is %s exits with %i", async (verdict, code, files) => {
    const ended = await folder.run("verify", ...files, "--json");
    expect(ended.code).toBe(code);
    expect(ended.stdout).toContain(`"verdict":"${verdict}"`);
  });

  test("sums up several files, and names those to look at, but not too many", async () => {
    const good = Array.from({ length: 3 }, () => "good.jsonl");
    const bad = Array.from({ length: 7 }, () => "bad.jsonl");
    const { stdout } = await folder.run("verify", ...good, ...bad, "empty.jsonl", "missing.jsonl");
    const named = "bad.jsonl, bad.jsonl, bad.jsonl, bad.jsonl, bad.jsonl and 2 more";
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      `12 files: 3 conform, 7 diverge (${named}), ` +
        "1 is inconclusive (empty.jsonl), 1 is unreadable (missing.jsonl)",
    );
    expect((await folder.run("verify", "good.jsonl")).stdout).not.toContain("file");
  });

  test("says once of which file it is that it cannot be read", async () => {
    const { stdout } = await folder.run("verify", "missing.jsonl");
    expect(stdout).toBe(
      "! missing.jsonl: unreadable (0 jobs, 0 events)\n  →     no such file or directory\n",
    );
  });

  test.each([[], ["--format", "jobchart"], ["--format", "cloudevents"], ["--format", "qmp"]])(
    "of an empty file says that it is empty: %s %s",
    async (...words) => {
      const { code, stdout } = await folder.run("verify", "empty.jsonl", ...words);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: "? empty.jsonl: inconclusive (0 jobs, 0 events)\n  →     it is empty\n",
      });
    },
  );

  test("reads standard input, and sees that it is our own history", async () => {
    const { code, stdout } = await folder.shell("jobchart export log | jobchart verify -");
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^✓ standard input: conforms \(1 job, /);
  });

  test("sees CloudEvents too", async () => {
    const line = "jobchart export cloudevents | jobchart verify -";
    expect((await folder.shell(line)).stdout).toMatch(/^✓ standard input: conforms \(1 job, /);
  });

  test("judges as it is told: another format, another QEMU", async () => {
    const wrong = await folder.run("verify", "--format", "jobchart", "good.jsonl");
    expect(wrong.code).not.toBe(0);
    const change = '{"execute":"block-job-change","arguments":{"id":"a","type":"mirror"}}';
    const text = "The command block-job-change has not been found";
    const refused = JSON.stringify({ error: { class: "CommandNotFound", desc: text } });
    folder.file("old.jsonl", [log("created", "running"), change, refused].join("\n"));
    expect((await folder.run("verify", "old.jsonl")).code).toBe(1);
    expect((await folder.run("verify", "old.jsonl", "--qemu", "7.2")).code).toBe(0);
  });

  test.each([
    [[], "Missing: the FILE to judge, or -"],
    [
      ["--format", "qmq", "x"],
      "--format: expected jobchart, qmp or cloudevents, found 'qmq'. Did you mean 'qmp'?",
    ],
    [["--qemu", "9", "x"], "--qemu: expected 10.0 or 7.2, found '9'"],
    [["-", "-"], "'-' is given twice"],
  ])("refuses %j", async (words, text) => {
    const { code, stderr } = await folder.run("verify", ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  test("shows nothing that could steer a terminal", async () => {
    folder.file(
      "evil.jsonl",
      JSON.stringify({ event: "JOB_STATUS_CHANGE", data: { id: "\u001B[2J", status: "x" } }),
    );
    expect((await folder.run("verify", "evil.jsonl")).stdout).not.toContain("\u001B");
  });
});
