/** A row: what query-jobs or query-block-jobs shows of one job. */
import { isJobStatus, type JobStatus } from "./job-event.ts";
import { isFields } from "./message.ts";

export type QueryOf = "jobs" | "block-jobs";

export interface Row {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  readonly error?: string;
  readonly current?: number;
  readonly isReady?: boolean;
  readonly isPaused?: boolean;
  readonly isAutoFinalized?: boolean;
  readonly isAutoDismissed?: boolean;
}

/** The rows of an answer; undefined when it is no list of jobs. */
export function rowsOf(value: unknown): readonly Row[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = (value as readonly unknown[]).map(rowOf);
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

/** Which query lists such rows; undefined where they do not say. */
export function queryOf(value: unknown): QueryOf | undefined {
  const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!isFields(first)) return undefined;
  if ("current-progress" in first) return "jobs";
  return "auto-dismiss" in first ? "block-jobs" : undefined;
}

function rowOf(value: unknown): Row | undefined {
  if (!isFields(value)) return undefined;
  const { id = value["device"], type, status, error, ready, paused } = value;
  const current = value["current-progress"] ?? value["offset"];
  const [finalize, dismiss] = [value["auto-finalize"], value["auto-dismiss"]];
  if (typeof id !== "string" || typeof type !== "string" || !isJobStatus(status)) return undefined;
  return {
    id,
    type,
    status,
    ...(typeof error === "string" && { error }),
    ...(typeof current === "number" && { current }),
    ...(typeof ready === "boolean" && { isReady: ready }),
    ...(typeof paused === "boolean" && { isPaused: paused }),
    ...(typeof finalize === "boolean" && { isAutoFinalized: finalize }),
    ...(typeof dismiss === "boolean" && { isAutoDismissed: dismiss }),
  };
}
