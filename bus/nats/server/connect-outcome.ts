/**
 * What it is like to connect, for tests: nobody may get to hear a secret.
 */
import { inspect } from "node:util";
import type { NatsConnection } from "@nats-io/transport-node";
import { expect } from "vitest";
import { realWorld } from "../../world.ts";
import { connectNats } from "../connect-nats.ts";
import { readNatsUrl } from "../nats-url.ts";

/** The password or token of all tests. */
const secret = "xyzzy";

export function connectTo(url: string): Promise<NatsConnection> {
  return connectNats(readNatsUrl(url, {}), realWorld);
}

/** What one gets to hear who connects: "connected", or why not; in no case a secret. */
export async function outcomeAt(url: string): Promise<unknown> {
  const heard = await connectTo(url).then(
    async (connection) => {
      await connection.flush();
      await connection.close();
      return "connected";
    },
    (error: unknown) => error,
  );
  expect(inspect(heard, { depth: Infinity, showHidden: true })).not.toContain(secret);
  return heard;
}

/** The URL with `user:password` or a token in it. */
export function withUser(url: string, user: string): string {
  return url.replace("//", `//${user}@`);
}
