/**
 * The tables: which status may follow which, and which verb a status admits. QEMU 10.0's tables
 * (`job.c`: JobSTT, JobVerbTable) plus our two own verbs, `start` and `abandon`. Everything else
 * in this folder is held against this file, cell by cell. Start here.
 */

export const statuses = [
  "undefined",
  "created",
  "running",
  "paused",
  "ready",
  "standby",
  "waiting",
  "pending",
  "aborting",
  "concluded",
  "null",
] as const;
export type Status = (typeof statuses)[number];

/**
 * What may follow a status. aborting -> aborting is a re-evaluation of the outcome and is never
 * an event; `undefined` is only what a job comes from.
 */
export const transitions: Readonly<Record<Status, readonly Status[]>> = {
  undefined: ["created"],
  created: ["running", "aborting", "null"],
  running: ["paused", "ready", "waiting", "aborting"],
  paused: ["running"],
  ready: ["standby", "waiting", "aborting"],
  standby: ["ready"],
  waiting: ["pending", "aborting"],
  pending: ["aborting", "concluded"],
  aborting: ["aborting", "concluded"],
  concluded: ["null"],
  null: [],
};

const working = ["created", "running", "paused", "ready", "standby"] as const;

/** Which statuses admit a verb. A guard may still refuse it; a status not listed always does. */
export const verbs = {
  start: ["created"],
  pause: working,
  resume: working,
  cancel: [...working, "waiting", "pending"],
  complete: ["ready", "standby"],
  finalize: ["pending"],
  dismiss: ["concluded"],
  "set-speed": working,
  change: working,
  abandon: ["pending", "aborting"],
} as const satisfies Record<string, readonly Status[]>;
export type Verb = keyof typeof verbs;

export const verbNames = Object.keys(verbs) as readonly Verb[];

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}

export function admits(status: Status, verb: Verb): boolean {
  return (verbs[verb] as readonly Status[]).includes(status);
}

/** The verbs that a status admits, in the order of the table. */
export function legalVerbs(status: Status): readonly Verb[] {
  return verbNames.filter((verb) => admits(status, verb));
}

export function mayFollow(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

const completed: ReadonlySet<Status> = new Set([
  "waiting",
  "pending",
  "aborting",
  "concluded",
  "null",
]);

/** The work is done or given up: nothing brings the job back to running. */
export function isCompleted(status: Status): boolean {
  return completed.has(status);
}

/** Run is active or parked: a worker has claimed the job and its work is not over. */
export function isWorking(status: Status): boolean {
  return status !== "created" && status !== "undefined" && !completed.has(status);
}

/** Run is parked at a pause point. */
export function isParked(status: Status): boolean {
  return status === "paused" || status === "standby";
}

/** The outcome is final. */
export function isEnded(status: Status): boolean {
  return status === "concluded" || status === "null";
}
