/**
 * What opening a fleet's bus finds, makes, and refuses.
 */
import { join } from "node:path";
import { jetstreamManager, type StreamConfig } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { describeWith, oldNatsServer, parts } from "../../properties/parts.ts";
import { freshFolder } from "../contract/fresh-folder.ts";
import { Lifetime } from "../lifetime.ts";
import { realWorld } from "../world.ts";
import { namesOf } from "./names.ts";
import type { NatsSettings } from "./nats-settings.ts";
import { readNatsUrl } from "./nats-url.ts";
import { openNatsBus, type NatsBus } from "./open-nats-bus.ts";
import { testServer, type TestServers } from "./server/test-servers.ts";
import { checkLevel } from "./server-level.ts";

async function server(configuration = ""): Promise<TestServers> {
  const servers = await testServer({ configuration });
  onTestFinished(() => servers[Symbol.asyncDispose]());
  return servers;
}

async function open(
  { url }: TestServers,
  create: boolean,
  more: Partial<NatsSettings> = {},
): Promise<NatsBus> {
  const bus = await openNatsBus({ ...readNatsUrl(url, {}), ...more }, { world: realWorld, create });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

/** A fresh server with a bus on which one field of one stream is another. */
async function changed(stream: string, change: Partial<StreamConfig>): Promise<TestServers> {
  const servers = await server();
  const { link } = await open(servers, true);
  const { config } = await link.jsm.streams.info(stream);
  await link.jsm.streams.update(stream, { ...config, ...change });
  return servers;
}

const patience = { timeout: 20_000, interval: 20 };

const users = (permissions: string) =>
  `authorization: { users: [
    { user: admin, password: secret },
    { user: reader, password: secret, permissions: ${permissions} }
  ] }`;
const as = (user: string) => ({ auth: { user, password: "secret" } });
const reading = `{
  publish: ["$JS.API.STREAM.INFO.JOB_LOG", "$JS.API.DIRECT.GET.JOB_LOG",
    "$JS.API.STREAM.MSG.GET.JOB_LOG"],
  subscribe: ["_INBOX.>", "job.logged.*"]
}`;

describeWith(parts.nats, "opening a bus on NATS", () => {
  test("says what makes it, where there is none yet", async () => {
    const servers = await server();
    await expect(open(servers, false)).rejects.toMatchObject({
      code: "missing",
      message: expect.stringMatching(/JOB_LOG is missing.*start a node, which makes it/),
    });
  });

  test("makes one history, when many make it at once", async () => {
    const servers = await server();
    const buses = await Promise.all(Array.from({ length: 6 }, () => open(servers, true)));
    const generations = new Set(buses.map(({ generation }) => generation));
    expect(generations.size).toBe(1);
    expect((await open(servers, false)).generation).toBe(buses[0]?.generation);
  });

  test("keeps the histories of two prefixes apart", async () => {
    const servers = await server();
    const [one, two] = [await open(servers, true), await open(servers, true, { prefix: "a.b" })];
    await one.log.append("g", 1, "one");
    expect(await two.log.read("g")).toEqual([]);
    expect(two.generation).not.toBe(one.generation);
  });

  test.each<[string, Partial<StreamConfig>, RegExp]>([
    ["JOB_LOG", { max_age: 1e12 }, /JOB_LOG has max_age 1000000000000, and Jobchart needs 0/],
    ["JOB_LOG", { max_msgs_per_subject: 5 }, /JOB_LOG has max_msgs_per_subject 5/],
    ["JOB_LOG", { discard: "old" }, /has discard "old", .* "new"/],
    ["JOB_LOG", { subjects: ["job.log.*", "other.*"] }, /has subjects \["job.log.\*","other/],
    ["JOB_FEED", { republish: { src: ">", dest: "copy.>" } }, /JOB_FEED has republish/],
    ["JOB_WORK", { discard_new_per_subject: false }, /JOB_WORK has discard_new_per_subject false/],
    ["JOB_PROGRESS", { max_msgs: 5 }, /JOB_PROGRESS has max_msgs 5/],
    ["KV_job", { allow_direct: false }, /KV_job has allow_direct false/],
    ["KV_job", { allow_rollup_hdrs: true }, /rollup_hdrs true, .* needs false: .* edit KV_job/],
    ["JOB_LOG", { allow_rollup_hdrs: true }, /JOB_LOG has allow_rollup_hdrs true/],
    ["JOB_FEED", { allow_rollup_hdrs: true }, /JOB_FEED has allow_rollup_hdrs true/],
    ["JOB_WORK", { allow_rollup_hdrs: true }, /JOB_WORK has allow_rollup_hdrs true/],
    ["JOB_PROGRESS", { allow_rollup_hdrs: true }, /JOB_PROGRESS has allow_rollup_hdrs true/],
  ])("refuses stream %s with %o", async (stream, change, message) => {
    const servers = await changed(stream, change);
    const refusal = { code: "foreign", message: expect.stringMatching(message) };
    await expect(open(servers, true)).rejects.toMatchObject(refusal);
  });

  test("leaves to the operator what loses nothing", async () => {
    const change = { max_bytes: 1 << 30, metadata: { owner: "me" }, description: "ours" };
    const servers = await server();
    const { link, generation } = await open(servers, true);
    const { config } = await link.jsm.streams.info("JOB_LOG");
    const metadata = { ...config.metadata, ...change.metadata };
    await link.jsm.streams.update("JOB_LOG", { ...config, ...change, metadata });
    expect((await open(servers, true)).generation).toBe(generation);
  });

  test("refuses a stream of that name that is somebody else's", async () => {
    const servers = await server();
    const nc = await connect({ servers: servers.servers[0]?.url ?? "" });
    onTestFinished(() => nc.close());
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: "JOB_LOG", subjects: ["job.log.*"] });
    const refusal = { code: "foreign", message: expect.stringContaining("not made by Jobchart") };
    await expect(open(servers, true)).rejects.toMatchObject(refusal);
  });

  test("refuses when another stream takes its subjects, and when two prefixes overlap", async () => {
    const servers = await server();
    await open(servers, true, { prefix: "acme" });
    const inside = open(servers, true, { prefix: "acme.relay" });
    await expect(inside).rejects.toMatchObject({
      code: "foreign",
      message: expect.stringMatching(/making stream ACME_RELAY_LOG: another stream already takes/),
    });
    await open(servers, true, { prefix: "a_b" });
    const sameNames = open(servers, true, { prefix: "a.b" });
    await expect(sameNames).rejects.toMatchObject({ code: "foreign" });
  });

  test("refuses a log of a later format", async () => {
    const servers = await server();
    const { link } = await open(servers, true);
    const { config } = await link.jsm.streams.info("JOB_LOG");
    const metadata = { ...config.metadata, "jobchart.format": "2" };
    await link.jsm.streams.update("JOB_LOG", { ...config, metadata });
    await expect(open(servers, false)).rejects.toMatchObject({ code: "newer" });
  });

  test("starts no new history beside what is left of one", async () => {
    const servers = await server();
    const { link } = await open(servers, true);
    await link.jsm.streams.delete("JOB_LOG");
    const refusal = { code: "foreign", message: expect.stringMatching(/restore JOB_LOG/) };
    await expect(open(servers, true)).rejects.toMatchObject(refusal);
  });

  test("makes again what a broker forgets when it is started anew", async () => {
    const servers = await server();
    const { link, onConnection } = await open(servers, true);
    const found = new Promise<void>((resolve) => {
      onConnection(({ is }) => is === "up" && resolve());
    });
    const [broker] = servers.servers;
    await broker?.stop("SIGKILL");
    await broker?.start();
    await found;
    const { progress } = namesOf("job").streams;
    const again = await vi.waitFor(() => link.jsm.streams.info(progress), patience);
    expect(again.config.subjects).toEqual(["job.progress.>"]);
  });

  test("tells when the connection is lost and found again", async () => {
    const servers = await server();
    const bus = await open(servers, true);
    const heard: string[] = [];
    bus.onConnection(({ is }) => heard.push(is));
    const [broker] = servers.servers;
    await broker?.stop();
    await vi.waitFor(() => expect(heard).toEqual(["down"]));
    await broker?.start();
    await vi.waitFor(() => expect(heard).toEqual(["down", "up"]), patience);
  });

  test("keeps views on a shelf in a file, apart from those of another history", async () => {
    const servers = await server();
    const shelf = join(freshFolder(), "views.db");
    const first = await open(servers, true, { shelf });
    await first.shelf.put("jobs", [], 0, 7);
    await first[Symbol.asyncDispose]();
    const again = await open(servers, false, { shelf });
    expect(await again.shelf.position("jobs")).toBe(7);
    const other = await open(servers, true, { shelf, prefix: "other" });
    expect(await other.shelf.position("jobs")).toBe(0);
  });
});

describeWith(parts.nats, "a user of NATS", () => {
  test("who may only look at the log opens, reads and follows it, and appends nothing", async () => {
    const servers = await server(users(reading));
    const admin = await open(servers, true, as("admin"));
    const reader = await open(servers, false, as("reader"));
    const stop = new AbortController();
    const following = reader.log.follow(0, stop.signal)[Symbol.asyncIterator]();
    await admin.log.append("g", 1, "one");
    expect(await following.next()).toMatchObject({ value: [{ text: "one" }] });
    stop.abort();
    expect(await reader.log.read("g")).toMatchObject([{ text: "one" }]);
    const forged = reader.log.append("g", 2, "two");
    await expect(forged).rejects.toMatchObject({ code: "denied" });
    expect(await admin.log.read("g")).toHaveLength(1);
  });

  test("who may look at nothing is told so", async () => {
    const servers = await server(users(`{ publish: ["x"], subscribe: ["_INBOX.>"] }`));
    await open(servers, true, as("admin"));
    await expect(open(servers, false, as("reader"))).rejects.toMatchObject({ code: "denied" });
  });

  test("whose account has no JetStream is told so, at once", async () => {
    const accounts = `accounts: {
      A: { jetstream: enabled, users: [{ user: admin, password: secret }] },
      B: { users: [{ user: reader, password: secret }] }
    }`;
    const refusal = { code: "foreign", message: expect.stringMatching(/may not use JetStream/) };
    const opening = open(await server(accounts), true, as("reader"));
    await expect(opening).rejects.toMatchObject(refusal);
  });

  test("of a server without JetStream is told so, at once", async () => {
    const opening = open(await server("jetstream: false"), true);
    const refusal = { code: "foreign", message: expect.stringMatching(/JetStream is off/) };
    await expect(opening).rejects.toMatchObject(refusal);
  });
});

describe.skipIf(oldNatsServer === undefined)("a server before 2.11", () => {
  test("is refused for what its JetStream does not know", async () => {
    const servers = await testServer({ program: oldNatsServer ?? "" });
    onTestFinished(() => servers[Symbol.asyncDispose]());
    const nc = await connect({ servers: servers.servers[0]?.url ?? "" });
    onTestFinished(() => nc.close());
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    const life = new Lifetime(servers.url);
    const link = { nc, jsm, names: namesOf("job"), life, world: realWorld, replicas: 1 };
    await expect(checkLevel(link)).rejects.toMatchObject({
      code: "foreign",
      message: expect.stringMatching(/nats-server 2\.\d+\.\d+ has JetStream API level 0/),
    });
    await expect(open(servers, true)).rejects.toMatchObject({ code: "foreign" });
  });
});
