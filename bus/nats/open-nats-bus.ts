/**
 * The bus of a fleet: NATS JetStream, one stream each for log, feed, work, values and samples.
 * Nothing but the log is the truth; names.ts says what all is called, docs/wire.md what it says.
 * Start here.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { Bus, Requests, Shelf } from "../bus.ts";
import { openFileBus } from "../file/open-file-bus.ts";
import { Lifetime } from "../lifetime.ts";
import { memoryShelf } from "../memory/memory-shelf.ts";
import type { World } from "../world.ts";
import { answerMsMax } from "./asking.ts";
import { connectNats } from "./connect-nats.ts";
import { connectTrouble } from "./connect-trouble.ts";
import { ConnectionWatch } from "./connection-watch.ts";
import { Failure } from "./failure.ts";
import type { Link } from "./link.ts";
import { defaultPrefix, namesOf } from "./names.ts";
import { natsLog } from "./nats-log.ts";
import { natsOutlet } from "./nats-outlet.ts";
import { natsQueue } from "./nats-queue.ts";
import { natsRequests } from "./nats-requests.ts";
import type { NatsSettings } from "./nats-settings.ts";
import { natsSignals } from "./nats-signals.ts";
import { natsUrlOf } from "./nats-url.ts";
import { natsValues } from "./nats-values.ts";
import { makePassing, openStreams } from "./open-streams.ts";
import { ownShelf } from "./own-shelf.ts";
import { patiently } from "./patiently.ts";
import { checkLevel } from "./server-level.ts";
import { watchStreams } from "./watch-streams.ts";

export interface NatsBusOptions {
  readonly world: World;
  /** Makes the streams that are not there. */
  readonly create: boolean;
  /** How long taken work stays with its taker before it is given out again; default 10 s. */
  readonly visibilityMs?: number;
}

export interface NatsBus extends Bus {
  readonly requests: Requests;
  readonly onConnection: NonNullable<Bus["onConnection"]>;
  /** The connection itself, for who looks after servers and streams. */
  readonly link: Link;
}

/**
 * Connects, and finds or makes the streams; waits about 15 s for a cluster that has no leader yet.
 *
 * Fails as connectNats and openStreams do, and with `foreign` for a server without JetStream or
 * before 2.11.
 */
export async function openNatsBus(
  settings: NatsSettings,
  options: NatsBusOptions,
): Promise<NatsBus> {
  const { world, create } = options;
  const nc = await connectNats(settings, world);
  try {
    const asked = await linkTo(nc, settings, world);
    await patiently(world, () => checkLevel(asked));
    const { generation, replicas } = await patiently(world, () => openStreams(asked, create));
    const link = { ...asked, replicas };
    if (create) await makePassing(link).catch(unlessPassing);
    return await assemble(link, { ...options, generation, settings });
  } catch (error) {
    await nc.close();
    throw error;
  }
}

async function linkTo(nc: NatsConnection, settings: NatsSettings, world: World): Promise<Link> {
  const { prefix = defaultPrefix, domain } = settings;
  const jsm = await jetstreamManager(nc, {
    checkAPI: false,
    timeout: answerMsMax,
    ...(domain === undefined ? {} : { domain }),
  });
  const { replicas = nc.info?.cluster === undefined ? 1 : 3 } = settings;
  const life = new Lifetime(natsUrlOf(settings));
  return { nc, jsm, names: namesOf(prefix), life, world, replicas };
}

/** A server that is away keeps its samples to itself, and nobody from opening the bus. */
function unlessPassing(error: unknown): void {
  if (!(error instanceof BusError) || error.code !== "unavailable") throw error;
}

interface Opened extends NatsBusOptions {
  readonly generation: string;
  readonly settings: NatsSettings;
}

async function assemble(link: Link, opened: Opened): Promise<NatsBus> {
  const { generation, create, settings, visibilityMs } = opened;
  const { nc, life, world } = link;
  const failure = new Failure();
  const whyNotLetIn = (error: unknown) => connectTrouble(error, settings, world).message;
  const { onConnection } = new ConnectionWatch(nc, whyNotLetIn);
  const history = { generation, failure, onConnection };
  const shelves = await openShelf(settings.shelf, life, world);
  if (create) {
    void watchStreams(link, failure);
    // A broker that was started anew has lost what it kept in memory.
    onConnection(({ is }) => {
      if (is === "up") void patiently(world, () => makePassing(link)).catch(() => undefined);
    });
  }
  void noteEnd(link, failure);
  return {
    url: life.url,
    generation,
    log: natsLog(link, history),
    queue: natsQueue(link, visibilityMs === undefined ? {} : { visibilityMs }),
    values: natsValues(link),
    signals: natsSignals(link),
    outlet: natsOutlet(link, history),
    requests: natsRequests(link),
    shelf: ownShelf(shelves.shelf, generation),
    link,
    onConnection,
    failed: failure.settled,
    [Symbol.asyncDispose]: async () => {
      if (life.closing.aborted) return;
      life.close();
      await shelves[Symbol.asyncDispose]();
      await flushed(link);
      await nc.close();
    },
  };
}

/** In the file at `path`, or else in memory: a process then folds all history at its start. */
async function openShelf(
  path: string | undefined,
  life: Lifetime,
  world: World,
): Promise<AsyncDisposable & { readonly shelf: Shelf }> {
  if (path !== undefined) return openFileBus(path, { world, create: true });
  return { shelf: memoryShelf(life), [Symbol.asyncDispose]: async () => undefined };
}

const flushMsMax = 1000;

/** What was published so far has reached the server, if that can be had soon. */
async function flushed({ nc, world }: Link): Promise<void> {
  const enough = new AbortController();
  const flushing = nc.flush().catch(() => undefined);
  await Promise.race([flushing, world.sleep(flushMsMax, enough.signal)]);
  enough.abort();
}

async function noteEnd({ nc, life }: Link, failure: Failure): Promise<void> {
  const cause = await nc.closed();
  if (life.closing.aborted) return;
  const what = `${life.url}: the connection ended, and will not come back`;
  failure.note(new BusError("unavailable", what, { cause }));
}
