/**
 * Conducting: creating a group, running it in this process, and telling what becomes of it until
 * every member has ended. Whatever happens to this process, the jobs are in the log: a worker goes
 * on with what it leaves behind.
 */
import { isRefusal, type Accepted } from "../actors/commands.ts";
import { BusError } from "../bus/bus-error.ts";
import { realWorld } from "../bus/world.ts";
import type { Driver, GroupSpec } from "../jobchart.ts";
import type { Refusal } from "../machines/refusal.ts";
import type { Call } from "./call.ts";
import { reportConnection } from "./connection-report.ts";
import { createNamed } from "./create-named.ts";
import { exit, type ExitCode } from "./exit-code.ts";
import { adviceOnArguments } from "./job-arguments.ts";
import { HeardOutput } from "./heard-output.ts";
import { onInterrupts } from "./interrupts.ts";
import { noDriver } from "./load-drivers.ts";
import { Members } from "./members.ts";
import { isBehind, outliveReader, print } from "./output.ts";
import { reporterFor } from "./reporter-for.ts";
import type { Stage } from "./stage.ts";
import { tagsOf } from "./tags-of.ts";
import { parseDuration } from "./units.ts";
import { UsageError } from "./usage-error.ts";
import { witnessed } from "./witness.ts";
import { workerNameOf } from "./worker-name-of.ts";

const leaseMsMin = 500;

/** What a command does beside watching. */
export interface Staging {
  /** Runs beside the jobs, and says what to do about them; it is to end when `over` aborts. */
  readonly meanwhile?: (stage: Stage) => Promise<void>;
  /** Runs once all have ended well; its code is the command's. */
  readonly after?: (stage: Stage) => Promise<ExitCode>;
}

/** Creates the group and runs it to its end, or leaves it to a worker (`--detach`). */
export async function conduct(
  call: Call,
  group: GroupSpec,
  drivers: readonly Driver[],
  staging: Staging = {},
): Promise<ExitCode> {
  if (call.flag("detach")) return detach(call, group, drivers);
  const foreign = group.jobs.find((job) => drivers.every(({ type }) => type !== job.type));
  if (foreign !== undefined) throw noDriver(foreign.type, drivers, { mayDetach: true });
  const worker = workerNameOf(call, `run-${process.pid}`);
  const heard = new HeardOutput(isBehind);
  const onOutput = call.isJson ? undefined : heard.hear.bind(heard);
  const opening = call.open({
    create: true,
    drivers: witnessed(call, drivers),
    worker: { takes: "own", name: worker, tags: tagsOf(call), ...leaseOf(call), onOutput },
  });
  await using system = await opening.catch(withAdvice);
  const reply = await createNamed(system, group, { ...call.asking, run: true });
  if (isRefusal(reply)) return call.refuse(advised(call, reply));
  outliveReader();
  reportConnection(call, system.bus);
  const members = new Members(reply.gid, system.bus, realWorld);
  const isGuided = staging.meanwhile !== undefined;
  const reporter = reporterFor({ call, members, worker, isGuided, heard });
  return await follow({ call, system, members, reporter }, reply, staging);
}

/** `{ leaseMs }`, when `--lease` is given. Fails with UsageError when it is too short to keep. */
export function leaseOf(call: Call): { readonly leaseMs?: number } {
  const lease = call.text("lease");
  if (lease === undefined) return {};
  const leaseMs = parseDuration(lease, "--lease");
  if (leaseMs >= leaseMsMin) return { leaseMs };
  throw new UsageError(`--lease: expected at least ${leaseMsMin} ms, found ${leaseMs} ms`);
}

/** What this process cannot run, another may; what is no text may be written as JSON. */
function advised(call: Call, refusal: Refusal): Refusal {
  if (refusal.guard !== "require") {
    return { ...refusal, refused: refusal.refused + adviceOnArguments(call, refusal) };
  }
  const advice = "Give it --tag if it has, or --detach to leave the work to a worker that has";
  return { ...refusal, refused: `${refusal.refused}. ${advice}` };
}

/** Who may command need not be one who may run jobs. */
function withAdvice(error: unknown): never {
  if (!(error instanceof BusError && error.message.includes("is not permitted"))) throw error;
  const advice =
    "To run a job here takes a worker's rights, too, those of its --name; " +
    "--detach leaves it to the workers";
  throw new BusError(error.code, `${error.message}. ${advice}`, { cause: error });
}

async function detach(call: Call, group: GroupSpec, drivers: readonly Driver[]): Promise<ExitCode> {
  await using system = await call.open({ create: true });
  const wanted = new Set(group.jobs.map(({ type }) => type));
  await system.declare(drivers.filter(({ type }) => wanted.has(type)));
  const reply = await createNamed(system, group, call.asking);
  if (isRefusal(reply)) return call.refuse(advised(call, reply));
  for (const { id, uid } of reply.group.jobs) {
    await print(call.isJson ? JSON.stringify({ id, uid, group: reply.gid }) : id);
  }
  return exit.ok;
}

async function follow(
  unstaged: Omit<Stage, "over">,
  { position }: Accepted,
  { meanwhile, after }: Staging,
): Promise<ExitCode> {
  const over = new AbortController();
  const left = new AbortController();
  const stage: Stage = { ...unstaged, over: over.signal };
  const { system, members, reporter } = stage;
  const interrupts = onInterrupts(stage, () => left.abort());
  const beside = Promise.all([tick(stage), meanwhile?.(stage)]);
  try {
    const told = tell(stage, members.events(position - 1, left.signal));
    await Promise.race([told, beside.then(() => told), broken(system.bus.failed)]);
  } finally {
    over.abort();
    interrupts[Symbol.dispose]();
    await beside;
  }
  reporter.end();
  if (!members.haveEnded) return exit.ok;
  const code = outcomeCode(members);
  return code === exit.ok && after !== undefined ? after(stage) : code;
}

async function tell({ reporter }: Stage, events: ReturnType<Members["events"]>): Promise<void> {
  for await (const event of events) reporter.event(event);
}

async function tick({ members, reporter, over }: Stage): Promise<void> {
  while (!over.aborted) {
    await realWorld.sleep(reporter.everyMs, over);
    await members.look();
    if (!over.aborted) reporter.tick();
  }
}

async function broken(failed: Promise<Error>): Promise<never> {
  throw await failed;
}

/** A failure counts most: the cancellation of others may have come of it. */
function outcomeCode({ infos }: Members): ExitCode {
  const outcomes = new Set(infos.map(({ outcome }) => outcome));
  if (outcomes.has("failed")) return exit.failed;
  return outcomes.has("cancelled") ? exit.cancelled : exit.ok;
}
