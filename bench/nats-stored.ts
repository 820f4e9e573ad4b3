/**
 * What the log costs on the server: appends of one client against bare conditional ones, catching
 * up a view against only reading, and bytes a life.
 */
import { headers as newHeaders } from "@nats-io/transport-node";
import type { NatsBus } from "../bus/nats/open-nats-bus.ts";
import { openNatsBus } from "../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../bus/nats/nats-url.ts";
import { realWorld } from "../bus/world.ts";
import { decode } from "../machines/commit.ts";
import { jobsView } from "../projections/jobs.ts";
import { bestMs, median, perSecond, rate, ratio, type Figure } from "./figure.ts";

const inFlight = 64;
const appendsEach = 4_000;
const rounds = 5;
const body = "x".repeat(400);

/** On a log of its own, where what is no commit disturbs nobody. */
export async function* appendsOf(url: string): AsyncGenerator<Figure> {
  const settings = readNatsUrl(`${url}?prefix=append`);
  await using bus = await openNatsBus(settings, { world: realWorld, create: true });
  const { nc } = bus.link;
  let round = 0;
  const bare = async (group: string, rev: number, seq: number): Promise<number> => {
    const headers = newHeaders();
    headers.set("Job-Rev", String(rev));
    headers.set("Nats-Expected-Last-Subject-Sequence", String(seq));
    const reply = await nc.request(`append.log.${group}`, body, { headers, timeout: 10_000 });
    return reply.json<{ readonly seq: number }>().seq;
  };
  const [raw, ours]: [number[], number[]] = [[], []];
  for (; round < rounds; round += 1) {
    raw.push(await appendsPerSecond(`r${round}`, bare));
    ours.push(
      await appendsPerSecond(`o${round}`, (group, rev) => bus.log.append(group, rev, body)),
    );
  }
  const ratios = ours.map((each, index) => each / (raw[index] ?? NaN));
  yield {
    what: `bare conditional appends, ${inFlight} in flight`,
    figure: rate(median(raw), "appends"),
  };
  yield {
    what: "appends to the log",
    figure: rate(median(ours), "appends"),
    against: `${median(ratios).toFixed(2)} of raw`,
  };
}

async function appendsPerSecond(
  name: string,
  append: (group: string, rev: number, seq: number) => Promise<number>,
): Promise<number> {
  const start = performance.now();
  const lane = async (index: number): Promise<void> => {
    let seq = 0;
    for (let rev = 1; rev <= appendsEach / inFlight; rev += 1) {
      seq = await append(`${name}-${index}`, rev, seq);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => lane(index)));
  return perSecond(appendsEach, performance.now() - start);
}

/** A fresh view folds the whole log. */
export async function* catchUpOf(bus: NatsBus): AsyncGenerator<Figure> {
  let events = 0;
  const rawMs = await bestMs(3, async () => {
    events = 0;
    for await (const batch of bus.log.readAll()) {
      for (const { text } of batch) events += decode(text, "bench").events.length;
    }
  });
  const view = jobsView(bus, realWorld);
  const oursMs = await bestMs(3, () => view.rebuild());
  const [raw, ours] = [perSecond(events, rawMs), perSecond(events, oursMs)];
  yield { what: "reading and decoding the log alone", figure: rate(raw, "events") };
  yield { what: "catching up a view", figure: rate(ours, "events"), against: ratio(ours, raw) };
}

/** The bytes that each life has left in the streams, when nothing but such lives is there. */
export async function bytesOf({ link }: NatsBus): Promise<Figure> {
  const { jsm, names } = link;
  const { log, feed } = names.streams;
  const stored = await Promise.all(
    [log, feed].map(async (stream) => (await jsm.streams.info(stream)).state),
  );
  const lives = stored[0]?.num_subjects ?? NaN;
  const [logBytes = NaN, feedBytes = NaN] = stored.map(({ bytes }) => Math.round(bytes / lives));
  return {
    what: "JetStream bytes a life",
    figure: `${logBytes + feedBytes} bytes`,
    against: `log ${logBytes}, feed ${feedBytes}; work leaves none`,
  };
}
