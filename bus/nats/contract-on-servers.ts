/**
 * The contract suites on servers that a file of tests starts once: each test has a bus of its own
 * there, under a prefix of its own, whose streams go with it.
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { busContract } from "../contract/bus-contract.ts";
import { requestsContract } from "../contract/requests-contract.ts";
import type { OpenTwo } from "../contract/two-handles.ts";
import { realWorld } from "../world.ts";
import { namesOf } from "./names.ts";
import { readNatsUrl } from "./nats-url.ts";
import { openNatsBus } from "./open-nats-bus.ts";
import type { TestServers } from "./server/test-servers.ts";

const visibilityMs = 1000;

/** Called while tests are collected; what it returns is there when they run. */
export function contractOnServers(
  name: string,
  start: () => Promise<TestServers>,
): () => TestServers {
  let servers: TestServers;
  let nc: NatsConnection;
  let jsm: JetStreamManager;
  let count = 0;

  beforeAll(async () => {
    servers = await start();
    nc = await connect({ servers: servers.servers.map(({ url }) => url) });
    jsm = await jetstreamManager(nc, { checkAPI: false });
  });

  afterAll(async () => {
    await nc.close();
    await servers[Symbol.asyncDispose]();
  });

  const open: OpenTwo = async () => {
    count += 1;
    const prefix = `t${count}`;
    const settings = { ...readNatsUrl(servers.url, {}), prefix };
    const options = { world: realWorld, visibilityMs };
    const one = await openNatsBus(settings, { ...options, create: true });
    const two = await openNatsBus(settings, { ...options, create: false });
    onTestFinished(async () => {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
      const streams = Object.values(namesOf(prefix).streams);
      await Promise.all(streams.map((stream) => jsm.streams.delete(stream)));
    });
    return [one, two];
  };
  for (const contract of [busContract, requestsContract]) contract(name, open);
  return () => servers;
}
