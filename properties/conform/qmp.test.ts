import { describe, expect, test } from "vitest";
import { ask, backup, conforms, is, judge, no, ok } from "./qmp-log.ts";

describe("a log of status events alone", () => {
  test("conforms, whatever was asked of the jobs unseen", async () => {
    const life = [
      "created",
      "running",
      "paused",
      "running",
      "ready",
      "standby",
      "ready",
      "waiting",
    ];
    const log = is("a", ...life, "pending", "concluded", "null");
    expect(await judge(log)).toEqual({ ...conforms, jobs: 1, events: 11, skipped: 0 });
  });

  test("conforms with jobs interleaved, and an id used again", async () => {
    const log = [
      ...is("a", "created"),
      ...is("b", "created", "running"),
      ...is("a", "running", "aborting"),
      ...is("b", "waiting", "pending", "concluded"),
      ...is("a", "concluded", "null", "created", "running"),
    ];
    expect(await judge(log)).toMatchObject({ ...conforms, jobs: 3 });
  });

  test.each(["running", "paused", "ready", "standby", "waiting", "pending", "aborting"])(
    "may begin with a job that is %s",
    async (status) => {
      expect(await judge(is("a", status))).toMatchObject(conforms);
    },
  );

  test("diverges at the first event that cannot be, and says what could", async () => {
    const log = [...is("a", "created", "running", "pending", "concluded"), ...is("b", "created")];
    expect(await judge(log)).toEqual({
      verdict: "diverges",
      line: 3,
      observed: "'pending' of job a, which was 'running'",
      expected: ["ready", "waiting", "aborting", "paused"].map((each) => `'${each}' of job a`),
      explanation:
        "'pending' cannot follow 'running' here; nearest: one missing 'waiting' of job a before line 3",
      jobs: 1,
      events: 3,
      skipped: 0,
    });
  });

  test("tells groups from the members that become pending together", async () => {
    const both = [
      ...is("a", "created", "running"),
      ...is("b", "created", "running"),
      ...is("a", "waiting"),
      ...is("b", "waiting", "pending"),
      ...is("a", "pending"),
      ...is("b", "concluded"),
    ];
    expect(await judge([...both, ...is("a", "concluded")])).toMatchObject(conforms);
    expect(await judge([...both, ...is("a", "aborting")])).toMatchObject({
      verdict: "diverges",
      line: 10,
      explanation: expect.stringContaining("another member of its group has committed"),
    });
  });

  test.each([
    [
      "one too many",
      is("a", "created", "running", "created", "waiting", "pending"),
      "line 3 is one too many",
    ],
    [
      "swapped",
      is("a", "created", "waiting", "running", "pending", "concluded"),
      "lines 2 and 3 are swapped",
    ],
    [
      "wrong",
      is("a", "created", "running", "ready", "concluded", "ready"),
      "line 4 should be 'standby' of job a",
    ],
  ])("explains an event that is %s", async (_what, log, explanation) => {
    expect((await judge(log)).explanation).toContain(explanation);
  });
});

describe("commands and replies", () => {
  test("are matched by their ids, whatever the order", async () => {
    const asked = [ask("job-pause", { id: "a" }, 1), ask("query-version", {}, 2)];
    expect(await judge([...backup("a"), ...asked, ok(2), ok(1)])).toMatchObject(conforms);
    const twice = [ask("job-pause", { id: "a" }, 1), ask("job-pause", { id: "a" }, 2)];
    const already = "Job is already paused";
    expect(await judge([...backup("a"), ...twice, ok(1), no(already, 2)])).toMatchObject(conforms);
    expect(await judge([...backup("a"), ...twice, ok(1), ok(2)])).toMatchObject({ line: 8 });
  });

  test("of several connections may be answered in another order", async () => {
    const asked = [ask("job-pause", { id: "a" }), ask("job-finalize", { id: "b" })];
    const refused = no("Job 'b' in state 'running' cannot accept command verb 'finalize'");
    const log = [...backup("a"), ...backup("b"), ...asked, refused, ok()];
    expect(await judge(log)).toMatchObject(conforms);
  });

  test("may be carried out at any time between the two", async () => {
    const log = [...backup("a"), ask("job-resume", { id: "a" }), ...is("a", "paused", "running")];
    expect(await judge([...log, no("Can't resume a job that was not paused")])).toMatchObject(
      conforms,
    );
    const late = "Job 'a' in state 'paused' cannot accept command verb 'complete'";
    const complete = [ask("job-complete", { id: "a" }), ...is("a", "paused", "running")];
    expect(await judge([...backup("a"), ...complete, no(late)])).toMatchObject(conforms);
    expect(await judge([...backup("a"), ask("job-complete", { id: "a" }), no(late)])).toMatchObject(
      { line: 6, verdict: "diverges" },
    );
  });

  test("of jobs that somebody else created may be joined by unseen ones", async () => {
    const pauses = [ask("job-pause", { id: "a" }), ok(), ask("job-pause", { id: "a" }), ok()];
    expect(await judge([...is("a", "created", "running"), ...pauses])).toMatchObject(conforms);
    expect(await judge([...backup("a"), ...pauses])).toMatchObject({ line: 8 });
  });

  test("may be missing: an error without its command must be true all the same", async () => {
    const refused = no("Job 'a' in state 'running' cannot accept command verb 'dismiss'");
    expect(await judge([...is("a", "created", "running"), refused])).toMatchObject(conforms);
    expect(await judge([...is("a", "created", "running", "paused"), ok(), refused])).toMatchObject({
      line: 5,
    });
    const legal = no("Job 'a' in state 'running' cannot accept command verb 'pause'");
    expect(await judge([...is("a", "created", "running"), legal])).toMatchObject({ line: 3 });
  });

  test("of which no reply is logged tell nothing that is not so", async () => {
    const verbs = [
      ask("job-pause", { id: "a" }),
      ...is("a", "paused"),
      ask("job-resume", { id: "a" }),
    ];
    const lives = [...backup("a"), ...verbs, ...is("a", "running", "waiting", "pending")];
    const log = lives.filter((each) => !("return" in each));
    expect(await judge(log)).toMatchObject(conforms);
  });

  test("by the other monitor may ask anything", async () => {
    const pauses = [ask("job-pause", { id: "a" }), ok(), ask("job-pause", { id: "a" }), ok()];
    const human = ask("human-monitor-command", { "command-line": "block_job_resume a" });
    const log = [...backup("a"), ...pauses.slice(0, 2), human, { return: "" }, ...pauses.slice(2)];
    expect(await judge(log)).toMatchObject(conforms);
  });

  test("may leave out a job's id, which need not be the device's name then", async () => {
    const unnamed = ask("blockdev-backup", { device: "drive" });
    const named = [unnamed, ...is("drive", "created", "running"), ok()];
    expect(await judge(named)).toMatchObject(conforms);
    expect(await judge([unnamed, ...is("other", "created", "running"), ok()])).toMatchObject(
      conforms,
    );
    const lost = [ask("blockdev-backup", { "job-id": "drive" }), ...is("b", "created"), ok()];
    expect(await judge(lost)).toMatchObject({ verdict: "diverges", line: 3 });
  });

  test("do not pile up when they are never answered", async () => {
    const many = Array.from({ length: 1_000 }, () => ask("job-pause", { id: "a" }));
    expect(await judge([...backup("a"), ...many, ...is("a", "paused")])).toMatchObject(conforms);
  });

  test("before capabilities are negotiated are all refused", async () => {
    const early = "Expecting capabilities negotiation with 'qmp_capabilities'";
    const refused = { error: { class: "CommandNotFound", desc: early } };
    expect(await judge([ask("job-pause", { id: "a" }), refused])).toMatchObject({
      verdict: "inconclusive",
    });
  });
});
