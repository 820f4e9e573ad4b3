/**
 * The record: what is known of a group and its jobs, as plain data. lifecycle.ts says what changes
 * it, evolve.ts writes the change down.
 */
import type { Json, JsonObject } from "./json.ts";
import type { Status } from "./status.ts";
import type { Tags } from "./tags.ts";

/** What a driver can do, as far as the lifecycle must know. Absent means it has no such callback. */
export const capabilities = [
  "ready",
  "soft-cancel",
  "change",
  "prepare",
  "commit",
  "abort",
  "clean",
] as const;
export type Capability = (typeof capabilities)[number];

export interface Shape {
  readonly can: readonly Capability[];
  readonly place: "anywhere" | "host";
  /** What becomes of the run when its worker is lost. */
  readonly recover: "resume" | "restart" | "fail";
}

export const errorPolicies = ["report", "ignore", "stop", "enospc", "auto"] as const;
export type ErrorPolicy = (typeof errorPolicies)[number];

export interface Retry {
  /** Runs in all, the first included. */
  readonly attempts: number;
  /** The wait before the second run; doubles up to `maxMs`. */
  readonly backoffMs: number;
  readonly maxMs: number;
}

export interface Resource {
  readonly name: string;
  /** Held beside any number of others that share it. */
  readonly shared: boolean;
  /** How many may hold it at once, this one and who shares it among them. Absent: this one alone. */
  readonly limit?: number;
}

/** What becomes of a job whose resource is held: it is refused, or waits to be claimed. */
export const busyPolicies = ["refuse", "wait"] as const;
export type BusyPolicy = (typeof busyPolicies)[number];

export interface Claim {
  readonly session: string;
  readonly worker: string;
  readonly host: string;
}

export interface Progress {
  readonly current: number;
  readonly total: number;
}

/** A finishing step that keeps failing, or whose last try failed. */
export interface Stuck {
  readonly step: StepName;
  readonly error: string;
  readonly tries: number;
  /** When the next try is due, milliseconds since 1970. */
  readonly retryAt: number;
}

export type StepName = "prepare" | "commit" | "abort" | "clean";
export type Outcome = "success" | "failed" | "cancelled";

/** One job. Times are milliseconds since 1970. */
export interface Job {
  readonly id: string;
  readonly uid: string;
  readonly type: string;
  readonly args: JsonObject;
  /** The group's name, null for none. */
  readonly group: string | null;
  readonly completion: "grouped" | "individual";
  readonly shape: Shape;
  readonly autoFinalize: boolean;
  readonly autoDismiss: boolean;
  /** Waits for `start`. */
  readonly held: boolean;
  /** Units a second, 0 = unlimited. */
  readonly speed: number;
  readonly onError: ErrorPolicy;
  readonly retry: Retry;
  readonly notBefore: number | null;
  readonly timeoutMs: number | null;
  readonly deadline: number | null;
  readonly resources: readonly Resource[];
  readonly onBusy: BusyPolicy;
  /** Of the jobs that wait for a worker those with the higher number go first: -9 to 9. */
  readonly priority: number;
  /** Working without progress for longer, it counts as stalled; null: as the view has it. */
  readonly stallMs: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What every worker that claims it must have. */
  readonly require: Tags;
  readonly note: string | null;
  readonly by: string;
  /** The trace that its creation is part of. */
  readonly traceparent: string | null;

  readonly status: Status;
  readonly userPaused: boolean;
  readonly ioStatus: "ok" | "failed" | "nospace";
  readonly cancel: "no" | "soft" | "force";
  /** What the outcome will say of a forced cancel. */
  readonly cancelText: string | null;
  /** The uid of the member whose end stopped this one. */
  readonly cancelledBy: string | null;
  readonly completing: boolean;
  /** What `change` has set so far. */
  readonly changed: JsonObject;

  /** How often the job was claimed; the current claim's number. 0: never. */
  readonly epoch: number;
  /** Who runs it now; null while nobody does. */
  readonly claim: Claim | null;
  /** Where it was first claimed. */
  readonly host: string | null;
  readonly attempt: number;
  /** Workers lost in a row without a new checkpoint. */
  readonly losses: number;
  /** The next attempt is not before this. */
  readonly retryAt: number | null;
  readonly lastError: string | null;
  readonly cursor: Json;
  readonly progress: Progress;

  readonly result: Json;
  readonly error: string | null;
  readonly outcome: Outcome | null;
  /** Finalization was asked for, by a user or by every member being automatic. */
  readonly finalizing: boolean;
  /** The epoch whose prepare succeeded. */
  readonly vote: number | null;
  readonly prepared: Json;
  readonly decision: "none" | "commit" | "abort";
  /** What of {commit | abort}, clean is acknowledged. */
  readonly done: "nothing" | "acted" | "cleaned";
  readonly stuck: Stuck | null;
  /** What `abandon` left undone. */
  readonly damage: string | null;

  readonly createdAt: number;
  readonly startedAt: number | null;
  /** Since when it is running or ready; null while it is not. */
  readonly activeSince: number | null;
  /** Time spent running or ready before that. */
  readonly activeMs: number;
  readonly endedAt: number | null;
}

/** One group: a lone job is a group of one. `jobs` are in order of creation, oldest first. */
export interface Group {
  readonly gid: string;
  /** A dead creator was fenced off: nothing is ever created here. */
  readonly voided: boolean;
  readonly jobs: readonly Job[];
  /** Its jobs are history, and so are they no longer: this is what is left of them. */
  readonly pruned?: Pruned;
}

/** What is kept of a group whose commits were removed. */
export interface Pruned {
  /** When, milliseconds since 1970. */
  readonly at: number;
  /** In order of creation; none of a group that was given up before it began. */
  readonly jobs: readonly PrunedJob[];
}

export interface PrunedJob {
  readonly id: string;
  readonly uid: string;
  readonly type: string;
  /** Null when it never came to its end: a creation that was undone at once. */
  readonly outcome: Outcome | null;
  /** Its beginning, where it is long; absent after success. */
  readonly error?: string;
  readonly attempt: number;
  /** Time spent running or ready. */
  readonly activeMs: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export function emptyGroup(gid: string): Group {
  return { gid, voided: false, jobs: [] };
}

/** A job of which nothing is known yet; what `created` does not say is as it stands here. */
export const blankJob: Job = {
  id: "",
  uid: "",
  type: "",
  args: {},
  group: null,
  completion: "individual",
  shape: { can: [], place: "anywhere", recover: "resume" },
  autoFinalize: true,
  autoDismiss: true,
  held: false,
  speed: 0,
  onError: "report",
  retry: { attempts: 1, backoffMs: 1_000, maxMs: 60_000 },
  notBefore: null,
  timeoutMs: null,
  deadline: null,
  resources: [],
  onBusy: "refuse",
  priority: 0,
  stallMs: null,
  labels: {},
  require: {},
  note: null,
  by: "",
  traceparent: null,
  status: "undefined",
  userPaused: false,
  ioStatus: "ok",
  cancel: "no",
  cancelText: null,
  cancelledBy: null,
  completing: false,
  changed: {},
  epoch: 0,
  claim: null,
  host: null,
  attempt: 0,
  losses: 0,
  retryAt: null,
  lastError: null,
  cursor: null,
  progress: { current: 0, total: 0 },
  result: null,
  error: null,
  outcome: null,
  finalizing: false,
  vote: null,
  prepared: null,
  decision: "none",
  done: "nothing",
  stuck: null,
  damage: null,
  createdAt: 0,
  startedAt: null,
  activeSince: null,
  activeMs: 0,
  endedAt: null,
};
