/**
 * The checks: what must hold before an input is taken, in the order in which QEMU asks (`job.c`,
 * `blockjob.c`), each with the text of its refusal. The statechart's guards and the refusals are
 * this one list, so that neither can say what the other does not.
 */
import { offerOf, stepOf, timersOf } from "./duty.ts";
import type { EventOf, JobEvent, VerbInput } from "./input.ts";
import type { Job } from "./record.ts";
import { jobNotFound, refusal, type Refusal } from "./refusal.ts";
import { admits, isWorking, type Status } from "./status.ts";

interface Check<I> {
  readonly guard: string;
  readonly holds: (job: Job, input: I) => boolean;
  readonly text: (job: Job, input: I) => string;
}

const table: Check<{ readonly verb: VerbInput["verb"] }> = {
  guard: "table",
  holds: (job, { verb }) => admits(job.status, verb),
  text: (job, { verb }) =>
    `Job '${job.id}' in state '${job.status}' cannot accept command verb '${verb}'`,
};

const uncommitted: Check<object> = {
  guard: "uncommitted",
  holds: (job) => job.decision !== "commit",
  text: (job) =>
    `Job '${job.id}' is committing: the decision is made and can no longer be cancelled`,
};

/** The text of QEMU's refusal to complete, whatever the reason. */
const cannotComplete = (job: Job): string => `The active block job '${job.id}' cannot be completed`;

const current: Check<{ readonly epoch: number }> = {
  guard: "epoch",
  holds: (job, { epoch }) => job.claim !== null && job.epoch === epoch,
  text: (job, { epoch }) =>
    `Job '${job.id}': epoch ${epoch} is over, ` +
    (job.claim === null ? `and nobody holds epoch ${job.epoch}` : `epoch ${job.epoch} is current`),
};

/** Refuses a report that came before, or long after, its time: it is to be sent again, or dropped. */
function early<I extends { readonly verb: string }>(
  holds: (job: Job, input: I) => boolean,
): Check<I> {
  return {
    guard: "early",
    holds,
    text: (job, { verb }) => `Job '${job.id}' in state '${job.status}' has no use for '${verb}'`,
  };
}

function from(...statuses: readonly Status[]): Check<{ readonly verb: string }> {
  return early((job) => statuses.includes(job.status));
}

const mayPark: Check<object> = {
  guard: "asked",
  holds: (job) => job.userPaused && job.cancel !== "force",
  text: (job) => `Job '${job.id}' was not asked to pause`,
};

const mayUnpark: Check<object> = {
  guard: "asked",
  holds: (job) => !job.userPaused || job.cancel === "force",
  text: (job) => `Job '${job.id}' is paused by its user`,
};

const unfinished = from("created", "running", "paused", "ready", "standby", "waiting", "pending");
const working = early((job: Job) => isWorking(job.status));

type Checks = {
  readonly [V in JobEvent["verb"]]: readonly Check<EventOf<V>>[];
};

export const checks: Checks = {
  start: [
    table,
    {
      guard: "held",
      holds: (job) => job.held,
      text: (job) => `Job '${job.id}' is not held: it starts as soon as a worker takes it`,
    },
  ],
  pause: [
    table,
    {
      guard: "not-paused",
      holds: (job) => !job.userPaused,
      text: () => "Job is already paused",
    },
  ],
  resume: [
    {
      guard: "user-paused",
      holds: (job) => job.userPaused,
      text: () => "Can't resume a job that was not paused",
    },
    table,
  ],
  cancel: [
    {
      guard: "not-paused-or-force",
      holds: (job, { soft }) => soft !== true || !job.userPaused,
      text: (job) => `The block job for device '${job.id}' is currently paused`,
    },
    table,
    uncommitted,
  ],
  complete: [
    table,
    { guard: "not-cancelled", holds: (job) => job.cancel === "no", text: cannotComplete },
    {
      guard: "completable",
      holds: (job) => job.shape.can.includes("ready"),
      text: cannotComplete,
    },
  ],
  finalize: [
    table,
    {
      guard: "not-finalizing",
      holds: (job) => !job.finalizing,
      text: (job) => `Job '${job.id}' is already being finalized`,
    },
  ],
  dismiss: [table],
  "set-speed": [
    table,
    {
      guard: "speed",
      holds: (_job, { speed }) => Number.isSafeInteger(speed) && speed >= 0,
      text: () => "Parameter 'speed' expects a non-negative value",
    },
  ],
  change: [
    table,
    {
      guard: "changeable",
      holds: (job) => job.shape.can.includes("change"),
      text: () => "Job type does not support change",
    },
  ],
  abandon: [
    table,
    {
      guard: "decided",
      holds: (job) => job.decision !== "none" && stepOf(job) !== null,
      text: (job) => `Job '${job.id}' is not committing or aborting: cancel it instead`,
    },
    {
      guard: "stuck",
      holds: (job) => job.stuck !== null || job.claim === null,
      text: (job) => `Job '${job.id}' has a worker at its step, which has not failed`,
    },
  ],

  claimed: [
    {
      guard: "offered",
      holds: (job) => offerOf(job) !== undefined,
      text: (job) => `Job '${job.id}' in state '${job.status}' needs no worker`,
    },
    {
      guard: "next-epoch",
      holds: (job, { epoch }) => epoch === job.epoch + 1,
      text: (job, { epoch }) => `Job '${job.id}': the next epoch is ${job.epoch + 1}, not ${epoch}`,
    },
    {
      guard: "due",
      holds: (job, { at }) => (offerOf(job)?.at ?? 0) <= at,
      text: (job) => `Job '${job.id}' is not due yet`,
    },
    {
      guard: "host",
      holds: (job, { claim }) => [undefined, claim.host].includes(offerOf(job)?.host),
      text: (job, { claim }) => `Job '${job.id}' belongs to host ${job.host}, not ${claim.host}`,
    },
  ],
  progress: [
    current,
    from("running", "ready"),
    {
      guard: "monotonic",
      holds: (job, { progress }) =>
        progress !== undefined && progress.current >= job.progress.current,
      text: (job) => `Job '${job.id}': progress never goes back within an epoch`,
    },
  ],
  paused: [current, from("running", "ready"), mayPark],
  resumed: [current, from("paused", "standby"), mayUnpark],
  ready: [
    current,
    from("running"),
    {
      guard: "declared",
      holds: (job) => job.shape.can.includes("ready"),
      text: (job) => `Type '${job.type}' is not declared to become ready`,
    },
  ],
  finished: [current, from("running", "ready")],
  failed: [current, early((job) => isWorking(job.status) || stepOf(job) === "prepare")],
  "io-error": [current, from("running", "ready")],
  prepared: [current, early((job) => stepOf(job) === "prepare")],
  committed: [current, early((job) => stepOf(job) === "commit")],
  aborted: [current, early((job) => stepOf(job) === "abort")],
  cleaned: [current, early((job) => stepOf(job) === "clean")],
  "step-failed": [current, early((job, { step }) => step !== "prepare" && stepOf(job) === step)],
  released: [current],
  lost: [current],
  timer: [
    unfinished,
    uncommitted,
    {
      guard: "not-cancelled",
      holds: (job) => job.cancel !== "force",
      text: (job) => `Job '${job.id}' is cancelled already`,
    },
    {
      guard: "due",
      holds: (job, { timer, at }) => isDue(job, timer, at),
      text: (job, { timer }) => `Job '${job.id}': its ${timer} is not due yet`,
    },
  ],

  "create.job": [from("undefined")],
  "create.undo": [from("created")],
  "group.converge": [from("waiting")],
  "group.abort": [unfinished],
  "give-up": [working],
  settle: [
    from("pending", "aborting"),
    early((job) => job.decision !== "none" && stepOf(job) === null),
  ],
  "auto-dismiss": [
    early((job) => job.status === "concluded" && (job.autoDismiss || job.epoch === 0)),
  ],
};

function isDue(job: Job, wanted: "timeout" | "deadline", at: number): boolean {
  return timersOf(job).some(({ timer, dueAt }) => timer === wanted && dueAt <= at);
}

function failing(job: Job, input: JobEvent): Check<JobEvent> | undefined {
  const list = checks[input.verb] as readonly Check<JobEvent>[];
  return list.find((check) => !check.holds(job, input));
}

/** Whether every check of the input holds: the guard of the statechart's transitions. */
export function isAllowed(job: Job, input: JobEvent): boolean {
  return failing(job, input) === undefined;
}

/** The refusal of the first check that fails; undefined when all hold. */
export function whyNot(job: Job, input: JobEvent): Refusal | undefined {
  if (job.status === "null" || job.status === "undefined") {
    return refusal(jobNotFound, "exists", input.verb);
  }
  const check = failing(job, input);
  return check && refusal(check.text(job, input), check.guard, input.verb, job);
}
