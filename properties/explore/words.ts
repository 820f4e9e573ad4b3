/**
 * The words: everything that can be said to a job, and whose doing it is. A report may come from
 * every epoch that ever was, and from the one to come, at any time and any number of times. That is
 * more than a network can do that delays, repeats and reorders: whatever could ever have been sent
 * stays deliverable for ever, whether it was sent or not; a lost message is one that is never said.
 *
 * `system` is what a good worker, or the clock, is bound to say next. All else that a worker may
 * say, of this epoch or of another, is a `fault`: it may come, and nothing relies on it.
 */
import { offerOf, stepOf, timersOf } from "../../machines/duty.ts";
import type { JobInput } from "../../machines/input.ts";
import type { Claim, Job } from "../../machines/record.ts";
import { isParked, isWorking, type Verb } from "../../machines/status.ts";
import { usualInput } from "../../machines/story.ts";
import type { By } from "./space.ts";

/**
 * How much is said. `core`: what is said when nothing goes amiss, and a failure. `narrow`: all that
 * does not multiply the states. `wide`: everything. `recovery`: as narrow, with checkpoints.
 */
export type Profile = "core" | "narrow" | "wide" | "recovery";

export interface Word {
  /** The verb, and what else matters of it. */
  readonly verb: JobInput["verb"];
  readonly detail?: string;
  readonly by: (job: Job) => By;
  /** Whether it makes sense to a job that stands like this; default always. */
  readonly when?: (job: Job) => boolean;
  /** What is said of the job. */
  readonly said: (job: Job) => JobInput;
  /** Said once all that the job awaits is due. */
  readonly isLate?: true;
}

export interface Vocabulary {
  readonly profile: Profile;
  /** Workers lost, or taken away, for each job. */
  readonly faults: number;
}

export function wordsOf(vocabulary: Vocabulary): readonly Word[] {
  const { profile } = vocabulary;
  const core = [...coreVerbs, ...coreReports];
  if (profile === "core") return core;
  const narrow = [
    ...core,
    ...oddVerbs,
    ...oddReports,
    ...losses(vocabulary),
    ...untimely(vocabulary),
  ];
  if (profile === "narrow") return narrow;
  return [...narrow, ...checkpoints, ...(profile === "wide" ? rareReports : [])];
}

function verb(name: Verb, more: object = {}, detail?: string): Word {
  const said = (job: Job): JobInput => ({ ...usualInput(job, name), ...more });
  return { verb: name, by: () => "user", said, ...(detail === undefined ? {} : { detail }) };
}

function report(name: JobInput["verb"], more: object = {}, detail?: string): Word {
  const said = (job: Job): JobInput => ({ ...usualInput(job, name), ...more });
  const by = (job: Job): By => (dutyOf(job) === name ? "system" : "fault");
  return { verb: name, by, said, ...(detail === undefined ? {} : { detail }) };
}

function only(when: (job: Job) => boolean, word: Word): Word {
  return { ...word, when };
}

const acks = {
  prepare: "prepared",
  commit: "committed",
  abort: "aborted",
  clean: "cleaned",
} as const;

/** What the job's worker, or one who is to take it, is bound to report next. */
function dutyOf(job: Job): JobInput["verb"] | undefined {
  if (offerOf(job) !== undefined) return "claimed";
  const isForced = job.cancel === "force";
  if (isParked(job.status)) return isForced || !job.userPaused ? "resumed" : undefined;
  if (isWorking(job.status)) {
    if (isForced) return "finished";
    if (job.userPaused) return "paused";
    if (job.status === "running") return job.shape.can.includes("ready") ? "ready" : "finished";
    return job.completing || job.cancel === "soft" ? "finished" : undefined;
  }
  const step = stepOf(job);
  return step === null ? undefined : acks[step];
}

function endsSoftly({ shape }: Job): boolean {
  return shape.can.includes("soft-cancel");
}

const cancelSoftly = verb("cancel", { soft: true }, "soft");

const coreVerbs: readonly Word[] = [
  verb("pause"),
  verb("resume"),
  verb("cancel"),
  only(endsSoftly, cancelSoftly),
  verb("complete"),
  verb("finalize"),
  verb("dismiss"),
];

const coreReports: readonly Word[] = [
  report("claimed"),
  report("paused"),
  report("resumed"),
  report("ready"),
  report("finished"),
  report("failed"),
  report("prepared"),
  report("committed"),
  report("aborted"),
  report("cleaned"),
];

const oddVerbs: readonly Word[] = [
  only((job) => !endsSoftly(job), cancelSoftly),
  verb("start"),
  verb("set-speed"),
  verb("set-speed", { speed: -1 }, "-1"),
  verb("change"),
  verb("abandon"),
];

function isAwaiting(job: Job): boolean {
  return (offerOf(job)?.at ?? 0) > 0;
}

function timer(name: "timeout" | "deadline"): readonly Word[] {
  const said = (job: Job): JobInput => ({ ...usualInput(job, "timer"), timer: name }) as JobInput;
  const word = { verb: "timer", said } as const;
  const isSet = (job: Job): boolean => timersOf(job).some((limit) => limit.timer === name);
  return [
    { ...word, detail: `${name}, not due`, by: () => "fault" },
    only(isSet, { ...word, detail: `${name}, due`, by: () => "system", isLate: true }),
  ];
}

const early = "1 epoch early";

const oddReports: readonly Word[] = [
  only(isAwaiting, { ...report("claimed", {}, "when due"), isLate: true }),
  said("claimed", "again", ({ epoch }) => ({ epoch })),
  said("claimed", early, ({ epoch }) => ({ epoch: epoch + 2 })),
  report("progress"),
  said("progress", "going back", ({ progress }) => ({
    progress: { ...progress, current: progress.current - 1 },
  })),
  report("io-error"),
  ...timer("timeout"),
  ...timer("deadline"),
];

/** What nobody relies on. */
function said(name: JobInput["verb"], detail: string, more: (job: Job) => object): Word {
  const word = report(name, {}, detail);
  const whole = (job: Job): JobInput => ({ ...usualInput(job, name), ...more(job) });
  return { ...word, by: () => "fault", said: whole };
}

const steps = ["prepare", "commit", "abort", "clean"] as const;
const stepFailures = steps.map((step) => said("step-failed", step, () => ({ step })));
const checkpoint = { cursor: 1, progress: { current: 1, total: 100 } };
const elsewhere: Claim = { session: "s2", worker: "w2", host: "h2" };

const checkpoints: readonly Word[] = [
  said("claimed", "with a checkpoint", () => checkpoint),
  said("progress", "with a checkpoint", ({ progress }) => ({
    cursor: 1,
    progress: { current: progress.current + 1, total: 100 },
  })),
];

const rareReports: readonly Word[] = [
  only(
    ({ shape, host }) => shape.place === "host" && host !== null,
    said("claimed", "on another host", () => ({ claim: elsewhere })),
  ),
  said("failed", "for now", () => ({ retryable: true })),
  said("failed", "as cancelled", () => ({ cancelled: true })),
  said("io-error", "no space", () => ({ nospace: true })),
  ...stepFailures,
];

const everyReport: readonly Word[] = [
  ...coreReports.filter(({ verb: name }) => name !== "claimed"),
  report("progress"),
  report("io-error"),
  ...stepFailures,
  report("released"),
  report("lost"),
];

/**
 * Each report from each epoch that is over, and from the one that is yet to come. A second attempt
 * is a second epoch as well.
 */
function untimely({ faults }: Vocabulary): readonly Word[] {
  const ages = [-1, ...Array.from({ length: faults + 1 }, (_, index) => index + 1)];
  return ages.flatMap((age) =>
    everyReport.map(({ verb: name, detail, said: current }) => ({
      verb: name,
      detail: [detail, ageText(age)].filter(Boolean).join(", "),
      by: () => "fault" as const,
      when: ({ epoch }) => epoch > age,
      said: (job) => ({ ...current(job), epoch: job.epoch - age }) as JobInput,
    })),
  );
}

function ageText(age: number): string {
  return age === -1 ? early : `${age} epoch${age === 1 ? "" : "s"} late`;
}

/** The worker is lost, or gives the job back, at most `faults` times. */
function losses({ faults, profile }: Vocabulary): readonly Word[] {
  const mayBe = ({ claim, epoch, attempt }: Job): boolean =>
    claim === null || epoch - Math.max(0, attempt - 1) <= faults;
  const ends = [said("lost", "", () => ({})), said("released", "", () => ({}))];
  const withCheckpoint = said("released", "with a checkpoint", () => checkpoint);
  return [...ends, ...(profile === "narrow" ? [] : [withCheckpoint])].map((word) =>
    only(mayBe, word),
  );
}
