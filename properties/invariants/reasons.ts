/**
 * What must be so before anything is taken, in the order in which it is asked, each with the name
 * of the guard that says no: the rules said again from DESIGN.md and QEMU's sources, in other
 * words than machines/ says them, and without its functions. V1, V2 and V3 hold the lifecycle
 * against it: it takes what it must, refuses what it must, and names the first reason.
 */
import type { Create, Input, JobInput } from "../../machines/input.ts";
import type { Group, Job } from "../../machines/record.ts";
import { admits, isVerb } from "../../machines/status.ts";
import { active, dueStep, needOf, parked, wantsPause, working } from "./need.ts";

/** A guard, and whether what it asks is so. */
export type Reason = readonly [guard: string, isSo: boolean];

/** Before its creation and after its end there is no job to speak of. */
export const nowhere: readonly string[] = ["undefined", "null"];

/** Everything that must be so for this input to be taken. */
export function reasonsFor(group: Group, input: Input): readonly Reason[] {
  const { jobs, voided } = group;
  const isPruned = group.pruned !== undefined;
  if (input.verb === "void") {
    const hasEnded = jobs.length > 0 && jobs.every(({ status }) => status === "null");
    return [["open", !voided && !isPruned && !hasEnded]];
  }
  if (input.verb === "prune") {
    return [
      ["pruned", !isPruned],
      ["exists", voided || jobs.length > 0],
      ["dismissed", jobs.every(({ status }) => status === "null")],
    ];
  }
  if (input.verb === "create") return creation(group, input);
  const job = jobs.find(({ uid }) => uid === input.uid);
  if (job === undefined || nowhere.includes(job.status)) return [["exists", false]];
  const { verb } = input;
  if (verb === "claimed") return claim(job, input);
  if (verb === "timer") return timer(job, input);
  if (isVerb(verb)) return asked(job, input);
  const isCurrent = job.claim !== null && job.epoch === (input as { epoch?: number }).epoch;
  return [["epoch", isCurrent], ...reported(job, input)];
}

function creation({ voided, jobs: before, pruned }: Group, { jobs }: Create): readonly Reason[] {
  return [
    ["void", !voided],
    ["pruned", pruned === undefined],
    ["empty", before.length === 0],
    ["group-size", jobs.length >= 1 && jobs.length <= 256],
    ...jobs.flatMap(({ id }, index): readonly Reason[] => [
      ["job-id", /^[a-z]/i.test(id) && !/[^\w.-]/.test(id) && id.length <= 512],
      ["id-free", jobs.findIndex((other) => other.id === id) === index],
    ]),
    ...jobs.map(({ speed }): Reason => ["speed", isSpeed(speed ?? 0)]),
  ];
}

function isSpeed(speed: number): boolean {
  return speed === Math.abs(Math.trunc(speed)) && speed < 2 ** 53;
}

/** QEMU looks at the pause before the table when it resumes, and when it cancels softly. */
function asked(job: Job, input: JobInput): readonly Reason[] {
  const { verb } = input;
  const table: Reason = ["table", isVerb(verb) && admits(job.status, verb)];
  switch (verb) {
    case "start":
      return [table, ["held", job.held]];
    case "pause":
      return [table, ["not-paused", !job.userPaused]];
    case "resume":
      return [["user-paused", job.userPaused], table];
    case "cancel": {
      const isAskedWhilePaused = input.soft === true && job.userPaused;
      return [
        ["not-paused-or-force", !isAskedWhilePaused],
        table,
        ["uncommitted", job.decision !== "commit"],
      ];
    }
    case "complete": {
      const isCompletable = job.shape.can.includes("ready");
      return [table, ["not-cancelled", job.cancel === "no"], ["completable", isCompletable]];
    }
    case "finalize":
      return [table, ["not-finalizing", !job.finalizing]];
    case "set-speed":
      return [table, ["speed", isSpeed(input.speed)]];
    case "change":
      return [table, ["changeable", job.shape.can.includes("change")]];
    case "abandon": {
      const isStuck = job.stuck !== null || job.claim === null;
      return [
        table,
        ["decided", job.decision !== "none" && dueStep(job) !== null],
        ["stuck", isStuck],
      ];
    }
    default:
      return [table];
  }
}

/** Of a report whose epoch is current. */
function reported(job: Job, input: JobInput): readonly Reason[] {
  const isActive = active.includes(job.status);
  switch (input.verb) {
    case "progress":
      return [
        ["early", isActive],
        ["monotonic", (input.progress?.current ?? -1) >= job.progress.current],
      ];
    case "paused":
      return [
        ["early", isActive],
        ["asked", wantsPause(job)],
      ];
    case "resumed":
      return [
        ["early", parked.includes(job.status)],
        ["asked", !wantsPause(job)],
      ];
    case "ready":
      return [
        ["early", job.status === "running"],
        ["declared", job.shape.can.includes("ready")],
      ];
    case "finished":
    case "io-error":
      return [["early", isActive]];
    case "failed":
      return [["early", working.includes(job.status) || dueStep(job) === "prepare"]];
    case "prepared":
      return [["early", dueStep(job) === "prepare"]];
    case "committed":
      return [["early", dueStep(job) === "commit"]];
    case "aborted":
      return [["early", dueStep(job) === "abort"]];
    case "cleaned":
      return [["early", dueStep(job) === "clean"]];
    case "step-failed":
      return [["early", input.step !== "prepare" && dueStep(job) === input.step]];
    default:
      return [];
  }
}

function claim(job: Job, { epoch, claim, at }: Extract<Input, { verb: "claimed" }>) {
  const need = needOf(job);
  return [
    ["offered", need !== undefined],
    ["next-epoch", epoch === job.epoch + 1],
    ["due", at >= (need?.dueAt ?? 0)],
    ["host", need?.host === undefined || need.host === claim.host],
  ] satisfies readonly Reason[];
}

function timer(job: Job, { timer, at }: Extract<Input, { verb: "timer" }>): readonly Reason[] {
  const { status, deadline, timeoutMs, activeSince, activeMs } = job;
  const isOpen = ["created", ...working, "waiting", "pending"].includes(status);
  const isLate = deadline !== null && at >= deadline;
  const isLong =
    timeoutMs !== null &&
    activeSince !== null &&
    at >= activeSince &&
    activeMs + at - activeSince >= timeoutMs;
  return [
    ["early", isOpen],
    ["uncommitted", job.decision !== "commit"],
    ["not-cancelled", job.cancel !== "force"],
    ["due", timer === "deadline" ? isLate : isLong],
  ];
}
