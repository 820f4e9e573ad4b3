/**
 * Job types for fleets on trial, loaded by their workers with `--drivers`. What a driver does and
 * in which process, its `trace` file tells: `WHAT EPOCH PID` in a line.
 */
import { appendFileSync } from "node:fs";
import type { Driver, Step } from "../../jobchart.ts";

const args = {
  properties: {
    to: { type: "integer" },
    everyMs: { type: "integer" },
    trace: { type: "string" },
  },
};

function note({ args: { trace }, epoch }: Step, what: string): void {
  if (typeof trace === "string") appendFileSync(trace, `${what} ${epoch} ${process.pid}\n`);
}

/** Counts from its checkpoint up to `to`, and makes a checkpoint of each number. */
const count: Driver = {
  type: "count",
  args: { ...args, required: ["to", "everyMs"] },
  run: async (job) => {
    const [to, everyMs] = [Number(job.args["to"]), Number(job.args["everyMs"])];
    const from = Number(job.cursor ?? 0);
    note(job, `from-${from}`);
    job.signal.addEventListener("abort", () => note(job, "signalled"));
    for (let at = from + 1; at <= to; at += 1) {
      await job.sleep(everyMs);
      note(job, `did-${at}`);
      await job.checkpoint(at);
      job.progress(at, to);
    }
    return { counted: to };
  },
  prepare: async (step) => note(step, "prepare"),
  commit: async (step) => note(step, "commit"),
  abort: async (step) => note(step, "abort"),
};

/** Kills its worker, each time; not before its work item is done with, which others would wait for. */
const crash: Driver = {
  type: "crash",
  args,
  run: async (job) => {
    await job.sleep(300);
    note(job, "crash");
    process.kill(process.pid, "SIGKILL");
    await job.sleep(60_000);
  },
};

/** Finishes at once. */
const noop: Driver = { type: "noop", args, run: async () => null };

export const drivers: readonly Driver[] = [
  count,
  { ...count, type: "rooted", place: "host" },
  crash,
  noop,
];
