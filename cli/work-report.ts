/** What a worker tells of its work: a line for each job that it takes, and for each that it leaves. */
import type { Job } from "../machines/record.ts";
import type { Call } from "./call.ts";
import { print, tame } from "./output.ts";

/** Hears of each job that the worker takes, and how it stood when the worker was through with it. */
export function workReporter(call: Call): (job: Job, is: "taken" | "left") => void {
  return (job, is) => {
    const what = is === "taken" ? "taken" : endOf(job);
    const { id, uid, epoch, outcome, error } = job;
    const line = call.isJson
      ? JSON.stringify({ job: id, uid, epoch, is: what, outcome, error })
      : lineOf(job, what);
    void print(line);
  };
}

function endOf({ outcome, claim }: Job): "concluded" | "given back" | "lost" {
  if (outcome !== null) return "concluded";
  return claim === null ? "given back" : "lost";
}

function lineOf({ id, epoch, outcome, error }: Job, is: string): string {
  if (is === "taken") return `${id}: taken, epoch ${epoch}`;
  if (is !== "concluded") return `${id}: ${is}`;
  return `${id}: ${outcome}${error === null ? "" : `: ${tame(error)}`}`;
}
