/**
 * Corners: every situation that a job can be in, and in each of them every word, timely and late,
 * with every invariant asked of every step; and creations at the edge of what is allowed. Chance
 * comes to most of these places; here none is left to chance.
 */
import type { Input, JobInput, PruneGroup, VoidGroup } from "../../machines/input.ts";
import { decide, type Decision } from "../../machines/lifecycle.ts";
import { blankJob, capabilities, type Group, type Job } from "../../machines/record.ts";
import { firstWorker, Story, type Member, type Step } from "../../machines/story.ts";
import { compareInnerWords, compareWithCharts } from "./chart-laws.ts";
import { plainVerbs, timers, words, type Word } from "./corner-words.ts";
import { invariants, violationsOf } from "../invariants/invariants.ts";
import type { Reach } from "./reach.ts";

/** The first story begins a second later than this. */
const start = Date.UTC(2025, 10, 20, 6);
const far = start + 1_000_000;
const all: Partial<Member> = { can: capabilities, autoFinalize: false, autoDismiss: false };
const retry = { attempts: 2, backoffMs: 8_000, maxMs: 5_000 };
const require = { gpu: "a100", disk: "ssd" };
const limits: Partial<Member> = { deadline: far, timeoutMs: 500_000 };

/** Words that say more than a verb. */
const phrases: Readonly<Record<string, readonly [JobInput["verb"], object]>> = {
  softly: ["cancel", { soft: true }],
  expired: ["timer", { timer: "deadline", at: far }],
  again: ["failed", { retryable: true }],
};

interface Situation {
  readonly a?: Partial<Member>;
  /** Another member that finishes with it. */
  readonly b?: Partial<Member>;
  /** How it comes to be: `verb ids`, told by the lifecycle or refused. */
  readonly lines: readonly string[];
}

const running = ["claimed a"];
const paused = [...running, "pause a", "paused a"];
const ready = [...running, "ready a"];
const standby = [...ready, "pause a", "paused a"];
const pending = [...running, "finished a"];
const committing = [...pending, "finalize a", "prepared a"];
const aborting = [...running, "failed a"];
/** Of whatever step is due. */
const sevenFailures = Array.from({ length: 7 }, () => "step-failed a");
const lostFourTimes = Array.from({ length: 4 }, () => ["lost a", "claimed a"]).flat();

/** What may befall any run, parked or not. */
const befallen = [running, paused, ready, standby].flatMap((lines): readonly Situation[] => [
  { lines },
  { lines: [...lines, "pause a"] },
  { lines: [...lines, "resume a"] },
  { lines: [...lines, "cancel a"] },
  { lines: [...lines, "cancel a", "pause a"] },
  { lines: [...lines, "expired a"] },
  { lines: [...lines, "expired a", "pause a"] },
  { lines: [...lines, "lost a"] },
  { a: { recover: "fail" }, lines },
  { a: { retry }, lines },
  { a: { retry }, lines: [...lines, "again a"] },
  { a: { retry }, lines: [...lines, "cancel a"] },
  { a: { retry: { ...retry, attempts: 1 } }, lines },
  { b: {}, lines: ["claimed b", ...lines, "cancel b"] },
]);

const situations: readonly Situation[] = [
  ...befallen,
  { lines: [] },
  { lines: ["pause a"] },
  { a: { held: true }, lines: [] },
  { a: { notBefore: start + 60_000 }, lines: [] },
  { a: { recover: "restart" }, lines: [...running, "progress a", "lost a"] },
  { a: { place: "host" }, lines: [...running, "progress a", "lost a"] },
  { a: { place: "host", retry }, lines: [...running, "again a"] },
  { a: { require }, lines: [] },
  { a: { require, place: "host" }, lines: [...running, "lost a"] },
  { a: { require, place: "host" }, lines: [...committing, "released a"] },
  { a: { can: [] }, lines: running },
  { lines: [...running, ...lostFourTimes] },
  { lines: [...running, ...lostFourTimes, "pause a", "paused a"] },
  { lines: [...running, ...lostFourTimes, "cancel a"] },
  { lines: [...running, "progress a", "pause a"] },
  { lines: [...running, "io-error a"] },
  { a: { onError: "stop" }, lines: running },
  { a: { onError: "stop" }, lines: [...running, "io-error a"] },
  { a: { onError: "stop" }, lines: [...running, "io-error a", "paused a"] },
  { a: { onError: "stop" }, lines: [...running, "cancel a"] },
  { a: { onError: "enospc" }, lines: running },
  { a: { onError: "auto" }, lines: running },
  { a: { onError: "ignore" }, lines: running },
  { lines: [...ready, "complete a"] },
  { lines: [...ready, "softly a"] },
  { lines: [...ready, "softly a", "lost a"] },
  { a: { can: ["ready"] }, lines: ready },
  { lines: [...standby, "complete a"] },
  { lines: [...standby, "resume a", "softly a"] },
  { b: {}, lines: ["claimed a b", "finished a"] },
  { b: {}, lines: ["claimed a b", "pause a", "finished a"] },
  { b: {}, lines: ["claimed a b", "pause b", "paused b", "finished a"] },
  { b: { can: ["prepare"] }, lines: ["claimed a b", "finished a b", "finalize b", "prepared a"] },
  { b: {}, lines: ["claimed a b", "finished a b", "finalize a", "prepared a", "lost a"] },
  { b: {}, lines: ["claimed a b", "finished a b", "finalize a", "failed b"] },
  { lines: pending },
  { lines: [...pending, "lost a"] },
  { lines: [...pending, "finalize a"] },
  { lines: [...pending, "finalize a", "released a"] },
  { a: { autoFinalize: true }, lines: running },
  { a: { autoFinalize: true, can: ["clean"] }, lines: pending },
  { lines: committing },
  { lines: [...committing, "step-failed a"] },
  { lines: [...committing, ...sevenFailures] },
  { lines: [...committing, "committed a", ...sevenFailures] },
  { lines: [...aborting, ...sevenFailures] },
  { lines: [...aborting, "aborted a", ...sevenFailures] },
  { lines: [...committing, "lost a"] },
  { a: { can: ["prepare", "commit"] }, lines: [...committing, "step-failed a"] },
  { lines: [...committing, "committed a"] },
  { lines: [...committing, "step-failed a", "committed a", "step-failed a"] },
  { a: { can: ["prepare", "commit"] }, lines: committing },
  { lines: [...committing, "committed a", "cleaned a"] },
  { lines: aborting },
  { lines: [...aborting, "step-failed a"] },
  { lines: [...aborting, "lost a"] },
  { a: { recover: "restart" }, lines: [...aborting, "lost a"] },
  { lines: [...aborting, "aborted a"] },
  { a: { can: ["abort"] }, lines: aborting },
  { lines: [...aborting, "aborted a", "cleaned a"] },
  { a: { autoDismiss: true }, lines: [...aborting, "aborted a"] },
  { lines: [...aborting, "aborted a", "cleaned a", "dismiss a"] },
];

/** Records to which no life leads, but perhaps a log that this release did not write. */
const distortions: readonly Partial<Job>[] = [
  { cancel: "force" },
  { stuck: { step: "prepare", error: "it broke", tries: 2, retryAt: start } },
];
const strangelySaid: readonly (readonly [Partial<Job>, readonly Word[]])[] = [
  [{ shape: { can: [], place: "anywhere", recover: "resume" } }, plainVerbs],
  [{ cancel: "force" }, timers],
  [{ status: "undefined" }, plainVerbs],
];

const groupSizeMax = 256;
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** Groups as they are asked for at the edge of what is allowed, and over it. */
const creations: readonly (readonly Partial<Member>[])[] = [
  [],
  Array.from({ length: groupSizeMax }, () => ({})),
  Array.from({ length: groupSizeMax + 1 }, () => ({})),
  [{ id: "a" }, { id: "a" }],
  ...["", "1a", "a b", "a/b", "é", "a".repeat(513)].map((id) => [{}, { id }]),
  ...[0, -1, 0.5, 2 ** 53, 2 ** 53 - 1].map((speed) => [{}, { speed }, {}]),
  [{ held: true }, { notBefore: start + 1_000 }, { notBefore: start + 1_001 }],
  [{ speed: undefined } as unknown as Partial<Member>],
];

/** Every creation, taken at once and not, grouped and not, into every kind of group. */
export function everyCreation(reach: Reach): void {
  const claims = [{}, { claim: firstWorker }];
  for (const members of creations) {
    const named = members.map((member, index) => Object.assign({ id: `j${index}` }, member));
    for (const claim of claims) {
      const story = new Story();
      const asked = { name: "nightly", note: "because", traceparent, ...claim };
      story.create(named, asked);
      story.create(named, { completion: "individual", ...claim });
      story.say({ verb: "void" });
      story.say({ verb: "prune" });
      judge(story.steps, reach);
    }
    const voided = new Story();
    voided.say({ verb: "prune" });
    voided.say({ verb: "void" });
    voided.create(named);
    voided.say({ verb: "void" });
    voided.say({ verb: "prune" });
    voided.say({ verb: "void" });
    voided.create(named);
    voided.say({ verb: "prune" });
    judge(voided.steps, reach);
  }
}

/** Every word in every situation, whether it makes sense there or not. */
export function everyWord(reach: Reach): void {
  for (const situation of situations) {
    const story = told(situation);
    judge(story.steps, reach);
    const { group, at } = story;
    judge([stepOf(group, at, { verb: "pause", uid: "nobody" })], reach);
    for (const job of group.jobs) compareInnerWords(job);
    for (const word of words) {
      judge([stepOf(group, at, word(story.job("a")))], reach);
    }
    const pruned = stepOf(group, at, { verb: "prune" });
    judge([pruned, stepOf(group, at, { verb: "void" })], reach);
    for (const said of [
      { verb: "prune" },
      { verb: "void" },
      { verb: "pause", uid: "a" },
    ] as const) {
      judge([stepOf(pruned.decision.next, at, said)], reach);
    }
  }
}

/** What a record by itself decides is asked of records that no life leads to as well. */
export function everyStrangeRecord(): void {
  compareInnerWords(blankJob);
  for (const situation of situations) {
    const { group, at } = told(situation);
    for (const distortion of distortions) {
      const before = distorted(group, distortion);
      const decision: Decision = { events: [{ kind: "noted" }], next: before, effects: [] };
      const input: Input = { id: "it", by: "user@host", at, verb: "void" };
      expectOf(["E2", "F10"], { before, input, decision });
    }
    for (const [distortion, words] of strangelySaid) {
      const before = distorted(group, distortion);
      for (const word of words) {
        const [job] = before.jobs;
        if (job !== undefined) expectOf(["V1", "V2", "V3"], stepOf(before, at, word(job)));
      }
    }
  }
}

function distorted({ jobs, ...group }: Group, distortion: Partial<Job>): Group {
  return { ...group, jobs: jobs.map((job) => ({ ...job, ...distortion })) };
}

function expectOf(ids: readonly string[], step: Step): void {
  for (const { id, text, broken } of invariants) {
    const [what] = ids.includes(id) ? broken({ ...step, decide }) : [];
    if (what !== undefined)
      throw new Error(`${id} ${text}: ${what}\n${JSON.stringify(step.before)}`);
  }
}

function stepOf(before: Group, at: number, said: ReturnType<Word> | PruneGroup | VoidGroup): Step {
  const input: Input = { id: "it", by: "user@host", at: at + 1_000, ...said };
  return { before, input, decision: decide(before, input) };
}

function told({ a = {}, b, lines }: Situation): Story {
  const story = new Story();
  const members = b === undefined ? [a] : [a, b];
  const named = members.map((each, index) =>
    Object.assign({ id: "ab".charAt(index) }, all, limits, each),
  );
  story.create(named);
  for (const line of lines) {
    const [verb = "", ...ids] = line.split(" ");
    const [said, more = {}] = phrases[verb] ?? [verb as JobInput["verb"]];
    for (const id of ids) story.ask(id, said, more);
  }
  return story;
}

/** Throws at the first sentence that does not hold. */
function judge(steps: readonly Step[], reach: Reach): void {
  for (const step of steps) {
    const whole = { ...step, decide };
    reach.see(whole);
    const [violation] = violationsOf(whole);
    if (violation !== undefined) {
      throw new Error(`${violation.text}\n${JSON.stringify(step.input)}`);
    }
    compareWithCharts(whole);
  }
}
