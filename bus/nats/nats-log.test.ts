/**
 * What the log on NATS does when the world fails: foreign messages, lost news, a stream that is
 * gone, a broker that is killed, no room.
 */
import { headers } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { toArray } from "../contract/to-array.ts";
import type { Log, Stored } from "../bus.ts";
import { realWorld } from "../world.ts";
import { readNatsUrl } from "./nats-url.ts";
import { openNatsBus, type NatsBus } from "./open-nats-bus.ts";
import type { NatsServer } from "./server/nats-server.ts";
import { testServer } from "./server/test-servers.ts";
import { steadyAppends } from "./steady-appends.ts";

interface Fleet {
  readonly broker: NatsServer;
  readonly one: NatsBus;
  readonly two: NatsBus;
}

/** A fresh server and two handles on its bus. */
async function fleet(configuration = ""): Promise<Fleet> {
  const servers = await testServer({ configuration });
  onTestFinished(() => servers[Symbol.asyncDispose]());
  const [broker] = servers.servers;
  if (broker === undefined) throw new Error("no server");
  const buses: NatsBus[] = [];
  for (const create of [true, false]) {
    const bus = await openNatsBus(readNatsUrl(servers.url, {}), { world: realWorld, create });
    onTestFinished(() => bus[Symbol.asyncDispose]());
    buses.push(bus);
  }
  const [one, two] = buses as [NatsBus, NatsBus];
  return { broker, one, two };
}

/** What a follower is told, as it is told it; `failed` settles when following fails. */
function following(log: Log): { readonly told: Stored[]; readonly failed: Promise<unknown> } {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const told: Stored[] = [];
  const follow = async () => {
    for await (const batch of log.follow(0, stop.signal)) told.push(...batch);
  };
  return {
    told,
    failed: follow().then(
      () => undefined,
      (error: unknown) => error,
    ),
  };
}

/** A message in a group's subject that Jobchart did not write. */
async function forge({ link }: NatsBus, gid: string, rev?: string): Promise<number> {
  const fields = headers();
  if (rev !== undefined) fields.set("Job-Rev", rev);
  const js = link.jsm.jetstream();
  return (await js.publish(`job.log.${gid}`, "forged", { headers: fields })).seq;
}

const patience = { timeout: 20_000, interval: 20 };
const corrupt = (message: RegExp) => ({ code: "corrupt", message: expect.stringMatching(message) });

describeWith(parts.nats, "the log on NATS", () => {
  test("is not appended to behind another commit of the same rev", async () => {
    const { one, two } = await fleet();
    const known = await one.log.append("g", 1, "known");
    await one.link.jsm.streams.deleteMessage("JOB_LOG", known);
    await two.log.append("g", 1, "another");
    await expect(one.log.append("g", 2, "behind it")).rejects.toMatchObject({
      code: "conflict",
      message: "g: expected the commit before rev 2, found another one at message 2",
    });
    expect((await two.log.read("g")).map(({ text }) => text)).toEqual(["another"]);
  });

  test("says which message nobody of ours wrote, and reads every other group", async () => {
    const { one, two } = await fleet();
    await one.log.append("good", 1, "one");
    const seq = await forge(one, "bad");
    const where = corrupt(
      new RegExp(`JOB_LOG: message ${seq} on job.log.bad .* rmm JOB_LOG ${seq}`),
    );
    await expect(two.log.read("bad")).rejects.toMatchObject(where);
    await expect(two.log.append("bad", 2, "two")).rejects.toMatchObject(where);
    await expect(toArray(two.log.readAll())).rejects.toMatchObject(where);
    expect(await following(two.log).failed).toMatchObject(where);
    expect(await two.log.read("good")).toHaveLength(1);
    expect(await two.log.append("good", 2, "two")).toBeGreaterThan(seq);
    await one.link.jsm.streams.deleteMessage("JOB_LOG", seq);
    expect((await toArray(two.log.readAll())).flat()).toHaveLength(2);
  });

  test("says it to a follower who hears the message as it is stored", async () => {
    const { one, two } = await fleet();
    const { told, failed } = following(two.log);
    await one.log.append("good", 1, "one");
    await vi.waitFor(() => expect(told).toHaveLength(1), patience);
    const seq = await forge(one, "bad", "first");
    expect(await failed).toMatchObject(corrupt(new RegExp(`message ${seq} on job.log.bad`)));
  });

  test("refuses revs that do not follow each other", async () => {
    const { one, two } = await fleet();
    await one.log.append("g", 1, "one");
    await forge(one, "g", "3");
    await forge(one, "g", "4");
    const gap = corrupt(/g: expected rev 2 at message 2, found 3/);
    await expect(two.log.read("g")).rejects.toMatchObject(gap);
  });

  test("keeps groups apart whose names would be wildcards or several tokens", async () => {
    const { one, two } = await fleet();
    const gids = ["plain", "*", ">", "a.b", "a b", "=2A"];
    for (const gid of gids) await one.log.append(gid, 1, gid);
    for (const gid of gids) expect(await two.log.read(gid)).toMatchObject([{ gid, text: gid }]);
    expect((await toArray(two.log.readAll())).flat().map(({ gid }) => gid)).toEqual(gids);
  });

  test("goes on over groups that were taken out, at the end of the log as well", async () => {
    const { one, two } = await fleet();
    const { told } = following(two.log);
    for (const gid of ["a", "b", "c"]) await one.log.append(gid, 1, gid);
    await vi.waitFor(() => expect(told).toHaveLength(3), patience);
    for (const gid of ["a", "c"]) {
      await one.link.jsm.streams.purge("JOB_LOG", { filter: `job.log.${gid}` });
    }
    expect((await toArray(two.log.readAll())).flat().map(({ gid }) => gid)).toEqual(["b"]);
    expect(await two.log.read("c")).toEqual([]);
    await expect(two.log.append("c", 2, "late")).rejects.toMatchObject({ code: "conflict" });
    expect(await one.log.head()).toBe(3);
    const late = following(one.log);
    await two.log.append("d", 1, "d");
    await vi.waitFor(() => expect(late.told.map(({ gid }) => gid)).toEqual(["b", "d"]), patience);
    await vi.waitFor(() => expect(told).toHaveLength(4), patience);
  });

  test("tells a follower of what it missed while its connection was lost", async () => {
    const { one, two } = await fleet();
    const { told } = following(two.log);
    for (let rev = 1; rev <= 300; rev += 1) {
      if (rev % 50 === 0) await two.link.nc.reconnect();
      await one.log.append("g", rev, "");
    }
    const revs = Array.from({ length: 300 }, (_, i) => i + 1);
    await vi.waitFor(() => expect(told.map(({ rev }) => rev)).toEqual(revs), patience);
  });

  test("has every acknowledged append after the broker was killed, and told each once", async () => {
    const { broker, one, two } = await fleet();
    const { told } = following(two.log);
    const appends = steadyAppends(one.log);
    const { acknowledged, failures } = appends;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(500), patience);
    await broker.stop("SIGKILL");
    const before = acknowledged.length;
    await broker.start();
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 500), patience);
    await appends.stop();
    const stored = (await toArray(two.log.readAll())).flat();
    const gids = new Set(stored.map(({ gid }) => gid));
    expect(acknowledged.filter((gid) => !gids.has(gid))).toEqual([]);
    expect(gids.size).toBe(stored.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "unavailable" });
    await vi.waitFor(() => expect(told).toEqual(stored), patience);
  });

  test("fails for good when its stream is deleted", async () => {
    const { one, two } = await fleet();
    await one.log.append("g", 1, "one");
    const { failed } = following(two.log);
    await one.link.jsm.streams.delete("JOB_LOG");
    const gone = corrupt(/stream JOB_LOG: it was deleted.*restore it from a backup/);
    expect(await failed).toMatchObject(gone);
    expect(await two.failed).toMatchObject(gone);
    await expect(two.log.append("g", 2, "two")).rejects.toMatchObject(gone);
    await expect(one.log.append("h", 1, "one")).rejects.toMatchObject(gone);
  });

  test("fails for good when another history has taken its place", async () => {
    const { one, two } = await fleet();
    await one.log.append("g", 1, "one");
    const { failed } = following(two.log);
    const { config } = await one.link.jsm.streams.info("JOB_LOG");
    await one.link.jsm.streams.delete("JOB_LOG");
    const metadata = { ...config.metadata, "jobchart.generation": "other" };
    await one.link.jsm.streams.add({ ...config, metadata });
    const other = {
      code: "foreign",
      message: expect.stringMatching(/expected generation .*other/),
    };
    expect(await failed).toMatchObject(other);
    expect(await two.failed).toMatchObject(other);
  });

  test("fails for good when its stream is shorter than it was", async () => {
    const { one, two } = await fleet();
    for (let rev = 1; rev <= 3; rev += 1) await one.log.append("g", rev, "");
    const { told, failed } = following(two.log);
    await vi.waitFor(() => expect(told).toHaveLength(3), patience);
    const { config } = await one.link.jsm.streams.info("JOB_LOG");
    await one.link.jsm.streams.delete("JOB_LOG");
    await one.link.jsm.streams.add(config);
    expect(await failed).toMatchObject(corrupt(/JOB_LOG: it went back from 3 to 0/));
    await expect(one.log.head()).rejects.toMatchObject({ code: "corrupt" });
  });

  test("takes no more when the server has no room, and loses nothing", async () => {
    const { one, two } = await fleet();
    await one.log.append("g", 1, "one");
    const { config } = await one.link.jsm.streams.info("JOB_LOG");
    await one.link.jsm.streams.update("JOB_LOG", { ...config, max_bytes: 100_000 });
    const text = "x".repeat(60_000);
    await one.log.append("g", 2, text);
    await expect(one.log.append("g", 3, text)).rejects.toMatchObject({ code: "full" });
    expect((await two.log.read("g")).map(({ rev }) => rev)).toEqual([1, 2]);
    await expect(one.log.append("big", 1, "x".repeat(1 << 20))).rejects.toMatchObject({
      code: "too-large",
    });
  });
});
