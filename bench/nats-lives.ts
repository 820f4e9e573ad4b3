/**
 * Full lives a second through a fleet: a client creates, a node decides, keeps and relays, a worker
 * claims, runs what does nothing, and finishes; each a process of its own. Against the pattern of
 * the same messages without any logic, in turn with it.
 */
import { AckPolicy, type ConsumerConfig } from "@nats-io/jetstream";
import { nanos, type NatsConnection } from "@nats-io/transport-node";
import { openNatsBus } from "../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../bus/nats/nats-url.ts";
import { realWorld } from "../bus/world.ts";
import { isRefusal, type JobSystem } from "../jobchart.ts";
import { Child } from "../properties/fleet/child.ts";
import type { FleetTrial } from "../properties/fleet/fleet-trial.ts";
import { cpuMs } from "./cpu.ts";
import { median, perSecond, rate, type Figure } from "./figure.ts";
import { recordLife, type Exchange } from "./nats-life.ts";
import {
  patternCreate,
  patternPlace,
  patternPrefix,
  patternScript,
  revHeader,
} from "./nats-pattern.ts";

const livesEach = 1_500;
const livesBefore = 1_500;
const rounds = 5;
const inFlight = 64;

/** A fleet of one node, and its client. */
export interface Stage {
  readonly trial: FleetTrial;
  readonly node: Child;
  readonly jobs: JobSystem;
  readonly nc: NatsConnection;
}

/** A fleet of one node and one worker beside its pattern, and the job's life that both live. */
export interface Rivals {
  readonly fleet: Rival;
  readonly pattern: Rival;
  readonly life: readonly Exchange[];
}

/** Brings so many jobs to their end, and the processes that do it. */
interface Rival {
  readonly live: (count: number) => Promise<void>;
  readonly pids: { readonly node: number; readonly worker: number };
}

/** Adds a worker to the node, and starts the pattern's processes, which end with `stack`. */
export async function openRivals(
  { trial, node, jobs, nc }: Stage,
  stack: DisposableStack,
): Promise<Rivals> {
  const worker = await trial.worker("w1", "--types", "noop", "--concurrency", String(inFlight));
  const create = async () => {
    const reply = await jobs.create({ type: "noop" });
    if (isRefusal(reply)) throw new Error(reply.refused);
    return reply;
  };
  const live = (count: number) => liveThrough(nc, count, "job", create);
  await live(livesBefore);
  const life = await recordLife(nc, "job", create);
  const pids = { node: node.pid, worker: worker.pid };
  const pattern = await openPattern({ trial, nc }, life, stack);
  return { fleet: { live, pids }, pattern, life };
}

async function openPattern(
  { trial, nc }: Pick<Stage, "trial" | "nc">,
  life: readonly Exchange[],
  stack: DisposableStack,
): Promise<Rival> {
  const url = `${trial.url}?prefix=${patternPrefix}`;
  await using bus = await openNatsBus(readNatsUrl(url), { world: realWorld, create: true });
  await bus.link.jsm.consumers.add(bus.link.names.streams.work, consumer);
  const file = trial.file("life.json", JSON.stringify(life));
  const start = async (role: string): Promise<Child> => {
    const words = [role, trial.url, file, String(inFlight)];
    const child = new Child(words, trial.folder, { script: patternScript });
    stack.defer(() => child.signal("SIGKILL"));
    await child.says(`the pattern's ${role} is there`);
    return child;
  };
  const node = await start("node");
  const worker = await start("worker");
  let made = 0;
  const create = async (): Promise<void> => {
    made += 1;
    await patternCreate(nc, life, `g${made}`);
  };
  const live = (count: number) => liveThrough(nc, count, patternPrefix, create);
  await live(livesBefore);
  return { live, pids: { node: node.pid, worker: worker.pid } };
}

const consumer: Partial<ConsumerConfig> = {
  durable_name: patternPlace,
  filter_subject: `${patternPrefix}.work.noop.${patternPlace}.*`,
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(10_000),
  max_deliver: -1,
  max_ack_pending: -1,
};

/** Creates as many, so many at a time, and waits until the last commit of the last is told. */
async function liveThrough(
  nc: NatsConnection,
  count: number,
  prefix: string,
  create: () => Promise<unknown>,
): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let alive = count;
  const told = nc.subscribe(`${prefix}.logged.*`, {
    callback: (_error, message) => {
      if (message.headers?.get(revHeader) === lastRev) alive -= 1;
      if (alive === 0) resolve();
    },
  });
  await nc.flush();
  let left = count;
  const createSome = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await create();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, createSome));
  await ended;
  told.unsubscribe();
}

/** Created, claimed, ended. */
const lastRev = "3";

export async function* livesOf(
  { fleet, pattern }: Rivals,
  trial: FleetTrial,
): AsyncGenerator<Figure> {
  const [ours, bare]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure(fleet, trial));
    bare.push(await measure(pattern, trial));
  }
  const ratios = ours.map((each, round) => each.perSecond / (bare[round]?.perSecond ?? NaN));
  yield {
    what: "the messages of a life without logic",
    figure: rate(median(bare.map((each) => each.perSecond)), "lives"),
    against: cpuText(bare),
  };
  yield {
    what: "full lives, feed on",
    figure: rate(median(ours.map((each) => each.perSecond)), "lives"),
    against: `${median(ratios).toFixed(2)} of the messages alone (aim 0.50); ${cpuText(ours)}`,
  };
}

interface Measured {
  readonly perSecond: number;
  /** Microseconds a life; undefined where they cannot be known. */
  readonly cpu: Readonly<Record<string, number | undefined>>;
}

async function measure({ live, pids }: Rival, { brokers }: FleetTrial): Promise<Measured> {
  const all = { broker: brokers.servers[0]?.pid ?? 0, ...pids, client: process.pid };
  const spent = () => Object.entries(all).map(([who, pid]) => [who, cpuMs(pid)] as const);
  const before = spent();
  const start = performance.now();
  await live(livesEach);
  const ms = performance.now() - start;
  const cpu = spent().map(([who, now], index) => {
    const then = before[index]?.[1];
    const isKnown = now !== undefined && then !== undefined;
    return [who, isKnown ? ((now - then) * 1_000) / livesEach : undefined] as const;
  });
  return { perSecond: perSecond(livesEach, ms), cpu: Object.fromEntries(cpu) };
}

/** `CPU a life: broker 350, node 600 … us`; empty where that cannot be known. */
function cpuText(measured: readonly Measured[]): string {
  const who = Object.keys(measured[0]?.cpu ?? {});
  const each = who.map((name) => {
    const known = measured.map(({ cpu }) => cpu[name]).filter((us) => us !== undefined);
    return known.length === 0 ? "" : `${name} ${Math.round(median(known))}`;
  });
  return each.includes("") ? "" : `us of CPU a life: ${each.join(", ")}`;
}
