/**
 * A reporter: how a command that runs jobs tells what becomes of them. Bars on a terminal, plain
 * lines in a pipe, JSON lines for scripts.
 */
import type { Call } from "./call.ts";
import type { HeardOutput } from "./heard-output.ts";
import type { Members } from "./members.ts";
import type { HistoryEvent } from "../projections/history.ts";

export interface Reporter {
  /** How often `tick` wants to be called. */
  readonly everyMs: number;
  /** Something happened; the members stand as it left them. */
  event(event: HistoryEvent): void;
  /** Time has passed. */
  tick(): void;
  /** Says something that is no event: what a signal did, for instance. */
  say(text: string): void;
  /** All members have ended, or this process leaves them. */
  end(): void;
}

export interface Reporting {
  readonly call: Call;
  readonly members: Members;
  /** The name of this process's own worker. */
  readonly worker: string;
  /** Somebody else says which command would let a member go on. */
  readonly isGuided: boolean;
  /** What the jobs say meanwhile; scripts are not told, they ask `logs`. */
  readonly heard: HeardOutput;
}
