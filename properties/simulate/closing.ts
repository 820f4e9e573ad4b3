/**
 * The closing of a simulation: it must come to rest, finish when its users ask, answer every
 * request (E11), and its views (L4) and feed must tell what the log says.
 */
import type { Offer } from "../../machines/duty.ts";
import type { Group, Job } from "../../machines/record.ts";
import { holdsResources, mayAllHold, takesWhenClaimed } from "../../machines/resources.ts";
import { isParked, isWorking } from "../../machines/status.ts";
import { concurrency } from "./member.ts";
import { cureOf, unrest } from "./rest.ts";
import { Broken, type Simulation } from "./simulation.ts";
import { checkDamage, checkFeed, checkView } from "./last-look.ts";

/** By the clock of the simulation: longer than the longest wait of anything that nobody hinders. */
const restWithinMs = 90_000;
const betweenAsksMs = 1_500;

/** Lets the fleet come to rest, then to its end. Fails with Broken. */
export async function close(simulation: Simulation): Promise<void> {
  await finish(simulation);
  for (const { opened, role } of simulation.members) {
    if (opened === undefined || !role.name.startsWith("c")) continue;
    await during(simulation, checkView(simulation, opened));
  }
  await during(simulation, checkFeed(simulation));
}

/** After a loss: what the log still holds comes to its end; what is damaged is said to be. */
export async function closeAfterLoss(simulation: Simulation): Promise<void> {
  await finish(simulation);
  for (const { opened } of simulation.members) {
    if (opened !== undefined) await during(simulation, checkDamage(simulation, opened));
  }
}

async function finish(simulation: Simulation): Promise<void> {
  await until(simulation, () => whyAtWork(simulation));
  while (groupsOf(simulation).some(({ jobs }) => jobs.some(({ status }) => status !== "null"))) {
    cure(simulation);
    const from = simulation.schedule.nowMs;
    while (simulation.schedule.nowMs < from + betweenAsksMs) await simulation.step();
    await until(simulation, () => whyAtWork(simulation));
  }
}

/** The groups whose logs are sound. */
function groupsOf({ chronicle, loss }: Simulation): readonly Group[] {
  const sound = chronicle.gids.filter((gid) => !loss.isDamaged(gid));
  return sound.map((gid) => chronicle.group(gid));
}

function whyAtWork(simulation: Simulation): readonly string[] {
  const { clients, members, nowMs, programme } = simulation;
  const missing = members.filter(({ opened }) => opened === undefined);
  if (missing.length > 0) return missing.map(({ role }) => `${role.name} is not up`);
  if (programme.left > 0) return [`${programme.left} of the workload are still to come`];
  const waiting = clients.reduce((sum, client) => sum + client.waiting, 0);
  if (waiting > 0) return [`E11 ${waiting} requests have no answer`];
  return groupsOf(simulation).flatMap((group) =>
    unrest(group, nowMs, (offer) => hasSlot(simulation, offer)),
  );
}

/** Whether a worker that may take the offer has a slot for it, and nobody else what it needs. */
function hasSlot({ chronicle, members }: Simulation, { host, uid }: Offer): boolean {
  const job = chronicle.job(uid);
  if (job !== undefined && takesWhenClaimed(job) && !hasPlace(job, chronicle.jobs)) return false;
  const busy = chronicle.jobs.filter(({ status }) => isWorking(status) && !isParked(status));
  return members.some(({ role }) => {
    const mayTake = role.works === "offered" && (host === undefined || host === role.host);
    const own = busy.filter(({ claim }) => claim?.worker === role.name);
    return mayTake && own.length < concurrency;
  });
}

function hasPlace({ resources }: Job, jobs: readonly Job[]): boolean {
  const held = jobs.filter(holdsResources).flatMap((job) => job.resources);
  return resources.every((wanted) =>
    mayAllHold([...held.filter(({ name }) => name === wanted.name), wanted]),
  );
}

/** Users ask of each job what it waits for. */
function cure(simulation: Simulation): void {
  const { clients, nowMs } = simulation;
  for (const group of groupsOf(simulation)) {
    for (const job of group.jobs) {
      const verb = cureOf(job, group, nowMs);
      if (verb !== undefined) clients[0]?.ask(job.uid, { verb, more: {}, again: "no" });
    }
  }
}

async function until(simulation: Simulation, why: () => readonly string[]): Promise<void> {
  const last = simulation.schedule.nowMs + restWithinMs;
  for (let reasons = why(); reasons.length > 0; reasons = why()) {
    if (simulation.schedule.nowMs > last) {
      throw new Broken(`not at rest ${restWithinMs} ms after all was well: ${reasons.join("; ")}`);
    }
    await simulation.step();
  }
}

/** Lets things happen until the work is done. */
async function during(simulation: Simulation, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  ended.catch(() => {});
  while (!over.signal.aborted) await simulation.step();
  await ended;
}
