import { describe, expect, test } from "vitest";
import { ask, backup, conforms, greeting, is, judge, ok, shown, timed } from "./qmp-log.ts";

describe("queries", () => {
  const row = { id: "a", type: "backup", status: "running", "current-progress": 1 };
  test("show any moment since they were asked", async () => {
    const log = [...backup("a"), ask("query-jobs"), ...is("a", "paused")];
    expect(await judge([...log, { return: [row] }])).toMatchObject(conforms);
    const paused = { return: [{ ...row, status: "paused" }] };
    expect(await judge([...log, paused])).toMatchObject(conforms);
    expect(await judge([...log, { return: [{ ...row, status: "waiting" }] }])).toMatchObject({
      line: 7,
      observed: "query-jobs shows job a as 'waiting'",
      expected: ["job a as 'paused'"],
    });
  });

  test("tell of jobs that are older than the log, and that there are no others", async () => {
    expect(await judge([...shown(row), ...is("a", "paused")])).toMatchObject({
      ...conforms,
      jobs: 1,
    });
    expect(await judge([...shown(row), ...is("a", "concluded")])).toMatchObject({ line: 3 });
    expect(await judge([...shown(row), ...is("b", "running")])).toMatchObject({ line: 3 });
  });

  test("are used without their command", async () => {
    expect(await judge([...is("a", "running"), { return: [row] }])).toMatchObject(conforms);
    const log = [...is("a", "running", "paused"), ok(), { return: [row] }];
    expect(await judge(log)).toMatchObject({ line: 4, verdict: "diverges" });
  });
});

describe("the end of QEMU", () => {
  const cancelled = [
    ...is("a", "aborting"),
    { event: "BLOCK_JOB_CANCELLED", data: { device: "a" } },
  ];

  test("by quit cancels the jobs that are alive", async () => {
    const log = [...backup("a"), ask("quit"), ok(), ...cancelled, ...is("a", "concluded", "null")];
    expect(await judge(log)).toMatchObject(conforms);
  });

  test("by a signal is believed, until QEMU answers once more", async () => {
    const log = [...backup("a"), ...cancelled, ...is("a", "concluded", "null")];
    expect(await judge(log)).toMatchObject(conforms);
    expect(await judge([...log, ask("query-jobs"), { return: [] }])).toMatchObject({ line: 6 });
  });

  test("or a new connection leaves nothing known", async () => {
    const log = [...is("a", "created", "running"), greeting(10, 0), ...is("a", "concluded")];
    expect(await judge(log)).toMatchObject(conforms);
  });
});

describe("the tables", () => {
  const change = ask("block-job-change", { id: "a", type: "mirror", "copy-mode": "background" });
  const unknown = "The command block-job-change has not been found";
  const missing = { error: { class: "CommandNotFound", desc: unknown } };
  const log = [...backup("a"), change, missing];

  test("are those of the greeting, or of query-version", async () => {
    expect(await judge([greeting(7, 2), ...log], { qemu: "10.0" })).toMatchObject(conforms);
    const version = [ask("query-version"), { return: { qemu: { major: 8, minor: 1, micro: 0 } } }];
    expect(await judge([...version, ...log])).toMatchObject(conforms);
    expect(await judge([greeting(10, 0), ...log], { qemu: "7.2" })).toMatchObject({ line: 7 });
  });

  test("are else those that are asked for, and else those of 10.0", async () => {
    expect(await judge(log, { qemu: "7.2" })).toMatchObject(conforms);
    expect(await judge(log)).toMatchObject({ line: 6, verdict: "diverges" });
  });

  test("of a version that they were not compared with judge nobody", async () => {
    const verdict = await judge([greeting(4, 2), ...is("a", "created", "waiting")]);
    expect(verdict).toMatchObject({ verdict: "inconclusive", line: 3 });
    expect(verdict.explanation).toContain("those of 4.2 are not known");
  });
});

describe("bad input", () => {
  test("of nothing is inconclusive", async () => {
    const nothing = { verdict: "inconclusive", jobs: 0, events: 0, skipped: 0 };
    expect(await judge([])).toEqual({ ...nothing, explanation: "it is empty" });
    expect(await judge([greeting(10, 0)])).toMatchObject({ verdict: "inconclusive" });
  });

  test("without any JSON is unreadable", async () => {
    expect(await judge(["\0\u0001", "hello"])).toMatchObject({ verdict: "unreadable", skipped: 2 });
  });

  test("in between is passed over and counted", async () => {
    const log = ["(QEMU)", ...is("a", "created"), "17", '{"x":1}', "[]", ...is("a", "running")];
    expect(await judge(log)).toMatchObject({ ...conforms, skipped: 4 });
  });

  test("of unknown events is not spoken of", async () => {
    const log = [...is("a", "running"), { event: "RTC_CHANGE", data: { offset: 1 } }];
    expect(await judge(log)).toMatchObject({ ...conforms, events: 1, skipped: 0 });
  });

  test("of a last line that was cut is that of a log that was cut", async () => {
    expect(await judge([...is("a", "created"), '{"event":"JOB_STA'])).toMatchObject(conforms);
  });

  test("of a message that was cut further up leaves a gap, and no certainty", async () => {
    const log = [...is("a", "created"), '{"event":"JOB_STA', ...is("a", "paused")];
    expect(await judge(log)).toMatchObject({
      verdict: "inconclusive",
      explanation: "line 2 was cut: what it said is not known",
    });
    expect(await judge([...log, ...is("a", "waiting")])).toMatchObject({ line: 4 });
  });

  test("of a line that is too long leaves a gap as well", async () => {
    const log = [...is("a", "created"), `{"return":"${"x".repeat(500)}"}`, ...is("a", "paused")];
    expect(await judge(log, { lineBytesMax: 200 })).toMatchObject({ verdict: "inconclusive" });
  });

  test("of a clock that goes back is said, and is no divergence", async () => {
    const [created = {}, running = {}] = is("a", "created", "running");
    expect(await judge([timed(2, created), timed(1, running)])).toMatchObject({
      ...conforms,
      explanation: "at line 2 the clock goes back: the order of the lines was judged",
    });
  });

  test("of events that say nothing of a job is passed over and counted", async () => {
    const [name, data] = ["JOB_STATUS_CHANGE", { id: 1 }];
    const odd = [{ event: name }, { event: name, data }, { event: "BLOCK_JOB_READY", data }];
    const verdict = await judge([...odd, ...is("a", "created")]);
    expect(verdict).toMatchObject({ ...conforms, events: 1, skipped: 3 });
  });
});
