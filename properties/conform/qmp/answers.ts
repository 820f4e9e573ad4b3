/**
 * The answers of QEMU to a verb, in each state of the job: asked in the order in which QEMU asks
 * (`job-qmp.c`, `blockdev.c`, `job.c`), with the exact texts, and what the verb leaves behind.
 */
import type { VerbRequest } from "./request.ts";
import { stateOf, type State } from "./state.ts";
import { admitsVerb, blockTypes, readyTypes, type QmpVerb } from "./tables.ts";

/** What the log has told of the job, as far as answers depend on it. */
export interface Target {
  readonly type?: string;
  readonly mayFailToComplete?: boolean;
  readonly isAutoDismissed?: boolean;
  readonly isAlone?: boolean;
}

/** What must have become of the job by the time of the answer. */
export type Due = "nothing" | "ended" | "gone";

/** One way in which a verb may go. */
export interface Way {
  /** `success`, or the error as `class: text`. */
  readonly answer: string;
  readonly due: Due;
  readonly state: State;
}

export const success = "success";
/** Any error that is not one of the texts that the tables speak of. */
export const driversOwn = "GenericError: …";

/** A question that QEMU asks: the ways that it leads to, or undefined to ask the next. */
type Question = (state: State, request: VerbRequest, target: Target) => readonly Way[] | undefined;

const table: Question = (state, { job, verb }) =>
  admitsVerb(state.status, verb)
    ? undefined
    : refuse(state, `Job '${job}' in state '${state.status}' cannot accept command verb '${verb}'`);

const questions: Readonly<Record<QmpVerb, readonly Question[]>> = {
  pause: [
    table,
    (state) => (state.isUserPaused ? refuse(state, "Job is already paused") : undefined),
    (state) => accept({ ...state, isUserPaused: true }),
  ],
  resume: [
    (state) =>
      state.isUserPaused ? undefined : refuse(state, "Can't resume a job that was not paused"),
    table,
    (state) => accept({ ...state, isUserPaused: false }),
  ],
  cancel: [
    (state, { job, isForced }) =>
      state.isUserPaused && !isForced
        ? refuse(state, `The block job for device '${job}' is currently paused`)
        : undefined,
    table,
    cancel,
  ],
  complete: [
    table,
    (state, { job }) =>
      state.cancel === "soft" || state.cancel === "force"
        ? refuse(state, `The active block job '${job}' cannot be completed`)
        : undefined,
    (state, _request, { mayFailToComplete }) => [
      ...accept(state),
      ...(mayFailToComplete === false ? [] : [way(driversOwn, state)]),
    ],
  ],
  finalize: [table, (state) => accept(state, "ended")],
  dismiss: [table, (state) => accept(state, "gone")],
  "set-speed": [
    table,
    (state, { isNegative }) =>
      isNegative ? refuse(state, "Parameter 'speed' expects a non-negative value") : accept(state),
  ],
  change: [table, change],
};

/** None where the job leaves the state in the same breath: no command is carried out in it. */
export function waysOf(state: State, request: VerbRequest, target: Target): readonly Way[] {
  const { status } = state;
  const { job, family } = request;
  if (status === "concluded" && target.isAutoDismissed === true) return [];
  if (status === "waiting" && target.isAlone === true) return [];
  if (family === "job") {
    return status === "null" ? refuse(state, "Job not found") : answers(state, request, target);
  }
  const { type } = target;
  const notFound = [way(`DeviceNotActive: Block job '${job}' not found`, state)];
  if (status === "null" || (type !== undefined && !blockTypes.has(type))) return notFound;
  const ways = answers(state, request, target);
  return type === undefined ? [...ways, ...notFound] : ways;
}

/** The first of the verb's questions that says how it ends. */
function answers(state: State, request: VerbRequest, target: Target): readonly Way[] {
  for (const question of questions[request.verb]) {
    const ways = question(state, request, target);
    if (ways !== undefined) return ways;
  }
  return [];
}

/** A soft request is as good as a forced one until the job is ready. */
function cancel(state: State, { isForced }: VerbRequest): readonly Way[] {
  const { status, cancel } = state;
  const due = status === "waiting" || status === "pending" ? "ended" : "nothing";
  const isReady = status === "ready" || status === "standby";
  if (isForced || !isReady) return accept({ ...state, isUserPaused: false, cancel: "force" }, due);
  if (cancel !== "no") return accept(state);
  const soft = accept({ ...state, cancel: "soft" });
  return status === "ready" ? [...soft, ...accept({ ...state, cancel: "late" })] : soft;
}

function change(
  state: State,
  { mode = "background" }: VerbRequest,
  { type }: Target,
): readonly Way[] {
  const unsupported = refuse(state, "Job type does not support change");
  if (type !== undefined && !readyTypes.has(type)) return unsupported;
  const notDone = refuse(state, `Change to copy mode '${mode}' is not implemented`);
  return [
    ...accept(state),
    ...(mode === "write-blocking" ? [] : notDone),
    ...(type === "mirror" ? [] : unsupported),
  ];
}

function way(answer: string, state: State, due: Due = "nothing"): Way {
  return { answer, due, state: stateOf(state) };
}

function accept(state: State, due?: Due): readonly Way[] {
  return [way(success, state, due)];
}

function refuse(state: State, text: string): readonly Way[] {
  return [way(`GenericError: ${text}`, state)];
}

const verbTexts =
  /cannot accept command verb|Job is already paused|Can't resume a job|is currently paused|Job not found|does not support change/;

/** A text that only a verb is refused with. */
export function isVerbText(text: string): boolean {
  return verbTexts.test(text);
}
