import { describe, expect, test } from "vitest";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { canonical } from "../machines/json.ts";
import { Story, type Member } from "../machines/story.ts";
import { jobInfo } from "./job-info.ts";
import { isoOf } from "./iso-time.ts";
import { emptyRow, everyTag, fromRow, readOn } from "./group-row.ts";
import { Projection } from "./projection.ts";
import { appendRandomLives } from "./random-lives.ts";
import type { Sample } from "./sample.ts";
import { noStride, stridesAfter, type Stride } from "./stall.ts";

const minuteMs = 60_000;
const can = ["ready"] as const;

/** A job that was claimed and has been at work since; `at` is that moment. */
function atWork(more: Partial<Member> = {}) {
  const story = Story.of({ id: "a", can, ...more }).play("claimed a");
  return { story, at: story.job("a").activeSince ?? 0 };
}

interface Known {
  readonly minutes: number;
  readonly sample?: Sample | null | undefined;
  readonly stride?: Stride;
}

function infoAt(story: Story, since: number, { minutes, sample = null, stride }: Known) {
  const at = since + minutes * minuteMs;
  return jobInfo(story.group, story.job("a"), { at, sample, stride });
}

function sampleAt(movedAt: number | null, more: Partial<Sample> = {}): Sample {
  return { epoch: 1, current: 5, total: 9, rate: 3, at: movedAt ?? 0, movedAt, ...more };
}

describe("a job that does not say how long it may take", () => {
  test("stalls ten minutes after its last progress", () => {
    const { story, at } = atWork();
    const sample = sampleAt(at + minuteMs);
    expect(infoAt(story, at, { minutes: 11, sample })).toMatchObject({
      "last-progress-at": isoOf(at + minuteMs),
      stalled: false,
      "stalled-ms": null,
      rate: 3,
    });
    expect(infoAt(story, at, { minutes: 12, sample })).toMatchObject({
      stalled: true,
      "stalled-ms": 11 * minuteMs,
      rate: null,
      "remaining-ms": null,
    });
  });

  test("does not stall as long as it has reported no progress", () => {
    const { story, at } = atWork();
    const never = { "last-progress-at": null, stalled: false };
    expect(infoAt(story, at, { minutes: 10_000 })).toMatchObject(never);
    const sample = sampleAt(null, { current: 0 });
    expect(infoAt(story, at, { minutes: 10_000, sample })).toMatchObject(never);
  });
});

describe("a job that says how long it may take", () => {
  const stallMs = 2 * minuteMs;

  test("stalls without any progress, counted from its start", () => {
    const { story, at } = atWork({ stallMs });
    expect(infoAt(story, at, { minutes: 2 }).stalled).toBe(false);
    expect(infoAt(story, at, { minutes: 3 })).toMatchObject({
      "last-progress-at": null,
      "stalled-ms": 3 * minuteMs,
      "stall-ms": stallMs,
    });
  });

  test("counts from where it was claimed again, or resumed", () => {
    const { story, at } = atWork({ stallMs });
    const stride = { grewAt: at, claimedAt: at + 5 * minuteMs };
    expect(infoAt(story, at, { minutes: 6, stride }).stalled).toBe(false);
    expect(infoAt(story, at, { minutes: 8, stride })["stalled-ms"]).toBe(3 * minuteMs);
    const parked = story.play("pause a", "paused a");
    expect(infoAt(parked, at, { minutes: 60 }).stalled).toBe(false);
    const resumed = parked.play("resume a", "resumed a");
    const since = resumed.job("a").activeSince ?? 0;
    expect(since).toBeGreaterThan(at);
    expect(infoAt(resumed, since, { minutes: 3 })["stalled-ms"]).toBe(3 * minuteMs);
  });

  test("counts from the end of the rest that its speed limit gives it", () => {
    const { story, at } = atWork({ stallMs });
    const sample = sampleAt(at, { restsUntil: at + 60 * minuteMs });
    expect(infoAt(story, at, { minutes: 61, sample }).stalled).toBe(false);
    expect(infoAt(story, at, { minutes: 63, sample })["stalled-ms"]).toBe(3 * minuteMs);
  });

  test.each([
    ["is ready and completing", ["ready a", "complete a"]],
    ["is parked", ["pause a", "paused a"]],
    ["has nobody who runs it", ["lost a"]],
    ["is being cancelled", ["cancel a"]],
    ["has ended", ["finished a"]],
  ] as const)("does not stall while it %s", (_how, words) => {
    const { story, at } = atWork({ stallMs });
    expect(infoAt(story, at, { minutes: 60 }).stalled).toBe(true);
    expect(infoAt(story.play(...words), at, { minutes: 60 }).stalled).toBe(false);
  });

  test("is not said to stall where its samples cannot be known, as in the past", () => {
    const { story, at } = atWork({ stallMs });
    const asked = { at: at + 60 * minuteMs };
    expect(jobInfo(story.group, story.job("a"), asked).stalled).toBe(false);
  });
});

describe("the last progress", () => {
  test("is that of the log where no sample is current", () => {
    const { story, at } = atWork();
    const stride = { ...noStride, grewAt: at + 7 };
    const old = sampleAt(at + 9, { epoch: 0 });
    for (const sample of [null, undefined, old]) {
      const info = jobInfo(story.group, story.job("a"), { at, sample, stride });
      expect(info["last-progress-at"]).toBe(isoOf(at + 7));
    }
  });

  test("is the time of a sample that is ahead and does not say when it moved", () => {
    const { story, at } = atWork();
    const sample = { epoch: 1, current: 5, total: 9, rate: 3, at: at + 4 };
    expect(infoAt(story, at, { minutes: 1, sample })["last-progress-at"]).toBe(isoOf(at + 4));
  });

  test("is found by the commits: who grew, and who was claimed", () => {
    const story = Story.of({ id: "a" }, { id: "b" });
    const before = story.group;
    const claimed = story.play("claimed a").group;
    const [first] = stridesAfter([], { before, after: claimed, at: 1 });
    expect(first).toEqual({ grewAt: null, claimedAt: 1 });
    const grown = { ...story.job("a"), progress: { current: 2, total: 4 } };
    const after = { ...claimed, jobs: claimed.jobs.with(0, grown) };
    const strides = stridesAfter([first ?? noStride], { before: claimed, after, at: 2 });
    expect(strides).toEqual([{ grewAt: 2, claimedAt: 1 }, noStride]);
    expect(stridesAfter(strides, { before: after, after: claimed, at: 3 })).toEqual(strides);
  });

  test("is the same in rows that were kept up and in rows folded anew", async () => {
    await using bus = openMemoryBus({ world: realWorld });
    const projection = new Projection(bus);
    await appendRandomLives(bus.log, { seed: 3, groups: 4, commitsMax: 200 });
    await projection.catchUp();
    await appendRandomLives(bus.log, { seed: 4, groups: 4, commitsMax: 200 });
    await projection.catchUp();
    const rows = (await projection.find(everyTag)).map(fromRow);
    for (const row of rows) {
      const stored = await bus.log.read(row.group.gid);
      const folded = stored.reduce(
        (last, each) => readOn(last, each).row,
        emptyRow(row.group.gid, row.first),
      );
      expect(canonical(row.strides)).toBe(canonical(folded.strides));
    }
    const all = rows.flatMap(({ strides }) => strides);
    expect(all.filter(({ grewAt }) => grewAt !== null).length).toBeGreaterThan(3);
    expect(all.some(({ grewAt, claimedAt }) => (claimedAt ?? 0) > (grewAt ?? Infinity))).toBe(true);
  });
});
