/**
 * Whether JetStream is there and knows what the bus relies on: servers before 2.11 ignore without
 * a word what they do not know, and let several writers win.
 */
import type { JetStreamAccountStats } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import type { Link } from "./link.ts";
import { apiCodeOf, apiCodes, isForbidden, isUnheard, natsError } from "./nats-error.ts";
import { versionMin } from "./server-version.ts";

/** The API level of server 2.11; those before it have none. */
const levelMin = 1;

/**
 * Fails with `foreign` when JetStream is off or too old, with `unavailable` when a cluster has no
 * leader yet. A user who may not ask is believed to be on a server that will do.
 */
export async function checkLevel(link: Link): Promise<void> {
  const level = await askLevel(link);
  if (level === undefined || level >= levelMin) return;
  const version = link.nc.info?.version ?? "of unknown version";
  throw new BusError(
    "foreign",
    `${link.life.url}: nats-server ${version} has JetStream API level ${level}, Jobchart needs ` +
      `${levelMin}: update all servers to ${versionMin} or newer`,
  );
}

async function askLevel(link: Link): Promise<number | undefined> {
  const { nc, jsm, life } = link;
  try {
    const { api }: { api: JetStreamAccountStats["api"] & { readonly level?: number } } =
      await jsm.getAccountInfo();
    return api.level ?? 0;
  } catch (error) {
    if (isForbidden(error)) return undefined;
    const isOff = isUnheard(error) && nc.info?.cluster === undefined;
    const isNotOurs =
      error instanceof Error && apiCodeOf(error.cause) === apiCodes.notEnabledForAccount;
    if (!isOff && !isNotOurs) throw natsError(error, `${life.url}: asking for JetStream`);
    const what = isOff ? "JetStream is off" : "this account may not use JetStream";
    throw new BusError(
      "foreign",
      `${life.url}: ${what}: start the server with a jetstream block in its configuration ` +
        "(nats-server -js), and enable it for the account",
      { cause: error },
    );
  }
}
