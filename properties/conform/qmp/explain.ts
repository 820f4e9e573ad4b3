/**
 * Explaining a divergence: what could have come instead, and the smallest change of the log, near
 * the place, after which it goes on best: one event missing, one too many, two swapped, or one
 * that says something else. Found by trying each on a copy of the monitor.
 */
import { blockEvents, eventText, jobEventOf } from "./job-event.ts";
import type { Answer } from "./message.ts";
import type { Monitor, Placed } from "./monitor.ts";
import type { Oddity } from "./world.ts";

/** Job events before the place at which a change is tried. */
const changesBack = 6;
/** Jobs that are spoken of near the place, and are tried. */
const jobsMax = 4;

export interface Explained {
  /** What would have been legal, likeliest first. */
  readonly expected: readonly string[];
  /** The smallest change that makes it right; undefined when there is none. */
  readonly nearest?: string;
}

interface Edit {
  readonly text: string;
  /** Less is nearer. */
  readonly cost: number;
  readonly messages: readonly Placed[];
}

/** `past`: all up to the odd message; `ahead`: some that follow. */
export function explain(
  base: Monitor,
  past: readonly Placed[],
  ahead: readonly Placed[],
  { line, expected }: Oddity,
): Explained {
  const at = past.findIndex((placed) => placed.line === line);
  if (at === -1) return { expected: expected ?? [] };
  const all = [...past, ...ahead];
  const first = firstTried(past, at);
  const start = base.clone();
  for (const placed of past.slice(0, first)) start.take(placed);
  const tail = all.slice(first);
  const jobs = jobsNear(tail, at - first);
  const isReply = past[at]?.message.kind === "reply";
  const legal = expected ?? (isReply ? [] : legalAt(start, tail.slice(0, at - first), jobs, line));
  const best = bestOf(
    start,
    [...editsOf(tail, at - first, jobs), ...answersOf(tail, at - first, legal)],
    ahead.length,
  );
  return { expected: legal, ...(best && { nearest: best.text }) };
}

/** The index of the first message that may be changed. */
function firstTried(past: readonly Placed[], at: number): number {
  let left = changesBack;
  let first = at;
  while (first > 0 && left > 0) {
    first -= 1;
    if (jobOf(past[first]) !== undefined) left -= 1;
  }
  return first;
}

function jobOf(placed: Placed | undefined): string | undefined {
  return placed?.message.kind === "event" ? jobEventOf(placed.message)?.job : undefined;
}

/** The jobs spoken of around a place, nearest first. */
function jobsNear(messages: readonly Placed[], at: number): readonly string[] {
  const order = [...messages.keys()].toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at));
  const jobs = order.flatMap((index) => jobOf(messages[index]) ?? []);
  return [...new Set(jobs)].slice(0, jobsMax);
}

/** BLOCK_JOB_COMPLETED of a job that failed. */
const failure = "BLOCK_JOB_COMPLETED with an error";

/** What is tried, likeliest first. */
const events: readonly string[] = [
  "running",
  "ready",
  "waiting",
  "pending",
  ...blockEvents.filter((name) => name !== "BLOCK_JOB_ERROR"),
  failure,
  "concluded",
  "null",
  "aborting",
  "paused",
  "standby",
  "created",
];

function eventOf(job: string, what: string, line: number): Placed {
  const [name = "", ...failed] = what.split(" ");
  const isStatus = !name.startsWith("BLOCK_JOB");
  const data = { device: job, ...(failed.length > 0 && { error: "" }) };
  const message = isStatus
    ? { name: "JOB_STATUS_CHANGE", data: { id: job, status: what } }
    : { name, data };
  return { line, message: { kind: "event", ...message } };
}

/** The events that could come instead, those of the nearest job first. */
function legalAt(
  start: Monitor,
  before: readonly Placed[],
  jobs: readonly string[],
  line: number,
): readonly string[] {
  const here = start.clone();
  for (const placed of before) here.take(placed);
  const [job] = jobs;
  if (job === undefined) return [];
  const legal = (each: string): readonly string[] =>
    events
      .filter((what) => isTaken(here, eventOf(each, what, line)))
      .map((what) => eventText(each, what));
  const own = legal(job);
  if (own.length > 0) return own;
  return jobs
    .slice(1)
    .flatMap((each) => legal(each).filter((text) => !text.startsWith("'created'")));
}

function isTaken(monitor: Monitor, placed: Placed): boolean {
  const trial = monitor.clone();
  return trial.take(placed) === undefined && trial.suspicion === undefined;
}

function* editsOf(tail: readonly Placed[], at: number, jobs: readonly string[]): Generator<Edit> {
  for (let index = at; index >= 0; index -= 1) {
    const placed = tail[index];
    if (placed === undefined) continue;
    const far = (at - index) / 100;
    const { line } = placed;
    for (const [rank, job] of jobs.entries()) {
      for (const what of events) {
        const messages = tail.toSpliced(index, 0, eventOf(job, what, line));
        const text = `one missing ${eventText(job, what)} before line ${line}`;
        yield { text, cost: 1 + far + rank / 1_000, messages };
      }
    }
    if (jobOf(placed) === undefined) continue;
    yield {
      text: `line ${line} is one too many`,
      cost: 1.2 + far,
      messages: tail.toSpliced(index, 1),
    };
    yield* swapsOf(tail, index, 1.1 + far);
    yield* changesOf(tail, index, 1.3 + far);
  }
}

/** With the next job event, and with the one before. */
function* swapsOf(tail: readonly Placed[], index: number, cost: number): Generator<Edit> {
  const other = tail.findIndex((each, at) => at > index && jobOf(each) !== undefined);
  const [a, b] = [tail[index], tail[other]];
  if (a === undefined || b === undefined) return;
  const messages = tail.with(index, b).with(other, a);
  yield { text: `lines ${a.line} and ${b.line} are swapped`, cost, messages };
}

function* changesOf(tail: readonly Placed[], index: number, cost: number): Generator<Edit> {
  const placed = tail[index];
  const job = jobOf(placed);
  if (placed === undefined || job === undefined) return;
  for (const what of events) {
    const messages = tail.with(index, eventOf(job, what, placed.line));
    yield { text: `line ${placed.line} should be ${eventText(job, what)}`, cost, messages };
  }
}

/** With another answer, where the odd message is a reply. */
function* answersOf(
  tail: readonly Placed[],
  at: number,
  expected: readonly string[],
): Generator<Edit> {
  const placed = tail[at];
  if (placed?.message.kind !== "reply") return;
  for (const text of expected) {
    const [, kind = "", desc = ""] = /^(\w+): (.*)$/s.exec(text) ?? [];
    const answer: Answer = kind === "" ? { value: {} } : { class: kind, text: desc };
    const messages = tail.with(at, { ...placed, message: { ...placed.message, answer } });
    yield { text: `line ${placed.line} should be ${text}`, cost: 0.9, messages };
  }
}

/**
 * The edit after which the log goes on longest, and of these the cheapest; undefined when none
 * leads past the place, with `ahead` messages behind it.
 */
function bestOf(start: Monitor, edits: Iterable<Edit>, ahead: number): Edit | undefined {
  let best: { readonly edit: Edit; readonly left: number } | undefined;
  for (const edit of edits) {
    const left = leftAfter(start, edit.messages);
    if (left > 0 && left >= ahead) continue;
    const isBetter =
      best === undefined || left < best.left || (left === best.left && edit.cost < best.edit.cost);
    if (isBetter) best = { edit, left };
  }
  return best?.edit;
}

/** How many messages are left when the next odd one comes. */
function leftAfter(start: Monitor, messages: readonly Placed[]): number {
  const trial = start.clone();
  for (const [index, placed] of messages.entries()) {
    if (trial.take(placed) !== undefined || trial.suspicion !== undefined) {
      return messages.length - index;
    }
  }
  return 0;
}
