/** A stage: a group that is being run in this process, and who hears of it. */
import type { JobSystem } from "../jobchart.ts";
import type { Call } from "./call.ts";
import type { Members } from "./members.ts";
import type { Reporter } from "./reporter.ts";

export interface Stage {
  readonly call: Call;
  readonly system: JobSystem;
  readonly members: Members;
  readonly reporter: Reporter;
  /** Aborts when all members have ended, or this process leaves them. */
  readonly over: AbortSignal;
}
