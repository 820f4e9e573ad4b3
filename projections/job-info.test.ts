import { describe, expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { blankJob, type Group, type Job } from "../machines/record.ts";
import { beside, jobInfo } from "./job-info.ts";
import { overlay, samplesOf } from "./sample.ts";

const at = Date.UTC(2026, 10, 20, 12);
const running: Job = {
  ...blankJob,
  id: "nightly",
  uid: "gaaaaaaaaaaaaaaaa-1",
  type: "copy",
  status: "running",
  epoch: 2,
  attempt: 1,
  claim: { session: "s1", worker: "w1", host: "h1" },
  host: "h1",
  progress: { current: 100, total: 300 },
  createdAt: at - 9_000,
  startedAt: at - 8_000,
  activeSince: at - 5_000,
  activeMs: 1_000,
};
const sample = { epoch: 2, current: 200, total: 300, rate: 50, at };

function groupOf(job: Job): Group {
  return { gid: "gaaaaaaaaaaaaaaaa", voided: false, jobs: [job] };
}

function infoOf(job: Job, asked: Partial<Parameters<typeof jobInfo>[2]> = {}) {
  return jobInfo(groupOf(job), job, { at, ...asked });
}

describe("job info", () => {
  test("has its keys in the order that scripts rely on", () => {
    const failed = { ...running, error: "disk", outcome: "failed" } as const;
    expect(Object.keys(infoOf(failed)).join(" ")).toBe(
      "id type status current-progress total-progress error uid group gid phase waiting-for " +
        "outcome cancelled-by epoch attempt percent rate elapsed-ms remaining-ms last-progress-at " +
        "stalled stalled-ms speed paused " +
        "cancel io-status auto-finalize auto-dismiss priority labels require resources result note by worker session host " +
        "last-error step-progress stuck damage args created-at started-at ended-at not-before timeout-ms " +
        "stall-ms deadline retry-at",
    );
  });

  test("has no error while nothing has gone wrong", () => {
    expect(infoOf(running)).not.toHaveProperty("error");
  });

  test("shows the error as soon as it is known, before there is an outcome", () => {
    expect(infoOf({ ...running, status: "aborting", error: "disk" }).error).toBe("disk");
  });

  test("counts the active time up to the time that is asked about", () => {
    expect(infoOf(running)["elapsed-ms"]).toBe(6_000);
    expect(infoOf(running, { at: at + 1_000 })["elapsed-ms"]).toBe(7_000);
  });

  test("lays a sample of the current epoch over the record", () => {
    expect(infoOf(running, { sample })).toMatchObject({
      "current-progress": 200,
      percent: 66.6,
      rate: 50,
      "remaining-ms": 2_000,
    });
  });

  test("has no rate and no remaining time once it is ready", () => {
    const now = { rate: null, "remaining-ms": null };
    expect(infoOf({ ...running, status: "ready" }, { sample })).toMatchObject(now);
  });

  test.each([
    ["of an older epoch", { ...sample, epoch: 1 }],
    ["that is behind the record", { ...sample, current: 99 }],
  ])("ignores a sample %s", (_which, sample) => {
    expect(overlay(running, sample)).toEqual({ current: 100, total: 300, rate: null, step: null });
  });

  test("has no rate and no remaining time while the job is parked", () => {
    const parked = { ...running, status: "paused", userPaused: true } as const;
    expect(infoOf(parked, { sample })).toMatchObject({
      rate: null,
      "remaining-ms": null,
      paused: true,
      phase: "parked",
      "waiting-for": { what: "resume" },
    });
  });

  test.each([
    [0, 0, null],
    [5, 0, null],
    [2_999, 3_000, 99.9],
    [3_000, 3_000, 100],
    [3_001, 3_000, 100],
  ])("shows %d of %d as %s percent", (current, total, percent) => {
    expect(infoOf({ ...running, progress: { current, total } }).percent).toBe(percent);
  });

  test("writes times as texts and the absence of one as null", () => {
    const stuck = { step: "clean", error: "busy", tries: 1, retryAt: at } as const;
    expect(infoOf({ ...running, stuck, deadline: at })).toMatchObject({
      "created-at": "2026-11-20T11:59:51.000Z",
      deadline: "2026-11-20T12:00:00.000Z",
      "ended-at": null,
      stuck: { "retry-at": "2026-11-20T12:00:00.000Z" },
    });
  });

  test("names the group by its name, and by its gid when it has none", () => {
    expect(infoOf(running).group).toBe("gaaaaaaaaaaaaaaaa");
    expect(infoOf({ ...running, group: "weekly" })).toMatchObject({
      group: "weekly",
      gid: "gaaaaaaaaaaaaaaaa",
    });
  });

  test("says when a newer program has written on", () => {
    expect(infoOf(running, { newer: "version 2" }).newer).toBe("version 2");
    expect(infoOf(running)).not.toHaveProperty("newer");
  });
});

test("samples are read from what the signals keep, and what is none counts as none", async () => {
  await using bus = openMemoryBus({ world: realWorld });
  bus.signals.publish("progress.a-1", JSON.stringify(sample));
  bus.signals.publish("progress.a-2", '{"epoch":"two"}');
  bus.signals.publish("progress.a-3", "{");
  const samples = await samplesOf(bus.signals);
  expect([samples("a-1"), samples("a-2"), samples("a-3"), samples("a-4")]).toEqual([
    sample,
    null,
    null,
    null,
  ]);
});

describe("beside the sessions that are alive", () => {
  const held = infoOf({ ...running, claim: { session: "s1", worker: "w1", host: "h1" } });

  test("a job whose worker is gone waits for another, and has no rate", () => {
    const session = { session: "s2", host: "h2", types: [held.type], tags: {} };
    expect(beside([held], [session])[0]).toMatchObject({
      rate: null,
      "waiting-for": { what: "worker", detail: "its worker w1 is gone" },
    });
    expect(beside([held], [{ ...session, session: "s1" }])).toEqual([held]);
  });

  test("a job that is offered waits for a slot where its type is served", () => {
    const offered = infoOf({ ...running, claim: null });
    const session = { session: "s2", host: "h2", types: [offered.type], tags: {} };
    expect(beside([offered], [session])[0]?.["waiting-for"]?.what).toBe("slot");
    expect(beside([offered], [{ ...session, types: ["other"] }])[0]?.["waiting-for"]).toEqual({
      what: "worker",
      detail: "for run: none alive takes type copy",
    });
  });

  test("a job that its type's workers may leave to others goes on waiting for a worker", () => {
    const offered = infoOf({ ...running, claim: null });
    const types = [offered.type];
    const picky = { session: "s2", host: "h2", types, picks: types, tags: {} };
    expect(beside([offered], [picky])).toEqual([offered]);
    const other = { ...picky, session: "s3", picks: [] };
    expect(beside([offered], [picky, other])[0]?.["waiting-for"]?.what).toBe("slot");
  });

  test("a job waits for a slot only where somebody has the tags that it requires", () => {
    const require = { gpu: "a100", disk: "ssd" };
    const offered = infoOf({ ...running, claim: null, require });
    const session = { session: "s2", host: "h2", types: [offered.type], tags: { gpu: "a100" } };
    expect(beside([offered], [session])).toEqual([offered]);
    const fit = { ...session, tags: { ...require, zone: "b" } };
    expect(beside([offered], [session, fit])[0]?.["waiting-for"]?.what).toBe("slot");
  });

  test("a job that is bound to a host waits for a slot only where somebody is on that host", () => {
    const shape = { ...running.shape, place: "host" } as const;
    const offered = infoOf({ ...running, claim: null, host: "h1", shape });
    const session = { session: "s2", host: "h2", types: [offered.type], tags: {} };
    expect(beside([offered], [session])).toEqual([offered]);
    const there = { ...session, host: "h1" };
    expect(beside([offered], [there])[0]?.["waiting-for"]?.what).toBe("slot");
  });
});
