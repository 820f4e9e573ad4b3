/**
 * The refusals: QEMU's exact texts and the order in which it asks (`job.c`, `blockjob.c`), written
 * out literally. A row is a job's data, what is said to it, and the answer: guard and text.
 */
import { describe, expect, test } from "vitest";
import { whyNot } from "./checks.ts";
import type { JobEvent, JobInput } from "./input.ts";
import { blankJob, type Capability, type Job } from "./record.ts";
import { firstWorker, usualInput } from "./story.ts";
import { statuses, type Status } from "./status.ts";

const at = Date.UTC(2025, 10, 20);
const paused = { userPaused: true };
const soft = { soft: true };
const claimed = { epoch: 2, claim: firstWorker };
const deadline = at + 1;

type Row = readonly [Status, Partial<Job>, JobInput["verb"], answer: string, more?: object];

function shape(can: readonly Capability[], place: "anywhere" | "host" = "anywhere") {
  return { shape: { can, place, recover: "resume" } } as const;
}

function answerTo([status, fields, verb, , more = {}]: Row): string {
  const job: Job = { ...blankJob, id: "a", uid: "g-1", type: "copy", ...fields, status };
  const event = { ...usualInput(job, verb), ...more, at } as JobEvent;
  const refused = whyNot(job, event);
  return refused === undefined ? "accepted" : `${refused.guard}: ${refused.refused}`;
}

function named(rows: readonly Row[]) {
  return rows.map((row) => {
    const [status, fields, verb, answer, more] = row;
    return { row, name: JSON.stringify([status, fields, verb, more, answer]) };
  });
}

function unfit(status: Status, verb: string): string {
  return `table: Job 'a' in state '${status}' cannot accept command verb '${verb}'`;
}

function unused(status: Status, verb: string): string {
  return `early: Job 'a' in state '${status}' has no use for '${verb}'`;
}

const isPaused = "not-paused: Job is already paused";
const isNotPaused = "user-paused: Can't resume a job that was not paused";
const isNowPaused = "not-paused-or-force: The block job for device 'a' is currently paused";
const cannot = "The active block job 'a' cannot be completed";
const negative = "speed: Parameter 'speed' expects a non-negative value";
const isNotHeld = "held: Job 'a' is not held: it starts as soon as a worker takes it";
const isCommitting =
  "uncommitted: Job 'a' is committing: the decision is made and can no longer be cancelled";

describe("the texts are QEMU's", () => {
  const rows: readonly Row[] = [
    ["waiting", {}, "pause", unfit("waiting", "pause")],
    ["aborting", {}, "cancel", unfit("aborting", "cancel")],
    ["pending", {}, "set-speed", unfit("pending", "set-speed")],
    ["paused", {}, "complete", unfit("paused", "complete")],
    ["running", {}, "dismiss", unfit("running", "dismiss")],
    ["running", {}, "finalize", unfit("running", "finalize")],
    ["concluded", {}, "change", unfit("concluded", "change")],
    ["null", {}, "cancel", "exists: Job not found"],
    ["null", {}, "dismiss", "exists: Job not found"],
    ["undefined", {}, "pause", "exists: Job not found"],
    ["running", paused, "pause", isPaused],
    ["paused", {}, "resume", isNotPaused],
    ["paused", paused, "cancel", isNowPaused, soft],
    ["ready", {}, "complete", `completable: ${cannot}`],
    ["ready", { ...shape(["ready"]), cancel: "soft" }, "complete", `not-cancelled: ${cannot}`],
    ["running", {}, "set-speed", negative, { speed: -1 }],
    ["running", {}, "change", "changeable: Job type does not support change"],
  ];
  test.each(named(rows))("$name", ({ row }) => expect(answerTo(row)).toBe(row[3]));

  test("the bare sentence of the verb table is spelled out here once", () => {
    const text = "Job 'a' in state 'waiting' cannot accept command verb 'set-speed'";
    expect(answerTo(["waiting", {}, "set-speed", ""])).toBe(`table: ${text}`);
  });
});

describe("the order of the checks is QEMU's", () => {
  const rows: readonly Row[] = [
    ["waiting", paused, "resume", unfit("waiting", "resume")],
    ["waiting", paused, "pause", unfit("waiting", "pause")],
    ["concluded", paused, "cancel", isNowPaused, soft],
    ["concluded", paused, "cancel", unfit("concluded", "cancel")],
    ["paused", paused, "cancel", "accepted"],
    ["waiting", {}, "set-speed", unfit("waiting", "set-speed"), { speed: -1 }],
    ["running", { cancel: "soft" }, "complete", unfit("running", "complete")],
    ["ready", { cancel: "soft" }, "complete", `not-cancelled: ${cannot}`],
    ["waiting", {}, "change", unfit("waiting", "change")],
  ];
  test.each(named(rows))("$name", ({ row }) => expect(answerTo(row)).toBe(row[3]));

  const alive = statuses.filter((status) => status !== "undefined" && status !== "null");
  test.each(alive)("resume of a job that is not paused says so in %s too", (status) => {
    expect(answerTo([status, {}, "resume", ""])).toBe(isNotPaused);
  });
});

describe("our own verbs and guards say what is, and what to do", () => {
  const rows: readonly Row[] = [
    ["created", {}, "start", isNotHeld],
    ["created", { held: true }, "start", "accepted"],
    [
      "pending",
      { finalizing: true },
      "finalize",
      "not-finalizing: Job 'a' is already being finalized",
    ],
    ["pending", { decision: "commit" }, "cancel", isCommitting],
    ["running", { decision: "abort", cancel: "force" }, "cancel", "accepted"],
    ["pending", {}, "abandon", "decided: Job 'a' is not committing or aborting: cancel it instead"],
  ];
  test.each(named(rows))("$name", ({ row }) => expect(answerTo(row)).toBe(row[3]));
});

describe("a worker is told which epoch is over, and why it may not claim", () => {
  const otherHost = { epoch: 2, host: "h2", ...shape([], "host") };
  const rows: readonly Row[] = [
    [
      "running",
      claimed,
      "finished",
      "epoch: Job 'a': epoch 1 is over, epoch 2 is current",
      { epoch: 1 },
    ],
    [
      "running",
      { epoch: 2 },
      "finished",
      "epoch: Job 'a': epoch 2 is over, and nobody holds epoch 2",
    ],
    ["running", claimed, "claimed", "offered: Job 'a' in state 'running' needs no worker"],
    [
      "running",
      { epoch: 2 },
      "claimed",
      "next-epoch: Job 'a': the next epoch is 3, not 4",
      { epoch: 4 },
    ],
    ["created", { notBefore: at + 1 }, "claimed", "due: Job 'a' is not due yet"],
    ["running", otherHost, "claimed", "host: Job 'a' belongs to host h2, not h1"],
  ];
  test.each(named(rows))("$name", ({ row }) => expect(answerTo(row)).toBe(row[3]));
});

describe("a report out of its time is told so", () => {
  const far = { progress: { current: 5, total: 9 }, ...claimed };
  const back = { progress: { current: 4, total: 9 } };
  const preparing = { finalizing: true, ...shape(["prepare"]), ...claimed };
  const cancelled = { deadline: at, cancel: "force", ...claimed } as const;
  const rows: readonly Row[] = [
    ["running", claimed, "prepared", unused("running", "prepared")],
    ["pending", preparing, "step-failed", unused("pending", "step-failed"), { step: "prepare" }],
    ["running", claimed, "paused", "asked: Job 'a' was not asked to pause"],
    ["paused", { ...paused, ...claimed }, "resumed", "asked: Job 'a' is paused by its user"],
    ["running", claimed, "ready", "declared: Type 'copy' is not declared to become ready"],
    [
      "running",
      far,
      "progress",
      "monotonic: Job 'a': progress never goes back within an epoch",
      back,
    ],
    ["running", { deadline, ...claimed }, "timer", "due: Job 'a': its deadline is not due yet"],
    ["running", cancelled, "timer", "not-cancelled: Job 'a' is cancelled already"],
  ];
  test.each(named(rows))("$name", ({ row }) => expect(answerTo(row)).toBe(row[3]));
});
