/**
 * A storm: clients that create groups of three and ask random verbs of their members, while nodes
 * and workers are killed at random and started again. What is chosen comes from a seed.
 */
import { BusError } from "../../bus/bus-error.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, type JobSystem } from "../../jobchart.ts";
import type { JobSpec } from "../../actors/job-spec.ts";
import type { JobInfo } from "../../projections/job-info.ts";
import type { Reply } from "../../actors/commands.ts";
import { verbNames, type Verb } from "../../machines/status.ts";
import type { Child } from "./child.ts";
import { Dice } from "./dice.ts";
import type { FleetTrial } from "./fleet-trial.ts";

export interface StormPlan {
  readonly seed: number;
  readonly lastsMs: number;
  readonly clients: number;
  readonly nodes: number;
  readonly workers: number;
  readonly killEveryMs: number;
}

export interface Stormed {
  /** The position that was replied to each accepted command, by its id. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly uids: readonly string[];
  readonly refused: number;
  readonly kills: number;
  readonly workers: readonly Child[];
}

const members = 3;
/** Of the verbs some are worth asking more often, so that groups get to their end. */
const chosen: readonly Verb[] = [
  ...verbNames,
  "resume",
  "finalize",
  "complete",
  "dismiss",
  "start",
];
/** How far back a client asks for jobs. */
const recentJobs = 60;
/** Who finds more jobs than these that are not null helps the oldest to their end instead. */
const openMax = 300;
const helpedAtOnce = 30;

export async function verbStorm(trial: FleetTrial, plan: StormPlan): Promise<Stormed> {
  const dice = new Dice(plan.seed);
  const names = Array.from({ length: plan.workers }, (_, index) => `w${index}`);
  const nodes = await Promise.all(Array.from({ length: plan.nodes }, () => trial.node()));
  const workers = await Promise.all(names.map((name) => startWorker(trial, name)));
  const storm = new Storm();
  const until = realWorld.monotonic() + plan.lastsMs;
  const clients = Array.from({ length: plan.clients }, async (_, index) => {
    const own = new Dice(plan.seed * 1_000 + index);
    await storm.rage(await trial.client({ onError: () => undefined }), own, until);
  });
  let kills = 0;
  const killing = async (): Promise<void> => {
    for (;;) {
      await realWorld.sleep(plan.killEveryMs);
      if (realWorld.monotonic() > until) return;
      const victim = dice.below(plan.nodes + plan.workers);
      const worker = victim - plan.nodes;
      await (nodes[victim] ?? workers[worker])?.end("SIGKILL");
      if (victim < plan.nodes) nodes[victim] = await trial.node();
      else workers[worker] = await startWorker(trial, `w${worker}`);
      kills += 1;
    }
  };
  await Promise.all([...clients, killing()]);
  await storm.calm(await trial.client({ onError: () => undefined }));
  return { accepted: storm.accepted, uids: storm.uids, refused: storm.refused, kills, workers };
}

function startWorker(trial: FleetTrial, name: string): Promise<Child> {
  return trial.worker(name, "--concurrency", "20");
}

class Storm {
  readonly accepted = new Map<string, number>();
  readonly uids: string[] = [];
  refused = 0;

  async rage(client: JobSystem, dice: Dice, until: number): Promise<void> {
    while (realWorld.monotonic() < until) {
      if (dice.below(6) === 0) await this.#create(client, dice);
      else await this.#verb(client, dice);
    }
  }

  /** Asks of every job what it waits for, until all are null. */
  async calm(client: JobSystem): Promise<void> {
    for (;;) {
      const live = await this.#live(client);
      if (live.length === 0) return;
      await this.#help(client, live);
      await realWorld.sleep(50);
    }
  }

  async #live(client: JobSystem): Promise<readonly JobInfo[]> {
    const left = await this.#patiently(() => client.queryJobs());
    return left.filter(({ status }) => status !== "null");
  }

  async #help(client: JobSystem, jobs: readonly JobInfo[]): Promise<void> {
    for (const { uid, status, "waiting-for": waits } of jobs) {
      const verb = verbFor(status, waits?.what);
      if (verb !== undefined) await this.#ask((commandId) => client.ask(verb, uid, { commandId }));
    }
  }

  async #create(client: JobSystem, dice: Dice): Promise<void> {
    const { status } = await this.#patiently(() => client.view.stats());
    const { null: _ended, ...open } = status;
    if (Object.values(open).reduce((sum, jobs) => sum + jobs, 0) >= openMax) {
      const oldest = (await this.#live(client)).slice(-openMax);
      const some = Array.from({ length: helpedAtOnce }, () => oldest[dice.below(oldest.length)]);
      await this.#help(
        client,
        some.filter((job) => job !== undefined),
      );
      return;
    }
    const completion = dice.below(4) === 0 ? "individual" : "grouped";
    const jobs = Array.from({ length: members }, (): JobSpec => {
      const args = { to: 1 + dice.below(8), everyMs: 5 + dice.below(20) };
      const options = { autoFinalize: dice.below(2) === 0, autoDismiss: dice.below(2) === 0 };
      return { type: "count", args, hold: dice.below(5) === 0, ...options };
    });
    const reply = await this.#ask((commandId) =>
      client.transaction({ completion, jobs }, { commandId }),
    );
    if (!isRefusal(reply)) this.uids.push(...reply.group.jobs.map(({ uid }) => uid));
  }

  async #verb(client: JobSystem, dice: Dice): Promise<void> {
    const uid = this.uids.at(-1 - dice.below(Math.min(recentJobs, this.uids.length)));
    if (uid === undefined) return this.#create(client, dice);
    const verb = dice.of(chosen);
    const more = { soft: dice.below(2) === 0, speed: dice.below(3), change: {} };
    await this.#ask((commandId) => client.ask(verb, uid, { commandId, ...more }));
  }

  /** Asks the same, with the same id, until there is an answer. */
  async #ask(act: (commandId: string) => Promise<Reply>): Promise<Reply> {
    const commandId = realWorld.id();
    const reply = await this.#patiently(() => act(commandId));
    if (isRefusal(reply)) this.refused += 1;
    else this.accepted.set(commandId, reply.position);
    return reply;
  }

  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof BusError) || error.code !== "unavailable") throw error;
      }
    }
  }
}

/** What a job at rest is to be asked, so that it ends. */
function verbFor(status: string, waitsFor: string | undefined): Verb | undefined {
  if (status === "concluded") return "dismiss";
  if (status === "paused" || status === "standby" || waitsFor === "resume") return "resume";
  if (waitsFor === "start" || waitsFor === "complete" || waitsFor === "finalize") return waitsFor;
  return undefined;
}
