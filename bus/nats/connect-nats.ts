/**
 * The connection to a fleet's servers: made once, and kept for ever after, across restarts and
 * failures of theirs.
 */
import { hostname } from "node:os";
import {
  connect,
  TimeoutError,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { World } from "../world.ts";
import { authenticatorOf } from "./authenticator.ts";
import { connectTrouble } from "./connect-trouble.ts";
import { checkSettings, type NatsSettings } from "./nats-settings.ts";
import { natsUrlOf } from "./nats-url.ts";
import { reconnectPace, type ReconnectPace } from "./reconnect-pace.ts";
import { isNewEnough, versionMin } from "./server-version.ts";
import { tlsOptionsOf } from "./tls-options.ts";

/** One server has so long to answer; all of them together. */
const attemptMsMax = 3_000;
const allMsMax = 6_000;
/** A dead peer is noticed after two to three of these. */
const pingMs = 10_000;
const pingsOutMax = 2;

/**
 * Connects, and reconnects for as long as the connection is not closed.
 *
 * Fails with BusError within seconds: `unavailable` when there is no server, `denied` when one side
 * does not trust the other (who we are, who signed its certificate), `foreign` when the server is
 * too old, `bad-url` when a setting makes no sense or a file that it names cannot be read. Once
 * there is a connection, refused credentials are tried again too: they may be renewed, and servers
 * that start may not know all their users yet.
 */
export async function connectNats(settings: NatsSettings, world: World): Promise<NatsConnection> {
  const pace = reconnectPace(world);
  const connecting = connect({ ...optionsOf(checkSettings(settings)), ...pace.options });
  const connection = await inTime(connecting, world).catch((error: unknown) => {
    throw connectTrouble(error, settings, world);
  });
  const { version = "" } = connection.info ?? {};
  if (!isNewEnough(version)) {
    await connection.close();
    const url = natsUrlOf(settings);
    throw new BusError(
      "foreign",
      `${url}: nats-server ${version} is too old; ${versionMin} is needed`,
    );
  }
  void resetAtReconnect(connection, pace);
  return connection;
}

async function inTime(connecting: Promise<NatsConnection>, world: World): Promise<NatsConnection> {
  const patience = new AbortController();
  try {
    const late = world.sleep(allMsMax, patience.signal).then(() => undefined);
    const connection = await Promise.race([connecting, late]);
    if (connection !== undefined) return connection;
    void connecting.then((tooLate) => tooLate.close()).catch(() => undefined);
    throw new TimeoutError();
  } finally {
    patience.abort();
  }
}

async function resetAtReconnect(connection: NatsConnection, pace: ReconnectPace): Promise<void> {
  for await (const { type } of connection.status()) if (type === "reconnect") pace.reset();
}

function optionsOf({ servers, auth, tls, inboxPrefix, name }: NatsSettings): NodeConnectionOptions {
  return {
    servers: [...servers],
    name: name ?? `jobchart-${hostname()}-${process.pid}`,
    timeout: attemptMsMax,
    pingInterval: pingMs,
    maxPingOut: pingsOutMax,
    // Traces of requests that may fail cost a third of what an append does.
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    ...(auth === undefined ? {} : { authenticator: authenticatorOf(auth) }),
    ...(tls === undefined ? {} : { tls: tlsOptionsOf(tls) }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  };
}
