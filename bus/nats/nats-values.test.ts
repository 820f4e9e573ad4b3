import type { Msg } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { patience } from "../contract/patience.ts";
import { freshBus } from "./fresh-bus.ts";
import { lastMessages } from "./last-messages.ts";
import type { Link } from "./link.ts";
import { natsValues } from "./nats-values.ts";
import type { NatsBus } from "./open-nats-bus.ts";
import { testServer, type TestServers } from "./server/test-servers.ts";
import { storeMessage } from "./store-message.ts";

const subjectOf = ({ link }: NatsBus, key: string) => `$KV.${link.names.bucket}.${key}`;

async function stateOf({ link: { jsm, names } }: NatsBus) {
  return (await jsm.streams.info(names.streams.values)).state;
}

/**
 * Stands for a replica that lags, which cannot be had at will: the first answers to direct reads
 * are what it would give after `sequence`. Resolves with a link whose reads meet it, and how often
 * they did.
 */
function laggingLink({ link }: NatsBus, lags: number, sequence: number) {
  const apiPrefix = `LAG.${link.names.bucket}`;
  const { nc, jsm } = link;
  let asked = 0;
  nc.subscribe(`${apiPrefix}.DIRECT.GET.>`, {
    callback: (_, { reply = "", data }) => {
      asked += 1;
      const upTo = asked <= lags ? { up_to_seq: sequence } : {};
      const query = { ...(JSON.parse(Buffer.from(data).toString()) as object), ...upTo };
      const subject = `$JS.API.DIRECT.GET.${link.names.streams.values}`;
      nc.publish(subject, JSON.stringify(query), { reply });
    },
  });
  const options = { ...jsm.getOptions(), apiPrefix };
  const lagging: Link = {
    ...link,
    jsm: Object.create(jsm, { getOptions: { value: () => options } }),
  };
  return { lagging, asked: () => asked };
}

/** A link that loses the reply of that number to the first direct read, as core delivery may. */
function losingLink({ link }: NatsBus, lost: number) {
  let reads = 0;
  const requestMany: Link["nc"]["requestMany"] = async (...args) => {
    const replies = await link.nc.requestMany(...args);
    reads += 1;
    return reads > 1 ? replies : allBut(lost, replies);
  };
  const losing: Link = { ...link, nc: Object.assign(Object.create(link.nc), { requestMany }) };
  return { losing, reads: () => reads };
}

async function* allBut(lost: number, replies: AsyncIterable<Msg>) {
  let place = 0;
  for await (const reply of replies) {
    place += 1;
    if (place !== lost) yield reply;
  }
}

describeWith(parts.nats, "the values of NATS", () => {
  let server: TestServers;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a value that is put again in time outlives one that is not", async () => {
    const { values } = await freshBus(server);
    const ttlMs = 1_000;
    let version = await values.put("lease.w.s", "alive", { expect: 0, ttlMs });
    await values.put("lease.w.other", "", { ttlMs });
    version = await values.put("lease.w.s", "alive", { expect: version, ttlMs: 3_600_000 });
    await vi.waitFor(
      async () => expect(await values.get("lease.w.other")).toBeUndefined(),
      patience,
    );
    expect(await values.list("lease.")).toEqual([{ key: "lease.w.s", value: "alive", version }]);
  });

  test("a life is counted in whole seconds, of which there is at least one", async () => {
    const bus = await freshBus(server);
    const lives: (string | undefined)[] = [];
    bus.link.nc.subscribe(subjectOf(bus, ">"), {
      callback: (_, { headers }) => void lives.push(headers?.get("Nats-TTL")),
    });
    for (const ttlMs of [1, 1_000, 1_001, 30_000]) await bus.values.put("k", "", { ttlMs });
    expect(lives).toEqual(["1s", "1s", "2s", "30s"]);
  });

  test("a value that was removed leaves nothing behind", async () => {
    const bus = await freshBus(server);
    await bus.values.put("k", "1");
    await bus.values.remove("k");
    expect(await stateOf(bus)).toMatchObject({ messages: 1 });
    await vi.waitFor(
      async () => expect(await stateOf(bus)).toMatchObject({ messages: 0 }),
      patience,
    );
  });

  test("what the tools for buckets delete or purge is no value, and free to be taken", async () => {
    const bus = await freshBus(server);
    for (const operation of ["DEL", "PURGE"]) {
      await bus.values.put(`a.${operation}`, "1");
      const subject = subjectOf(bus, `a.${operation}`);
      const headers = { "KV-Operation": operation };
      await storeMessage(bus.link, "deleting", { subject, data: "", headers });
      expect(await bus.values.get(`a.${operation}`)).toBeUndefined();
    }
    expect(await bus.values.list("a.")).toEqual([]);
    await bus.values.put("a.DEL", "2", { expect: 0 });
    expect(await bus.values.list("a.")).toMatchObject([{ key: "a.DEL", value: "2" }]);
  });

  test("more values are listed than the server gives at once", async () => {
    const { values } = await freshBus(server);
    const keys = Array.from({ length: 1_100 }, (_, i) => `name.${10_000 + i}`);
    await Promise.all(keys.map((key) => values.put(key, key)));
    await values.put("names.other", "");
    await values.remove("name.10001");
    const listed = await values.list("name.");
    expect(listed.map(({ value }) => value)).toEqual(keys.filter((key) => key !== "name.10001"));
  });

  test("a key that no bus could hold has no value, and is removed without a word", async () => {
    const { values } = await freshBus(server);
    await values.put("a.b", "1");
    for (const key of ["*", ">", "a.*", "a b", "a.", ""]) {
      expect(await values.get(key)).toBeUndefined();
      await values.remove(key);
    }
    for (const prefix of ["*.", "a b.", ".", "a.."]) expect(await values.list(prefix)).toEqual([]);
    expect(await values.list("")).toHaveLength(1);
  });

  test("a value that is too large is refused before it is sent", async () => {
    const bus = await freshBus(server);
    await expect(bus.values.put("k", "x".repeat(1 << 20))).rejects.toMatchObject({
      code: "too-large",
    });
    expect(await stateOf(bus)).toMatchObject({ last_seq: 0 });
  });

  test.each([
    ["one replica lags", 2],
    ["all replicas lag", Infinity],
  ])("a list misses nothing while %s", async (_, lags) => {
    const bus = await freshBus(server);
    const old = await bus.values.put("lease.a", "");
    await bus.values.put("lease.b", "");
    const { lagging, asked } = laggingLink(bus, lags, old);
    const stream = bus.link.names.streams.values;
    expect(await lastMessages(lagging, stream, [subjectOf(bus, ">")], 0)).toHaveLength(1);
    const listed = await natsValues(lagging).list("lease.");
    expect(listed.map(({ key }) => key)).toEqual(["lease.a", "lease.b"]);
    expect(asked()).toBeGreaterThan(2);
  });

  test.each([
    ["first", 1],
    ["second", 2],
    ["last", 3],
    ["closing", 4],
  ])("a list whose %s reply is lost on its way is asked for again", async (_, lost) => {
    const bus = await freshBus(server);
    for (const key of ["lease.a", "lease.b", "lease.c"]) await bus.values.put(key, "");
    const { losing, reads } = losingLink(bus, lost);
    const listed = await natsValues(losing).list("lease.");
    expect(listed.map(({ key }) => key)).toEqual(["lease.a", "lease.b", "lease.c"]);
    expect(reads()).toBe(2);
  });
});
