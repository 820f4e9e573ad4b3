/** Everything that can be said to a job, well or badly, early, in time and late. For corners.ts. */
import type { JobInput } from "../../machines/input.ts";
import type { Job } from "../../machines/record.ts";
import { verbNames } from "../../machines/status.ts";
import { usualInput } from "../../machines/story.ts";
import { reportNames } from "./moves.ts";
import { needOf } from "../invariants/need.ts";

/** What is said to a job that stands like this; `at` when the moment matters. */
export type Word = (job: Job) => JobInput & { readonly at?: number; readonly note?: string };

function word(verb: JobInput["verb"], more: object | ((job: Job) => object) = {}): Word {
  const given = typeof more === "function" ? more : () => more;
  return (job) => ({ ...usualInput(job, verb), ...given(job) });
}

export const plainVerbs: readonly Word[] = verbNames.map((verb) => word(verb));

const verbs = [
  ...plainVerbs,
  ...verbNames.map((verb) => word(verb, { note: "because" })),
  word("cancel", { soft: true }),
  word("cancel", { soft: false }),
  word("change", { change: {} }),
  ...[0, -1, 1.5, 2 ** 53].map((speed) => word("set-speed", { speed })),
];

function moved({ progress: { current, total } }: Job, by: number, more = 0): object {
  return { progress: { current: current + by, total: total + more } };
}

const news = { cursor: { place: 2 }, progress: { current: 7, total: 9 } };

const reports = [
  ...[...reportNames, "lost" as const].flatMap((verb) => [
    word(verb),
    word(verb, { note: "because" }),
    word(verb, ({ epoch }) => ({ epoch: epoch - 1 })),
    word(verb, ({ epoch }) => ({ epoch: epoch + 1 })),
  ]),
  ...(["progress", "paused", "released", "finished", "failed"] as const).flatMap((verb) => [
    word(verb, news),
    word(verb, ({ cursor }) => ({ cursor, progress: { current: 7, total: 9 } })),
    word(verb, (job) => moved(job, 0)),
    word(verb, (job) => moved(job, 0, 1)),
    word(verb, (job) => moved(job, -1, 1)),
    word(verb, { progress: undefined }),
  ]),
  word("finished", { result: { bytes: 3 } }),
  word("prepared", { prepared: { tag: 3 } }),
  word("failed", { retryable: true }),
  word("failed", { retryable: false, cancelled: true }),
  word("failed", { cancelled: false }),
  word("io-error", { nospace: true }),
  word("io-error", { operation: "read" }),
  ...["prepare", "commit", "abort", "clean"].map((step) => word("step-failed", { step })),
];

function whenDue(job: Job, offMs: number): object {
  return { at: (needOf(job)?.dueAt || firstDueMs) + offMs };
}

/** Later than all that corners.ts waits for. */
const firstDueMs = Date.UTC(2025, 10, 21);
const otherHost = { session: "s2", worker: "w2", host: "h2" };

const claims = [
  word("claimed"),
  word("claimed", { note: "because" }),
  word("claimed", ({ epoch }) => ({ epoch })),
  word("claimed", ({ epoch }) => ({ epoch: epoch + 2, at: 0 })),
  word("claimed", (job) => whenDue(job, 0)),
  word("claimed", (job) => whenDue(job, -1)),
  word("claimed", (job) => ({ ...whenDue(job, 0), ...news })),
  word("claimed", (job) => ({ ...whenDue(job, 0), cursor: news.cursor })),
  word("claimed", (job) => ({ ...whenDue(job, 0), cursor: job.cursor, progress: news.progress })),
  word("claimed", (job) => ({ ...whenDue(job, 0), claim: otherHost })),
  word("claimed", (job) => ({ ...whenDue(job, -1), claim: otherHost })),
];

function timedOut({ activeSince, activeMs, timeoutMs }: Job, offMs: number): object {
  return { timer: "timeout", at: (activeSince ?? 0) + (timeoutMs ?? 0) - activeMs + offMs };
}

export const timers: readonly Word[] = [
  word("timer"),
  word("timer", ({ deadline }) => ({ at: deadline ?? 0 })),
  word("timer", ({ deadline }) => ({ at: (deadline ?? 0) - 1 })),
  word("timer", ({ deadline }) => ({ at: deadline ?? 0, note: "because" })),
  word("timer", (job) => timedOut(job, 0)),
  word("timer", (job) => timedOut(job, -1)),
  word("timer", (job) => timedOut(job, 1_000_000)),
];

export const words: readonly Word[] = [...verbs, ...reports, ...claims, ...timers];
