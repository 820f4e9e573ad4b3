/**
 * The state of one job as far as it decides what may come: its status, and two things that no
 * event shows. Which of them may follow which is the table of transitions and the rules below.
 */
import { mayFollow, statuses, type Status } from "../../../machines/status.ts";

/**
 * How strongly a job was cancelled. `late`: softly, but its run had returned already, which drops
 * the request.
 */
export const cancels = ["no", "soft", "late", "force"] as const;
type Cancel = (typeof cancels)[number];

export interface State {
  /** `null` is also that there is no job of this id. */
  readonly status: Exclude<Status, "undefined">;
  readonly isUserPaused: boolean;
  readonly cancel: Cancel;
}

interface StateRule {
  readonly name: string;
  readonly forbids: (state: State, to: Status) => boolean;
}

const succeeds: ReadonlySet<Status> = new Set(["waiting", "pending"]);

/** What the flags forbid of what the table allows. */
export const stateRules = [
  {
    name: "a user's pause ends by resume or cancel",
    forbids: ({ status, isUserPaused, cancel }) =>
      (status === "paused" || status === "standby") && isUserPaused && cancel !== "force",
  },
  {
    name: "what is cancelled by force never parks",
    forbids: ({ cancel }, to) =>
      (cancel === "force" || cancel === "late") && (to === "paused" || to === "standby"),
  },
  {
    name: "what is cancelled by force never succeeds",
    forbids: ({ status, cancel }, to) =>
      cancel === "force" && (succeeds.has(to) || (status === "pending" && to === "concluded")),
  },
] as const satisfies readonly StateRule[];

export const tableRule = "the table of transitions";

/** Every state there is, each once, so that states are compared by identity. */
const states: readonly State[] = statuses.flatMap((status) =>
  status === "undefined"
    ? []
    : [false, true].flatMap((isUserPaused) =>
        cancels.map((cancel) => Object.freeze({ status, isUserPaused, cancel })),
      ),
);

const byKey = new Map(states.map((state) => [keyOf(state), state]));

export const allStates: readonly State[] = states.filter(
  ({ status, isUserPaused, cancel }) =>
    (status !== "null" && status !== "created") || (!isUserPaused && cancel === "no"),
);

export function stateOf(state: State): State {
  const found = byKey.get(keyOf(state));
  if (found === undefined) throw new Error(`no such state: ${keyOf(state)}`);
  return found;
}

export const gone = stateOf({ status: "null", isUserPaused: false, cancel: "no" });

function keyOf({ status, isUserPaused, cancel }: State): string {
  return `${status} ${isUserPaused} ${cancel}`;
}

/** The state after a status event; undefined when it may not come. A self-transition never does. */
export function stateAfter(state: State, to: State["status"], without?: string): State | undefined {
  const from = state.status === "null" ? "undefined" : state.status;
  if (without !== tableRule && (from === to || !mayFollow(from, to))) return undefined;
  const forbids = (rule: StateRule): boolean => rule.name !== without && rule.forbids(state, to);
  if (stateRules.some(forbids)) return undefined;
  return to === "null" ? gone : stateOf({ ...state, status: to });
}
