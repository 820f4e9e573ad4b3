/**
 * Nodes that are stopped in turn under traffic, each until another relays in its place, and then
 * let go on.
 */
import { expect } from "vitest";
import type { NatsBus } from "../../bus/nats/open-nats-bus.ts";
import { realWorld } from "../../bus/world.ts";
import { changesOf, feedOf } from "../relays/feed-of.ts";
import { FleetTrial } from "./fleet-trial.ts";

interface Relayed {
  /** How often the feed stood still while a node was stopped, until another went on with it. */
  readonly takenOver: number;
  /** Entries of the feed that were published, and not stored. */
  readonly refused: number;
}

/** A relay at work adds to the feed far sooner, one that stands by far later. */
const standsStillMs = 400;
const membersPerJob = 10;
const betweenMs = 20;

interface Feeds {
  readonly feed: readonly string[];
  /** What it must hold. */
  readonly changes: readonly string[];
}

/** Who wakes up publishes in vain. Resolves with the feed, and what the log says of it. */
export async function relayThroughStops(stops: number): Promise<Feeds> {
  await using trial = await FleetTrial.open();
  const { refused, takenOver } = await relaysStopped(trial, stops);
  expect(takenOver).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  const bus = await trial.bus();
  return { feed: await feedOf(bus.outlet), changes: await changesOf(bus.log) };
}

async function relaysStopped(trial: FleetTrial, stops: number): Promise<Relayed> {
  const nodes = await Promise.all([trial.node(), trial.node()]);
  const bus = await trial.bus();
  const client = await trial.client();
  await client.declare([{ type: "noop", args: {}, run: async () => null }]);
  let published = 0;
  const { nc, names } = bus.link;
  nc.subscribe(`${names.prefix}.relay.>`, {
    callback: () => {
      published += 1;
    },
  });
  const over = new AbortController();
  const traffic = makeTraffic(bus, over.signal);
  let takenOver = 0;
  for (let stop = 0; stop < stops; stop += 1) {
    const node = nodes[stop % nodes.length];
    await grows(bus);
    node?.signal("SIGSTOP");
    if ((await grows(bus)) > standsStillMs) takenOver += 1;
    node?.signal("SIGCONT");
  }
  await grows(bus);
  over.abort();
  await traffic;
  await settled(bus);
  return { takenOver, refused: published - (await bus.outlet.head()).head };
}

/** Creates groups, whoever of the nodes answers, until `signal` aborts. */
async function makeTraffic({ requests }: NatsBus, signal: AbortSignal): Promise<void> {
  const jobs = Array.from({ length: membersPerJob }, () => ({ type: "noop", hold: true }));
  const message = { data: JSON.stringify({ jobs }), headers: {} };
  const asked: Promise<unknown>[] = [];
  while (!signal.aborted) {
    asked.push(
      requests.request("cmd.create.noop", message, { timeoutMs: 5_000 }).catch(() => undefined),
    );
    await realWorld.sleep(betweenMs);
  }
  await Promise.all(asked);
}

/** Resolves when the feed has grown by what is not on its way already; with how long that took. */
async function grows({ outlet }: NatsBus): Promise<number> {
  await realWorld.sleep(betweenMs * 5);
  const { head } = await outlet.head();
  const begun = realWorld.monotonic();
  while ((await outlet.head()).head === head) await realWorld.sleep(betweenMs);
  return realWorld.monotonic() - begun;
}

/** Resolves when the feed has reached the log's last status change. */
async function settled({ outlet, log }: NatsBus): Promise<void> {
  const head = await log.head();
  while (((await outlet.head()).last?.position ?? 0) < head) await realWorld.sleep(betweenMs);
}
