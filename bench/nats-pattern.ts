/**
 * The pattern of messages of a life without any logic: the same requests, replies, appends, offers,
 * acknowledgements and feed entries, byte for byte, between a client, a node and a worker that are
 * processes of their own. Run as a script it is the node, or the worker.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createInbox, headers as newHeaders, nanos } from "@nats-io/transport-node";
import type { Msg, MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import { connectNats } from "../bus/nats/connect-nats.ts";
import { readNatsUrl } from "../bus/nats/nats-url.ts";
import { realWorld } from "../bus/world.ts";
import type { Exchange, Sent } from "./nats-life.ts";

export const patternPrefix = "pattern";
export const patternPlace = "any";
export const patternScript = fileURLToPath(import.meta.url);
export const revHeader = "Job-Rev";

const timeout = 10_000;
const windowEntries = 256;
const pullMs = 10_000;

/** Creates one job, so to say; `gid` is the subject's. */
export async function patternCreate(
  nc: NatsConnection,
  life: readonly Exchange[],
  gid: string,
): Promise<void> {
  await exchange(nc, life, 0, gid);
}

async function exchange(
  nc: NatsConnection,
  life: readonly Exchange[],
  step: number,
  gid: string,
): Promise<void> {
  const { request } = stepOf(life, step);
  const headers = headersOf(request);
  await nc.request(`${patternPrefix}.ask.${step}.${gid}`, request.data, { timeout, headers });
}

function stepOf(life: readonly Exchange[], step: number): Exchange {
  const found = life[step];
  if (found === undefined) throw new Error(`a life has no exchange ${step}`);
  return found;
}

function headersOf({ headers }: Sent, more: Readonly<Record<string, string>> = {}): MsgHdrs {
  const made = newHeaders();
  for (const [name, text] of Object.entries({ ...headers, ...more })) made.set(name, text);
  return made;
}

async function stored(
  nc: NatsConnection,
  subject: string,
  sent: Sent,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const reply = await nc.request(subject, sent.data, { timeout, headers: headersOf(sent, more) });
  const { seq, error } = reply.json<{ seq: number; error?: { description: string } }>();
  if (error !== undefined) throw new Error(`${subject}: ${error.description}`);
  return seq;
}

/** Appends, offers, answers; and echoes what is asked of `echo`. */
function serveAsNode(nc: NatsConnection, life: readonly Exchange[]): void {
  const commits = life.filter(({ commit }) => commit !== undefined);
  const heads = new Map<string, number>();
  const answer = async (asked: Msg): Promise<void> => {
    const [, , step = "", gid = ""] = asked.subject.split(".");
    const { commit, offer, reply } = stepOf(life, Number(step));
    if (commit !== undefined) {
      const expected = { "Nats-Expected-Last-Subject-Sequence": String(heads.get(gid) ?? 0) };
      const subject = `${patternPrefix}.log.${gid}`;
      heads.set(gid, await stored(nc, subject, commit, expected));
      if (commit === commits.at(-1)?.commit) heads.delete(gid);
    }
    if (offer !== undefined) {
      void stored(nc, `${patternPrefix}.work.noop.${patternPlace}.${gid}`, offer);
    }
    asked.respond(reply.data, { headers: headersOf(reply) });
  };
  nc.subscribe(`${patternPrefix}.ask.*.*`, {
    queue: "q",
    callback: (_error, message) => void answer(message),
  });
  nc.subscribe(`${patternPrefix}.echo`, {
    callback: (_error, message) => void message.respond(message.data),
  });
  void relay(nc, commits);
}

/** Carries what is republished of the log into the feed, as the relay does. */
async function relay(nc: NatsConnection, commits: readonly Exchange[]): Promise<void> {
  let waiting: { readonly subject: string; readonly sent: Sent }[] = [];
  let news = Promise.withResolvers<void>();
  nc.subscribe(`${patternPrefix}.logged.*`, {
    callback: (_error, message) => {
      const gid = message.subject.split(".").at(-1) ?? "";
      const { entries } = stepOf(commits, Number(message.headers?.get(revHeader)) - 1);
      for (const entry of entries) {
        const subject = `${patternPrefix}.relay.noop.${gid}-1.${entry.status}`;
        waiting.push({ subject, sent: entry });
      }
      news.resolve();
    },
  });
  for (let head = 0; ;) {
    await news.promise;
    news = Promise.withResolvers();
    const batch = waiting;
    waiting = [];
    for (let from = 0; from < batch.length; from += windowEntries) {
      const window = batch.slice(from, from + windowEntries);
      const last = window.length - 1;
      for (const [index, { subject, sent }] of window.entries()) {
        const more = { "Nats-Expected-Last-Sequence": String(head + index) };
        if (index === 0 || index === last) await stored(nc, subject, sent, more);
        else nc.publish(subject, sent.data, { headers: headersOf(sent, more) });
      }
      head += window.length;
    }
  }
}

/** Pulls, claims, acknowledges, finishes; `concurrency` at a time. */
function serveAsWorker(nc: NatsConnection, life: readonly Exchange[], concurrency: number): void {
  const inbox = createInbox();
  const next = `$JS.API.CONSUMER.MSG.NEXT.${patternPrefix.toUpperCase()}_WORK.${patternPlace}`;
  const request = JSON.stringify({ batch: 1, expires: nanos(pullMs) });
  let busy = 0;
  let isAsking = false;
  const pull = (): void => {
    if (isAsking || busy === concurrency) return;
    isAsking = true;
    nc.publish(next, request, { reply: inbox });
  };
  const work = async (item: Msg): Promise<void> => {
    const gid = item.subject.split(".").at(-1) ?? "";
    busy += 1;
    pull();
    for (let step = 1; step < life.length; step += 1) {
      await exchange(nc, life, step, gid);
      if (step === 1) void nc.request(item.reply ?? "", "+ACK", { timeout });
    }
    busy -= 1;
    pull();
  };
  nc.subscribe(inbox, {
    callback: (_error, message) => {
      isAsking = false;
      if ((message.headers?.code ?? 0) === 0) void work(message);
      else pull();
    },
  });
  pull();
}

const [, script, role, url, lifeFile, concurrency] = process.argv;
if (script === patternScript && url !== undefined && lifeFile !== undefined) {
  const nc = await connectNats(readNatsUrl(url), realWorld);
  const life = JSON.parse(readFileSync(lifeFile, "utf8")) as readonly Exchange[];
  if (role === "node") serveAsNode(nc, life);
  else serveAsWorker(nc, life, Number(concurrency));
  await nc.flush();
  console.log(`the pattern's ${role} is there`);
}
