/**
 * The last messages of many subjects at once. Any replica answers such a read, and one that lags
 * would leave out what is new: it says how far it is, and is asked again until that is far enough.
 */
import { apiOf } from "./asking.ts";
import type { Link } from "./link.ts";
import { fromLeader, fromReplica, isNext, type StoredMessage } from "./stored-message.ts";

/** The server gives at most 1,024 at once; their names must fit into a request. */
const subjectsMax = 500;
/** A replica that died a moment ago may still be asked; then it is the leader's turn. */
const replicaMsMax = 2_000;
const triesMax = 20;
const pauseMsMin = 2;
const pauseMsMax = 20;
const endOfBatch = 204;
const notFound = 404;

/**
 * One for each subject under the filters that has any, in no order, as of `floor` or later: the
 * leader's last sequence for what must not be stale, 0 where that does not matter. Fails with the
 * client's errors.
 */
export async function lastMessages(
  link: Link,
  stream: string,
  filters: readonly string[],
  floor: number,
): Promise<readonly StoredMessage[]> {
  const few = await askReplicas(link, stream, filters, floor);
  if (few !== undefined) return few;
  const subjects = await subjectsUnder(link, stream, filters);
  const found: StoredMessage[] = [];
  for (let i = 0; i < subjects.length; i += subjectsMax) {
    const some = subjects.slice(i, i + subjectsMax);
    const last =
      (await askReplicas(link, stream, some, floor)) ?? (await askLeader(link, stream, some));
    found.push(...last);
  }
  return found;
}

/** The last message of one subject, asked of the leader: never stale. */
export async function lastMessage(
  link: Link,
  stream: string,
  subject: string,
): Promise<StoredMessage | undefined> {
  const stored = await link.jsm.streams.getMessage(stream, { last_by_subj: subject });
  return stored === null ? undefined : fromLeader(stored);
}

/** Undefined when nobody gave them all, or when no replica is known to be as far as `floor`. */
async function askReplicas(
  link: Link,
  stream: string,
  subjects: readonly string[],
  floor: number,
): Promise<readonly StoredMessage[] | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = await askReplica(link, stream, subjects);
    if (found === undefined || found.through >= floor) return found?.messages;
    if (found.messages.length === 0) return undefined;
    const pauseMs = pauseMsMin + link.world.random() * (pauseMsMax - pauseMsMin);
    await link.world.sleep(pauseMs, link.life.closing);
  }
  return undefined;
}

interface Found {
  readonly messages: readonly StoredMessage[];
  /** How far the replica is; one that found nothing does not say. */
  readonly through: number;
}

/** Undefined when they are too many, or when not all that were sent came. */
async function askReplica(
  link: Link,
  stream: string,
  subjects: readonly string[],
): Promise<Found | undefined> {
  const messages: StoredMessage[] = [];
  const query = JSON.stringify({ multi_last: subjects });
  const replies = await link.nc.requestMany(`${apiOf(link)}.DIRECT.GET.${stream}`, query, {
    strategy: "timer",
    maxWait: replicaMsMax,
  });
  for await (const reply of replies) {
    const code = reply.headers?.code ?? 0;
    if (code === notFound) return { messages: [], through: 0 };
    const message = fromReplica(reply);
    if (!isNext(message, messages.at(-1))) return undefined;
    if (code === 0) {
      messages.push(message);
      continue;
    }
    const { fields } = message;
    const isWhole = code === endOfBatch && fields.get("Nats-Num-Pending") === "0";
    return isWhole ? { messages, through: Number(fields.get("Nats-UpTo-Sequence")) } : undefined;
  }
  return undefined;
}

/** The leader knows what subjects there are. */
async function subjectsUnder(
  link: Link,
  stream: string,
  filters: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const filter of filters) {
    const { state } = await link.jsm.streams.info(stream, { subjects_filter: filter });
    found.push(...Object.keys(state.subjects ?? {}));
  }
  return found;
}

async function askLeader(
  link: Link,
  stream: string,
  subjects: readonly string[],
): Promise<readonly StoredMessage[]> {
  const found: StoredMessage[] = [];
  for (const subject of subjects) {
    const last = await lastMessage(link, stream, subject);
    if (last !== undefined) found.push(last);
  }
  return found;
}
