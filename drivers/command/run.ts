/**
 * The work of a command: checks what can be checked, starts the program watched, and goes with it
 * to its end. The checkpoint says that the program was started in this attempt: it is not begun
 * twice unless that was asked for.
 */
import type { Json, RunningJob } from "../../actors/driver.ts";
import { readersOf, type CommandArgs } from "./command-args.ts";
import { CommandRun } from "./command-run.ts";
import { findProgram } from "./find-program.ts";
import { killLeftOver, leaveFootprint, removeFootprint } from "./footprint.ts";
import { JobLog } from "./job-log.ts";
import { resultOf } from "./outcome.ts";
import { OutputSink } from "./output-sink.ts";
import type { ProcessGroup } from "./process-group.ts";
import { Program, type ProgramOrder } from "./program.ts";

type Job = RunningJob<CommandArgs>;

/** The groups of programs under way in this process, by the claims of their jobs. */
const underWay = new Map<string, ProcessGroup>();

export async function run(job: Job): Promise<Json> {
  const readers = readersOf(job.args);
  await expectUnbegun(job);
  const order = orderOf(job);
  await findProgram(order);
  const say = (chunk: Uint8Array | string): void => job.output(chunk);
  await using log = await JobLog.open(job.uid, (why) => say(`jobchart: ${why}\n`));
  await job.pausePoint();
  const program = await Program.behindGate(order);
  const sink = new OutputSink(program.output, { say, log, readers });
  const claim = claimOf(job);
  try {
    await leaveFootprint(job.uid, program.pgid);
    await job.checkpoint({ attempt: job.attempt });
    underWay.set(claim, program.group);
    const way = new CommandRun(job, program, sink);
    program.go();
    const exit = await way.untilExit();
    const { completedBy } = way;
    const [name = ""] = job.args.argv;
    return resultOf({ exit, name, completedBy, lastWords: sink.lastWords });
  } finally {
    underWay.delete(claim);
    if (await program.close()) await removeFootprint(job.uid, program.pgid);
    else sink.note("something of it cannot be killed: it hangs in the kernel");
    await sink.drained();
  }
}

/**
 * Stops the program, and waits until all of it stands still. A job that was claimed while it is
 * paused has none any more, and fails at once if that is not to be begun again.
 */
export async function pause(job: Job): Promise<void> {
  const group = underWay.get(claimOf(job));
  if (group === undefined) return expectUnbegun(job);
  group.stop("paused");
  if (await group.hasStopped()) return;
  job.output("jobchart: something of it hangs in the kernel, and stops when it comes out\n");
}

function claimOf({ uid, epoch }: Job): string {
  return `${uid}.${epoch}`;
}

/**
 * Fails when the program was begun in this attempt, and is not to be begun again. What is left of it
 * here is killed first.
 */
async function expectUnbegun({ uid, id, args, attempt, cursor }: Job): Promise<void> {
  if (cursor !== null) await killLeftOver(uid);
  const begun = cursor as { readonly attempt: number } | null;
  if (begun?.attempt !== attempt || args.recover === "restart") return;
  throw new Error(
    "its worker was lost while the program ran; it may have done part of its work: " +
      `'jobchart rerun ${id}' runs it again`,
  );
}

function orderOf({ args, traceparent }: Job): ProgramOrder {
  const { argv, cwd = process.cwd(), env } = args;
  const traced = traceparent === null ? {} : { TRACEPARENT: traceparent };
  return { argv, cwd, env: { ...process.env, ...traced, ...env } };
}
