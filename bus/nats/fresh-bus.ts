/**
 * A bus for a test: on servers that are there, under a prefix of its own unless one is named;
 * closed when the test is finished.
 */
import { onTestFinished } from "vitest";
import { realWorld } from "../world.ts";
import type { NatsSettings } from "./nats-settings.ts";
import { openNatsBus, type NatsBus } from "./open-nats-bus.ts";
import type { TestServers } from "./server/test-servers.ts";

type FreshSettings = Partial<NatsSettings> & { readonly create?: boolean };

export async function freshBus(
  { servers }: TestServers,
  { create = true, ...settings }: FreshSettings = {},
): Promise<NatsBus> {
  const [first = "", ...others] = servers.map(({ port }) => `127.0.0.1:${port}`);
  const bus = await openNatsBus(
    { servers: [first, ...others], prefix: `t-${realWorld.id()}`, ...settings },
    { world: realWorld, create },
  );
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}
