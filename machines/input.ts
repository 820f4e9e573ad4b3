/**
 * The inputs of `decide`: what a client asks (verbs), what a worker says (reports), and what the
 * system notices (create, lost, timer, void). Clock readings and ids are part of the input; there
 * is no other source of either.
 */
import type { Json, JsonObject } from "./json.ts";
import type {
  BusyPolicy,
  Claim,
  ErrorPolicy,
  Progress,
  Resource,
  Retry,
  Shape,
  StepName,
} from "./record.ts";
import type { Tags } from "./tags.ts";

/** Who asks, when, and with which id: the same id again is the same request again. */
export interface Asked {
  /** The command's id, at most 128 characters. */
  readonly id: string;
  /** user@host, worker/NAME, or the authenticated identity. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly note?: string;
  /** The trace that it is part of: W3C Trace Context, well-formed. */
  readonly traceparent?: string;
}

/** A job as it is to be created: everything decided but its status. */
export interface Draft {
  readonly id: string;
  readonly uid: string;
  readonly type: string;
  readonly args: JsonObject;
  readonly shape: Shape;
  readonly autoFinalize?: boolean;
  readonly autoDismiss?: boolean;
  readonly held?: boolean;
  readonly speed?: number;
  readonly onError?: ErrorPolicy;
  readonly retry?: Retry;
  readonly notBefore?: number;
  readonly timeoutMs?: number;
  readonly deadline?: number;
  readonly resources?: readonly Resource[];
  readonly onBusy?: BusyPolicy;
  readonly priority?: number;
  readonly stallMs?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly require?: Tags;
}

export interface Create {
  readonly verb: "create";
  readonly name?: string;
  readonly completion: "grouped" | "individual";
  readonly jobs: readonly Draft[];
  /** Who starts the jobs in the same commit. */
  readonly claim?: Claim;
}

/**
 * Fences whoever was to write the group's next commit, and may be dead: a creator, whose group shall
 * never be, or somebody who claims. Of a group that exists nothing changes but its rev.
 */
export interface VoidGroup {
  readonly verb: "void";
}

/** Leaves a summary of a group that has come to its end; what was before it may then be removed. */
export interface PruneGroup {
  readonly verb: "prune";
}

export type VerbInput = { readonly uid: string } & (
  | {
      readonly verb: "start" | "pause" | "resume" | "complete" | "finalize" | "dismiss" | "abandon";
    }
  | { readonly verb: "cancel"; readonly soft?: boolean }
  | { readonly verb: "set-speed"; readonly speed: number }
  | { readonly verb: "change"; readonly change: JsonObject }
);

/** What a worker says of a job that it holds, and where the work stands. */
export type Report = {
  readonly uid: string;
  readonly epoch: number;
  readonly progress?: Progress;
  /** The last checkpoint. */
  readonly cursor?: Json;
} & (
  | {
      readonly verb:
        | "progress"
        | "paused"
        | "resumed"
        | "ready"
        | "committed"
        | "aborted"
        | "cleaned"
        | "released";
    }
  | { readonly verb: "finished"; readonly result?: Json }
  | { readonly verb: "prepared"; readonly prepared?: Json }
  | {
      readonly verb: "failed";
      readonly error: string;
      readonly retryable?: boolean;
      readonly cancelled?: boolean;
    }
  | {
      readonly verb: "io-error";
      readonly error: string;
      readonly operation: "read" | "write";
      readonly nospace: boolean;
    }
  | { readonly verb: "step-failed"; readonly step: StepName; readonly error: string }
);

/** A worker takes a job, or the next step of one. `cursor` is the predecessor's last checkpoint. */
export interface ClaimInput {
  readonly verb: "claimed";
  readonly uid: string;
  /** The epoch that the claim begins: one more than the last. */
  readonly epoch: number;
  readonly claim: Claim;
  readonly cursor?: Json;
  readonly progress?: Progress;
}

type SystemInput =
  | { readonly verb: "lost"; readonly uid: string; readonly epoch: number }
  | { readonly verb: "timer"; readonly uid: string; readonly timer: "timeout" | "deadline" };

/** What is said to one job; the others are said to a group. */
export type JobInput = VerbInput | Report | ClaimInput | SystemInput;
export type Input = Asked & (JobInput | Create | VoidGroup | PruneGroup);

/** What the lifecycle says to its own jobs while one input is worked off. */
export type Inner =
  | { readonly verb: "create.job"; readonly draft: Draft; readonly group: JobGroup }
  | { readonly verb: "create.undo" }
  | { readonly verb: "group.converge" }
  | { readonly verb: "group.abort"; readonly cause: string | null; readonly text: string }
  | { readonly verb: "give-up"; readonly error: string | null }
  | { readonly verb: "settle" }
  | { readonly verb: "auto-dismiss" };

export interface JobGroup {
  readonly name: string | null;
  readonly completion: "grouped" | "individual";
  readonly by: string;
}

/** Every word that a job machine hears. */
export type JobEvent = Omit<Asked, "id" | "by"> & (JobInput | Inner);

type Named<E, V> = E extends { readonly verb: infer W }
  ? V extends W
    ? E & { readonly verb: V }
    : never
  : never;

/** The event of that word. */
export type EventOf<V extends JobEvent["verb"]> = Named<JobEvent, V>;
