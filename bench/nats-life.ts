/**
 * What one life of a job puts on the wire, as a plain subscriber of everything sees it: the bytes
 * that the pattern of messages without any logic sends again.
 */
import type { Msg, NatsConnection } from "@nats-io/transport-node";

export interface Sent {
  readonly data: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request to a node, its reply, and what the node did for it: a commit, entries of the feed, an offer. */
export interface Exchange {
  readonly request: Sent;
  readonly reply: Sent;
  readonly commit: Sent | undefined;
  readonly offer: Sent | undefined;
  readonly entries: readonly Entry[];
}

/** An entry of the feed. */
interface Entry extends Sent {
  readonly status: string;
}

interface Heard extends Sent {
  readonly subject: string;
  readonly reply: string;
}

const requestWords = ["cmd", "report", "query"];

/** Listens while `create` makes one job, until that has ended; the first exchange is the creation. */
export async function recordLife(
  nc: NatsConnection,
  prefix: string,
  create: () => Promise<{ readonly gid: string }>,
): Promise<readonly Exchange[]> {
  const heard: Heard[] = [];
  const subscription = nc.subscribe(">", {
    callback: (_error, message) => void heard.push(heardOf(message)),
  });
  await nc.flush();
  const { gid } = await create();
  const of = (word: string) =>
    heard.filter(
      ({ subject, data }) => subject.startsWith(`${prefix}.${word}.`) && data.includes(gid),
    );
  const requests = (): readonly Heard[] => [
    ...heard.filter(({ subject }) => subject.startsWith(`${prefix}.cmd.create.`)),
    ...requestWords.flatMap(of),
    ...heard.filter(
      ({ subject }) => subject.startsWith(`${prefix}.report.`) && subject.includes(gid),
    ),
  ];
  const replyTo = ({ reply }: Heard) => heard.find(({ subject }) => subject === reply);
  const isOver = (): boolean =>
    of("relay").some(({ subject }) => subject.endsWith(".null")) &&
    requests().every((request) => replyTo(request) !== undefined);
  while (!isOver()) await nc.flush();
  subscription.unsubscribe();
  const exchangeOf = (request: Heard): Exchange => {
    const { id = "" } = JSON.parse(request.data) as { readonly id?: string };
    const isCause = ({ data }: Heard): boolean => data.includes(`"cause":{"id":"${id}"`);
    const commit = of("log").find(isCause);
    const isCreation = commit?.data.includes('"to":"created"') === true;
    const [offer] = isCreation ? of("work") : [];
    const entries = of("relay").filter(isCause).map(entryOf);
    const reply = sent(replyTo(request) ?? request);
    return { request: sent(request), reply, commit: sentIf(commit), offer: sentIf(offer), entries };
  };
  return [...new Set(requests())].map(exchangeOf);
}

function entryOf(heard: Heard): Entry {
  return { ...sent(heard), status: heard.subject.split(".").at(-1) ?? "" };
}

function sentIf(heard: Heard | undefined): Sent | undefined {
  return heard && sent(heard);
}

function heardOf({ subject, reply = "", data, headers }: Msg): Heard {
  const pairs = [...(headers ?? [])].map(([name, values]) => [name, values.join(",")] as const);
  return {
    subject,
    reply,
    data: Buffer.from(data).toString("utf8"),
    headers: Object.fromEntries(pairs),
  };
}

function sent({ data, headers }: Heard): Sent {
  return { data, headers };
}
