/**
 * Finding the streams of a bus, or making them. The log comes first, and names the history that
 * all others belong to.
 */
import type { StreamConfig } from "@nats-io/jetstream";
import { BusError } from "../bus-error.ts";
import { checkFormat, checkStream } from "./check-stream.ts";
import type { Link } from "./link.ts";
import { apiCodeOf, apiCodes, natsError } from "./nats-error.ts";
import { type Wanted, type WantedStreams, wantedStreams } from "./stream-configs.ts";
import { generationOf, metadataOf } from "./stream-metadata.ts";

export interface FoundStreams {
  readonly generation: string;
  /** Copies of the log. */
  readonly replicas: number;
}

/**
 * Looks at the log; with `create` at all streams, and makes those that are not there. Whoever may
 * not create takes the others on trust: it may not be allowed to look at them.
 *
 * Fails with `missing` (without `create`), `foreign` (another stream is in the way, or one is not
 * as needed), `newer`, `denied`, and `unavailable` (no leader yet).
 */
export async function openStreams(link: Link, create: boolean): Promise<FoundStreams> {
  const wanted = wantedStreams(link.names);
  const { url } = link.life;
  const log = (await look(link, wanted.log.name)) ?? (await makeLog(link, wanted, create));
  checkFormat(log, url);
  checkStream(wanted.log, log, url);
  const generation = generationOf(log) ?? "";
  if (create) {
    await Promise.all(
      wanted.others.map(async (stream) => {
        const found = (await look(link, stream.name)) ?? (await make(link, stream));
        checkStream(stream, found, url);
      }),
    );
  }
  return { generation, replicas: log.num_replicas };
}

/**
 * Makes the streams that hold nothing that has to last, unless they are there: a broker that stops
 * forgets them. Fails as openStreams does.
 */
export async function makePassing(link: Link): Promise<void> {
  await Promise.all(
    wantedStreams(link.names).passing.map(async (stream) => {
      checkStream(stream, await make(link, stream), link.life.url);
    }),
  );
}

async function makeLog(link: Link, wanted: WantedStreams, create: boolean): Promise<StreamConfig> {
  const { life, world } = link;
  const { name } = wanted.log;
  if (!create) {
    throw new BusError(
      "missing",
      `${life.url}: no Jobchart there (stream ${name} is missing); start a node, which makes it`,
    );
  }
  const remains = await Promise.all(wanted.others.map((stream) => look(link, stream.name)));
  const remaining = remains.find((found) => found !== undefined);
  if (remaining === undefined) return make(link, wanted.log, metadataOf(world.id()));
  // The log is made first: who makes the others has made it by now.
  const log = await look(link, name);
  if (log !== undefined) return log;
  throw new BusError(
    "foreign",
    `${life.url}: stream ${remaining.name} is there, and the log it belongs to (${name}) is not: ` +
      `restore ${name} from a backup, or remove the rest of that history (nats stream rm ` +
      `${remaining.name})`,
  );
}

async function look(link: Link, name: string): Promise<StreamConfig | undefined> {
  try {
    const { config, cluster } = await link.jsm.streams.info(name);
    if (cluster === undefined || (cluster.leader ?? "") !== "") return config;
    throw new BusError("unavailable", `${link.life.url}: stream ${name} has no leader yet`);
  } catch (error) {
    if (apiCodeOf(error) === apiCodes.noStream) return undefined;
    throw natsError(error, `${link.life.url}: looking for stream ${name}`);
  }
}

/** The stream as it is afterwards, whoever made it. */
async function make(
  link: Link,
  wanted: Wanted,
  metadata: Record<string, string> = {},
): Promise<StreamConfig> {
  const doing = `${link.life.url}: making stream ${wanted.name}`;
  try {
    const config = { num_replicas: link.replicas, ...wanted, metadata };
    return (await link.jsm.streams.add(config)).config;
  } catch (error) {
    const code = apiCodeOf(error);
    const found = code === apiCodes.nameInUse ? await look(link, wanted.name) : undefined;
    if (found !== undefined) return found;
    if (code === apiCodes.subjectsOverlap) {
      throw new BusError(
        "foreign",
        `${doing}: another stream already takes ${String(wanted.subjects)}: use another prefix ` +
          "(--prefix), or remove that stream",
        { cause: error },
      );
    }
    if (code === apiCodes.noPeers || code === apiCodes.tooFewPeers) {
      throw new BusError(
        "unavailable",
        `${doing}: it should have ${link.replicas} copies, and there are not that many servers ` +
          "(?replicas=1 makes do with one)",
        { cause: error },
      );
    }
    throw natsError(error, doing);
  }
}
