/**
 * Moves, read against the state of the moment: whatever the numbers, what comes of them is an
 * input that somebody could really send, timely or late, of this epoch or of one that is over.
 */
import { stepOf } from "../../machines/duty.ts";
import type { Input, JobInput } from "../../machines/input.ts";
import type { Group, Job } from "../../machines/record.ts";
import { verbNames } from "../../machines/status.ts";
import { draftOf, firstWorker, usualInput } from "../../machines/story.ts";
import type { Move, Plan } from "./arbitraries.ts";
import { fairInput } from "./fair.ts";

/** What a worker says of a job that it holds. */
export const reportNames = [
  "progress",
  "paused",
  "resumed",
  "ready",
  "finished",
  "failed",
  "io-error",
  "prepared",
  "committed",
  "aborted",
  "cleaned",
  "step-failed",
  "released",
] as const;

/** Progress thrice: the others mean more once there was some. */
const reports = ["progress", "progress", ...reportNames] as const;

const hosts = ["h1", "h1", "h1", "h2"] as const;

function pick<T>(list: readonly T[], index: number): T {
  const picked = list[index % list.length];
  if (picked === undefined) throw new Error("nothing to pick from");
  return picked;
}

/** What a plan begins with. */
export function firstInputs(
  { members, completion, isClaimed, isVoided }: Plan,
  at: number,
): readonly Input[] {
  const asked = { by: "user@host", at };
  const jobs = members.map((member, index) => draftOf(member, index + 1));
  const claim = isClaimed ? { claim: firstWorker } : {};
  const create: Input = { id: "c0", verb: "create", completion, jobs, ...claim, ...asked };
  return isVoided ? [{ id: "void", verb: "void", ...asked }, create] : [create];
}

/** The move's input; undefined when there is nobody whom it could be about. */
export function inputOf(
  move: Move,
  { group, at, past }: { group: Group; at: number; past: readonly Input[] },
): Input | undefined {
  const { kind, who, what } = move;
  const asked = { id: `c${past.length + 1}`, by: "user@host", at };
  if (kind === "repeat") {
    return past.length === 0 ? undefined : { ...pick(past.toReversed(), what), at };
  }
  if (group.jobs.length === 0) return undefined;
  if (kind === "fair") return fairly(group, who, asked);
  const job = pick(group.jobs, who);
  if (kind === "verb") return { ...asked, ...verbInput(job, move) };
  return { ...asked, ...(kind === "report" ? reportInput(job, move) : systemInput(job, move)) };
}

/** The first job from `who` on that something can be said of. */
function fairly({ jobs }: Group, who: number, asked: Pick<Input, "id" | "by" | "at">) {
  const first = who % jobs.length;
  for (const job of [...jobs.slice(first), ...jobs.slice(0, first)]) {
    const fair = fairInput(job, asked.at);
    if (fair !== undefined) return { ...asked, at: fair.at, ...fair.said };
  }
  return undefined;
}

function verbInput(job: Job, { what, odd }: Move): JobInput {
  const verb = pick(verbNames, what);
  const more: Partial<Record<typeof verb, object>> = {
    cancel: odd < 6 ? { soft: true } : {},
    "set-speed": { speed: odd - 1 },
    change: { change: { mode: odd } },
  };
  return { ...usualInput(job, verb), ...more[verb] };
}

function reportInput(job: Job, { what, odd }: Move): JobInput {
  const verb = pick(reports, what);
  const { current } = job.progress;
  const progress = { current: Math.max(0, current + (odd % 5) - 1), total: 100 };
  const more: Partial<Record<typeof verb, object>> = {
    progress: odd % 3 === 0 ? { progress, cursor: { odd } } : { progress },
    finished: { result: { odd }, progress },
    failed: { error: `failure ${odd}`, retryable: odd % 3 !== 0, cancelled: odd % 4 === 1 },
    "io-error": { nospace: odd % 2 === 0 },
    prepared: { prepared: { odd } },
    "step-failed": { step: stepOf(job) ?? "clean" },
    released: odd % 2 === 0 ? { cursor: { odd } } : {},
  };
  const epoch = odd === 0 ? Math.max(0, job.epoch - 1) : job.epoch;
  return { ...usualInput(job, verb), ...more[verb], epoch } as JobInput;
}

function systemInput(job: Job, { what, odd }: Move): JobInput {
  const { uid } = job;
  if (what < 8) return { verb: "lost", uid, epoch: odd === 0 ? job.epoch - 1 : job.epoch };
  if (what < 12) return { verb: "timer", uid, timer: odd % 2 === 0 ? "timeout" : "deadline" };
  const claim = { session: `s${odd}`, worker: "w2", host: pick(hosts, odd) };
  const epoch = odd === 0 ? job.epoch : job.epoch + 1;
  const cursor = odd % 2 === 0 ? {} : { cursor: { odd }, progress: { current: odd, total: 100 } };
  return { verb: "claimed", uid, epoch, claim, ...cursor };
}
