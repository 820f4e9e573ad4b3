/** Duties: the phase, what a job waits for, and its timers, each read off the record. */
import { describe, expect, test } from "vitest";
import { phaseOf, timersOf, waitingFor, type Phase, type WaitingFor } from "./duty.ts";
import { Story, type Member } from "./story.ts";

const all = ["ready", "prepare", "commit", "abort", "clean"] as const;
const manual = { can: all, autoFinalize: false, autoDismiss: false };

type Row = readonly [lines: readonly string[], Phase, WaitingFor | null, a?: Partial<Member>];

const rows: readonly Row[] = [
  [[], "held", { what: "start" }, { held: true }],
  [[], "queued", { what: "worker", detail: "for run" }],
  [
    [],
    "scheduled",
    { what: "time", detail: "2100-01-01T00:00:00.000Z" },
    { notBefore: Date.UTC(2100) },
  ],
  [["claimed a"], "active", null],
  [["claimed a", "lost a"], "recovering", { what: "worker", detail: "for run" }],
  [
    ["claimed a", "lost a"],
    "recovering",
    { what: "worker", detail: "for run on h1" },
    { place: "host" },
  ],
  [
    [],
    "queued",
    { what: "worker", detail: "for run with disk=ssd gpu=a100" },
    { require: { gpu: "a100", disk: "ssd" } },
  ],
  [
    ["claimed a", "failed a", "lost a"],
    "aborting",
    { what: "worker", detail: "for abort with gpu=a100 on h1" },
    { require: { gpu: "a100" }, place: "host" },
  ],
  [["claimed a", "pause a", "paused a"], "parked", { what: "resume" }],
  [["claimed a", "cancel a"], "active", { what: "worker", detail: "to end the cancelled run" }],
  [["claimed a", "ready a"], "active", { what: "complete" }],
  [["claimed a", "ready a", "complete a"], "active", null],
  [["claimed a", "finished a"], "idle", { what: "members", jobs: ["b"] }],
  [["claimed a b", "finished a b"], "idle", { what: "finalize" }],
  [["claimed a b", "finished a b", "finalize a"], "preparing", { what: "step", detail: "prepare" }],
  [
    ["claimed a b", "finished a b", "finalize a", "prepared a"],
    "preparing",
    { what: "members", jobs: ["b"] },
  ],
  [
    ["claimed a b", "finished a b", "finalize a", "prepared a b"],
    "committing",
    { what: "step", detail: "commit" },
  ],
  [["claimed a", "failed a"], "aborting", { what: "step", detail: "abort" }],
  [
    ["claimed a", "failed a", "step-failed a"],
    "aborting",
    { what: "step", detail: "abort failed 1 times: it broke" },
  ],
  [["claimed a", "failed a", "aborted a"], "cleaning", { what: "step", detail: "clean" }],
  [["claimed a", "failed a", "aborted a", "cleaned a"], "done", { what: "dismiss" }],
  [["cancel a"], "done", null],
];

describe("a job", () => {
  const named = rows.map((row) => ({ row, name: `${row[0].join(", ") || "new"}: ${row[1]}` }));
  test.each(named)("$name", ({ row: [lines, phase, waits, more] }) => {
    const story = Story.of({ id: "a", ...manual, ...more }, { id: "b", can: all }).play(...lines);
    const job = story.job("a");
    expect([phaseOf(job, story.at), waitingFor(job, story.group, story.at)]).toEqual([
      phase,
      waits,
    ]);
  });

  test("whose step fails again and again waits for a human in the end", () => {
    const story = Story.of({ id: "a", can: all }).play("claimed a", "failed a");
    for (let tries = 1; tries <= 5; tries += 1) story.play("step-failed a");
    expect(waitingFor(story.job("a"), story.group, story.at)?.what).toBe("operator");
  });

  test("that failed and may try again waits for the time", () => {
    const retry = { attempts: 2, backoffMs: 60_000, maxMs: 60_000 };
    const story = Story.of({ id: "a", retry }).play("claimed a");
    story.tell("a", "failed", { retryable: true });
    expect(phaseOf(story.job("a"), story.at)).toBe("backoff");
    expect(waitingFor(story.job("a"), story.group, story.at)?.what).toBe("time");
  });
});

describe("the timers", () => {
  const limits = { timeoutMs: 60_000, deadline: Date.UTC(2100) };

  test("of a run count the active time alone, and stand still in a pause", () => {
    const story = Story.of({ id: "a", ...limits }).play("claimed a", "pause a");
    const begunAt = story.job("a").startedAt ?? 0;
    const { uid } = story.job("a");
    const deadline = { uid, timer: "deadline", dueAt: limits.deadline };
    const timeout = { uid, timer: "timeout" };
    expect(timersOf(story.job("a"))).toEqual([deadline, { ...timeout, dueAt: begunAt + 60_000 }]);
    story.play("paused a");
    expect(timersOf(story.job("a"))).toEqual([deadline]);
    story.play("resume a", "resumed a");
    expect(timersOf(story.job("a"))).toEqual([deadline, { ...timeout, dueAt: story.at + 58_000 }]);
  });

  test("end with a forced cancel, with a decision, and with the job", () => {
    const story = Story.of({ id: "a", ...limits, can: ["commit"] }).play("claimed a");
    expect(timersOf(story.play("finished a").job("a"))).toEqual([]);
    const cancelled = Story.of({ id: "a", ...limits }).play("claimed a", "cancel a");
    expect(timersOf(cancelled.job("a"))).toEqual([]);
    expect(
      timersOf(
        Story.of({ id: "a", ...limits })
          .play("cancel a")
          .job("a"),
      ),
    ).toEqual([]);
  });
});
