/**
 * How long it takes after kill -9: of a worker, until another has claimed its job (a lease must run
 * out first), and of a node, until a verb is answered by another.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { isRefusal, type JobSystem } from "../jobchart.ts";
import type { FleetTrial } from "../properties/fleet/fleet-trial.ts";
import { median, percentile, type Figure } from "./figure.ts";

const leaseMs = 2_000;
const rounds = 5;
const verbsBefore = 50;
const verbsAfter = 50;

export async function* recoveryOf(
  trial: FleetTrial,
  jobs: JobSystem,
  nc: NatsConnection,
): AsyncGenerator<Figure> {
  const workers: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    workers.push(await workerKilled(trial, jobs, nc, round));
  }
  yield {
    what: `a worker killed, until its job is claimed again`,
    figure: `${Math.round(median(workers))} ms`,
    against: `a lease of ${leaseMs} ms; at most ${Math.round(percentile(workers, 100))} ms`,
  };
  const nodes: number[] = [];
  for (let round = 0; round < rounds; round += 1) nodes.push(await nodeKilled(trial, jobs));
  yield {
    what: "a node killed, until the next verb is answered",
    figure: `${Math.round(median(nodes))} ms`,
    against: `at most ${Math.round(percentile(nodes, 100))} ms`,
  };
}

/** One worker runs a job, is killed, and another, who is there already, claims it. */
async function workerKilled(
  trial: FleetTrial,
  jobs: JobSystem,
  nc: NatsConnection,
  round: number,
): Promise<number> {
  const words = ["--types", "count", "--lease", `${leaseMs}ms`];
  const victim = await trial.worker(`victim-${round}`, ...words);
  const reply = await jobs.create({
    type: "count",
    args: { to: 10_000, everyMs: 100 },
    hold: true,
  });
  if (isRefusal(reply)) throw new Error(reply.refused);
  const uid = reply.group.jobs[0]?.uid ?? "";
  const claims = claimsOf(nc, reply.gid);
  await nc.flush();
  await jobs.ask("start", uid);
  await claims.untilEpoch(1);
  const heir = await trial.worker(`heir-${round}`, ...words);
  const start = performance.now();
  await victim.end("SIGKILL");
  await claims.untilEpoch(2);
  const ms = performance.now() - start;
  claims.close();
  await jobs.ask("cancel", uid);
  await jobs.settled(uid);
  await heir.end("SIGTERM");
  return ms;
}

/** Hears of the claims of a group, as the log tells them. */
function claimsOf(nc: NatsConnection, gid: string) {
  const claims = new Map<number, PromiseWithResolvers<void>>();
  const claimOf = (epoch: number): PromiseWithResolvers<void> => {
    const known = claims.get(epoch) ?? Promise.withResolvers<void>();
    claims.set(epoch, known);
    return known;
  };
  const told = nc.subscribe(`job.logged.${gid}`, {
    callback: (_error, message) => {
      const text = Buffer.from(message.data).toString("utf8");
      const epoch = /"set":\{"epoch":(\d+)/.exec(text)?.[1];
      if (epoch !== undefined) claimOf(Number(epoch)).resolve();
    },
  });
  return {
    untilEpoch: (epoch: number): Promise<void> => claimOf(epoch).promise,
    close: () => told.unsubscribe(),
  };
}

/** The longest time between two answers, around the end of one of two nodes. */
async function nodeKilled(trial: FleetTrial, jobs: JobSystem): Promise<number> {
  const victim = await trial.node();
  const reply = await jobs.create({ type: "noop", hold: true });
  if (isRefusal(reply)) throw new Error(reply.refused);
  const uid = reply.group.jobs[0]?.uid ?? "";
  let longest = 0;
  for (let verb = 1; verb <= verbsBefore + verbsAfter; verb += 1) {
    const start = performance.now();
    const asked = jobs.ask("set-speed", uid, { speed: verb });
    if (verb === verbsBefore) victim.signal("SIGKILL");
    await asked;
    if (verb >= verbsBefore) longest = Math.max(longest, performance.now() - start);
  }
  await jobs.ask("cancel", uid);
  return longest;
}
