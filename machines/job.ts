/**
 * The job's statechart: QEMU's eleven statuses. An input moves the job along one edge, or changes
 * its data in place; either way it is recorded as exactly one fact. Nothing moves by itself: the
 * cascades over a group are driven by lifecycle.ts, so that `waiting` and `pending` are always
 * facts of their own.
 */
import { setup } from "xstate";
import { isAllowed } from "./checks.ts";
import { activeMsAt } from "./duty.ts";
import { evolveJob } from "./evolve.ts";
import type { Fact, JobPatch, Kind } from "./fact.ts";
import type { EventOf, JobEvent } from "./input.ts";
import * as patch from "./patch.ts";
import { blankJob, type Job } from "./record.ts";
import type { Status } from "./status.ts";

/** `fact` is what the last transition recorded, null before the first. */
export interface JobContext {
  readonly job: Job;
  readonly fact: Fact | null;
}

type Event = JobEvent & { readonly type: JobEvent["verb"] };
type Branch<E> = (job: Job, event: E) => boolean;
type Patch<E> = (job: Job, event: E) => JobPatch;

const chart = setup({ types: { context: {} as JobContext, events: {} as Event } });

function isActive(status: Status): boolean {
  return status === "running" || status === "ready";
}

/** The active time of a job that moves: it counts while the job is running or ready. */
function clock(job: Job, to: Status, at: number): JobPatch {
  if (isActive(job.status) === isActive(to)) return {};
  return isActive(to) ? { activeSince: at } : { activeSince: null, activeMs: activeMsAt(job, at) };
}

function record(kind: Kind, to: Status | undefined, change: Patch<Event> | undefined) {
  return chart.assign(({ context: { job }, event }) => {
    const set: JobPatch = {
      ...change?.(job, event),
      ...(to === undefined ? {} : clock(job, to, event.at)),
      ...(event.note === undefined ? {} : { note: event.note }),
    };
    const { id, uid } = event.verb === "create.job" ? event.draft : job;
    const fact: Fact = {
      job: id,
      uid,
      kind,
      ...(to === undefined ? {} : { from: job.status, to }),
      ...(Object.keys(set).length === 0 ? {} : { set }),
    };
    return { job: evolveJob(job, fact), fact };
  });
}

function allows(branch: Branch<Event> | undefined) {
  return ({ context: { job }, event }: { context: JobContext; event: Event }): boolean =>
    isAllowed(job, event) && (branch === undefined || branch(job, event));
}

/** One edge of the chart: the input moves the job to another status. */
function moves<V extends JobEvent["verb"]>(
  target: Status,
  change?: Patch<EventOf<V>>,
  branch?: Branch<EventOf<V>>,
) {
  return {
    target,
    guard: allows(branch as Branch<Event> | undefined),
    actions: record("status", target, change as Patch<Event> | undefined),
  };
}

/** The input changes the job's data and leaves its status. */
function notes<V extends JobEvent["verb"]>(
  kind: Kind,
  change?: Patch<EventOf<V>>,
  branch?: Branch<EventOf<V>>,
) {
  return {
    guard: allows(branch as Branch<Event> | undefined),
    actions: record(kind, undefined, change as Patch<Event> | undefined),
  };
}

const start = notes<"start">("wish", () => ({ held: false }));
const pause = notes<"pause">("wish", () => ({ userPaused: true }));
const resume = notes<"resume">("wish", () => ({ userPaused: false, ioStatus: "ok" }));
const complete = notes<"complete">(
  "wish",
  () => ({ completing: true }),
  (job) => !job.completing,
);
const setSpeed = notes<"set-speed">("speed", (_job, { speed }) => ({ speed }));
const change = notes<"change">("change", patch.changed);
const again = notes("noted");
const cancelAgain = notes<"cancel">("noted", undefined, (job) => job.cancel === "force");

const cancelAtOnce = moves<"cancel">("aborting", patch.cancelled);
const cancelUnpausing = notes<"cancel">(
  "wish",
  patch.unpaused,
  (job) => job.cancel === "force" && job.userPaused,
);
const cancelSoftly = notes<"cancel">("wish", () => ({ cancel: "soft" }), patch.endsSoftly);
const cancelForced = notes<"cancel">("wish", patch.forced);
const cancelWish = [cancelUnpausing, cancelAgain, cancelForced];
const cancelWhenReady = [cancelUnpausing, cancelAgain, cancelSoftly, cancelForced];
const expire = moves<"timer">("aborting", patch.cancelled);
const expireWish = notes<"timer">("wish", patch.forced);
const abort = moves<"group.abort">("aborting", patch.cancelled);
const abortWish = notes<"group.abort">("wish", patch.forced);

const claim = notes<"claimed">("claimed", patch.claimed);
const lost = notes<"lost">("lost", patch.lost);
const released = notes<"released">("released", patch.released);
const progress = notes<"progress">("noted", patch.reported);
const ioError = notes<"io-error">("error", patch.ioError);
const stepFailed = notes<"step-failed">("error", patch.stepFailed);
const retry = notes<"failed">("error", patch.retried, patch.mayRetry);
const cleaned = notes<"cleaned">("acked", () => ({ done: "cleaned", stuck: null }));
const abandon = notes<"abandon">("damage", patch.abandoned);
const settle = moves<"settle">("concluded", patch.settled);

const whileUnfinished = { lost, released };
const whileWorking = {
  ...whileUnfinished,
  pause,
  resume,
  cancel: cancelWish,
  "set-speed": setSpeed,
  change,
  claimed: claim,
  timer: expireWish,
  "group.abort": abortWish,
};
const whileActive = {
  ...whileWorking,
  progress,
  "io-error": ioError,
  finished: [
    moves<"finished">("aborting", patch.failed, (job) => job.cancel === "force"),
    moves<"finished">("waiting", patch.finished),
  ],
  failed: [retry, moves<"failed">("aborting", patch.failed)],
  "give-up": moves<"give-up">("aborting", patch.failed),
};
const whileStepping = { ...whileUnfinished, claimed: claim, "step-failed": stepFailed, cleaned };

/** A job's life. Its input is what a record says; its words are those of input.ts. */
export const jobMachine = chart.createMachine({
  id: "job",
  initial: "undefined",
  context: ({ input }) => ({ job: (input as JobContext | undefined)?.job ?? blankJob, fact: null }),
  states: {
    undefined: { on: { "create.job": moves<"create.job">("created", patch.created) } },
    created: {
      on: {
        start,
        pause,
        resume,
        cancel: cancelAtOnce,
        "set-speed": setSpeed,
        change,
        claimed: moves<"claimed">("running", patch.claimed),
        timer: expire,
        "group.abort": abort,
        "create.undo": moves<"create.undo">("null"),
      },
    },
    running: {
      on: {
        ...whileActive,
        paused: moves<"paused">("paused", patch.reported),
        ready: moves<"ready">("ready", patch.reported),
      },
    },
    paused: {
      on: {
        ...whileWorking,
        resumed: moves<"resumed">("running", patch.reported),
        failed: [retry, moves<"failed">("running", patch.reported)],
        "give-up": moves<"give-up">("running"),
      },
    },
    ready: {
      on: {
        ...whileActive,
        cancel: cancelWhenReady,
        complete: [complete, again],
        paused: moves<"paused">("standby", patch.reported),
      },
    },
    standby: {
      on: {
        ...whileWorking,
        cancel: cancelWhenReady,
        complete: [complete, again],
        resumed: moves<"resumed">("ready", patch.reported),
        failed: [retry, moves<"failed">("ready", patch.reported)],
        "give-up": moves<"give-up">("ready"),
      },
    },
    waiting: {
      on: {
        ...whileUnfinished,
        cancel: cancelAtOnce,
        timer: expire,
        "group.abort": abort,
        "group.converge": moves<"group.converge">("pending"),
      },
    },
    pending: {
      on: {
        ...whileStepping,
        cancel: cancelAtOnce,
        timer: expire,
        "group.abort": abort,
        finalize: notes<"finalize">("wish", () => ({ finalizing: true })),
        prepared: notes<"prepared">("vote", patch.prepared),
        failed: moves<"failed">("aborting", patch.failed),
        committed: notes<"committed">("acked", () => ({ done: "acted", stuck: null })),
        abandon,
        settle,
      },
    },
    aborting: {
      on: {
        ...whileStepping,
        aborted: notes<"aborted">("acked", () => ({ done: "acted", stuck: null })),
        abandon,
        settle,
      },
    },
    concluded: {
      on: {
        dismiss: moves<"dismiss">("null"),
        "auto-dismiss": moves<"auto-dismiss">("null"),
      },
    },
    null: {},
  },
});
