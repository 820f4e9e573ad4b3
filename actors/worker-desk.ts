/**
 * The desk that a worker stands at: where it claims and reports, and keeps its checkpoints and what
 * its jobs say. In its own process, or a node's.
 */
import type { Commands } from "./commands.ts";
import type { Checkpoints } from "./cursors.ts";
import type { SessionInfo } from "./lease.ts";
import type { Outputs } from "./outputs.ts";

export interface WorkerDesk {
  readonly commands: Commands;
  readonly checkpoints: Checkpoints;
  readonly outputs: Outputs;
}

/**
 * Makes a session and the job types of its worker known. `stale` is to be called when the session
 * is of another history than the desk's.
 */
export type OpenWorkerDesk = (info: SessionInfo, stale: () => void) => Promise<WorkerDesk>;
