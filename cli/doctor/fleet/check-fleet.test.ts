import { describe, expect, onTestFinished, test, vi } from "vitest";
import { patience } from "../../../bus/contract/patience.ts";
import { openMemoryBus } from "../../../bus/memory.ts";
import { freshBus } from "../../../bus/nats/fresh-bus.ts";
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import { testCluster, testServer } from "../../../bus/nats/server/test-servers.ts";
import { realWorld } from "../../../bus/world.ts";
import { defineJob, openJobSystem } from "../../../jobchart.ts";
import { FleetTrial } from "../../../properties/fleet/fleet-trial.ts";
import { describeWith, parts } from "../../../properties/parts.ts";
import { linesOf } from "../../trial-folder.ts";
import { checkFeed } from "./check-feed.ts";
import { checkNodes, checkSight } from "./check-nodes.ts";
import { checkLeftOver, checkPlaces, offeredUids } from "./check-places.ts";
import { checkServer } from "./check-server.ts";
import { checkStreams } from "./check-streams.ts";
import { Exam } from "./exam.ts";

const noop = defineJob({ type: "noop", args: {}, run: async () => null });

/** What was said of it, findings of that level alone. */
const said = ({ findings }: Exam, level = "problem"): readonly string[] =>
  findings.filter((each) => each.level === level).map(({ about, text }) => `${about}: ${text}`);

/** A bus on a server of its own. */
async function busOn(
  configuration: string,
  settings: Parameters<typeof freshBus>[1] = {},
): Promise<NatsBus> {
  const server = await testServer({ configuration });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return freshBus(server, settings);
}

describeWith(parts.nats, "the doctor of a fleet", () => {
  test("finds nothing wrong with one that is well, and says how it would be safer", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    await trial.worker("w1");
    const client = await trial.client();
    await client.create({ type: "noop", id: "one" });
    await client.settled("one");
    const { code, output } = await trial.run("doctor");
    expect(output).toContain("nothing stuck");
    expect(output).toMatch(/^i server .* is one alone/m);
    expect(output).toMatch(/^i server .*sync_interval/m);
    expect(output).toMatch(/^stream JOB_LOG: \d+ messages of 1 subject,.* 1 copy$/m);
    expect(output).toMatch(/^the work of type noop: 0 items waiting, 0 being taken$/m);
    expect(output).toMatch(/^the nodes: 1 node answered, wire \d/m);
    expect(output).toMatch(/^the feed: ends at [\d.]+, \d+ events behind the log$/m);
    expect(code).toBe(0);
    const lines = linesOf((await trial.run("doctor", "--json")).output);
    const facts = new Map(lines.map((line) => [line["fact"], line]));
    expect(facts.get("the nodes")).toMatchObject({ nodes: [{ id: expect.any(String) }] });
    expect(facts.get("stream JOB_FEED")).toMatchObject({ copies: 1, away: [] });
    expect(facts.get("the account")).toMatchObject({ streams: 5, storageMax: -1 });
    expect(lines.at(-1)).toMatchObject({ commits: expect.any(Number), findings: 0 });
  }, 30_000);

  test("says so when no node is there, and checks the rest", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    node.signal("SIGTERM");
    await node.ended();
    const { code, output } = await trial.run("doctor");
    expect(output).toMatch(/^✗ the nodes: none answers/m);
    expect(output).toContain("history: 0 groups");
    expect(code).toBe(1);
  }, 30_000);

  test("finds a clock that is wrong, and messages that may not be large enough", async () => {
    const bus = await busOn("max_payload: 300KB");
    const exam = new Exam();
    const late = { ...realWorld, now: () => realWorld.now() - 3_600_000 };
    await checkServer(exam, bus, late);
    expect(said(exam)).toEqual([
      expect.stringMatching(/takes messages of 300 KiB, and a commit may have 512 KiB/),
      expect.stringMatching(/the clock: the server's is 1 h ahead of ours/),
    ]);
    const sound = new Exam();
    await checkServer(sound, await busOn(""), realWorld);
    expect(said(sound)).toEqual([]);
  });

  test("finds an account, and a stream, that are nearly full", async () => {
    const users = "users: [{ user: u, password: p }]";
    const configuration = `accounts: { A: { jetstream: { max_file: 40000 }, ${users} } }`;
    const bus = await busOn(configuration, { auth: { user: "u", password: "p" } });
    const { jsm, names } = bus.link;
    await jsm.streams.update(names.streams.log, { max_bytes: 36_000 });
    await bus.log.append("g1", 1, "x".repeat(34_000));
    const exam = new Exam();
    await checkServer(exam, bus, realWorld);
    await checkStreams(exam, bus);
    expect(said(exam)).toEqual([
      expect.stringMatching(/^the account: storage: 33 KiB of 39 KiB is used/),
      expect.stringMatching(
        new RegExp(`^stream ${names.streams.log}: has 33 KiB of at most 35 KiB`),
      ),
    ]);
  });

  test("finds copies that are away, and streams without a copy in a cluster", async () => {
    const cluster = await testCluster();
    onTestFinished(() => cluster[Symbol.asyncDispose]());
    const bus = await freshBus(cluster);
    await vi.waitFor(async () => {
      const exam = new Exam();
      await checkStreams(exam, bus);
      expect(exam.findings).toEqual([]);
    }, patience);
    const { jsm, names } = bus.link;
    await jsm.streams.update(names.streams.work, { num_replicas: 1 });
    const [, , third] = cluster.servers;
    await third?.stop("SIGTERM");
    await vi.waitFor(async () => {
      const exam = new Exam();
      await checkStreams(exam, bus);
      const lone = `stream ${names.streams.work}: has one copy, though there is a cluster`;
      expect(said(exam, "advice")).toContain(lone);
      const log = `stream ${names.streams.log}: its copy on n2 is `;
      expect(said(exam)).toContainEqual(expect.stringContaining(log));
    }, patience);
  }, 60_000);

  test("counts the work that waits, and finds what is left over", async () => {
    const bus = await busOn("");
    await bus.queue.offer({ uid: "gone-1", type: "copy.1f3870be" });
    await bus.queue.offer({ uid: "open-1", type: "copy.1f3870be", host: "h" });
    const exam = new Exam();
    await checkPlaces(exam, bus);
    expect(exam.facts).toMatchObject([{ data: { type: "copy", waiting: 2, taken: 0 } }]);
    const offered = await offeredUids(bus);
    checkLeftOver(exam, new Set(["open-1"]), offered, offered);
    expect(said(exam, "advice")).toEqual(["the work: 1 item of jobs that have ended: gone-1"]);
    const since = new Exam();
    checkLeftOver(since, new Set(["open-1"]), offered, new Set(["open-1"]));
    expect(since.findings).toEqual([]);
  });

  test("counts the nodes of its own fleet, and no others", async () => {
    const server = await testServer();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const [bus, other] = [await freshBus(server), await freshBus(server)];
    const exam = new Exam();
    await using _ = await openJobSystem({ bus: other, node: true });
    expect(await checkNodes(exam, bus)).toBe(0);
    expect(await checkNodes(exam, other)).toBe(1);
  });

  test("finds a node whose view ends before the log does", async () => {
    const bus = await busOn("");
    await bus.log.append("g1", 1, "{}");
    const view = { catchUp: async () => 0 } as unknown as Parameters<typeof checkSight>[1]["view"];
    const exam = new Exam();
    await checkSight(exam, { view, bus }, realWorld);
    expect(said(exam)).toEqual(["a node's view: ends at 0, the log at 1"]);
  });
});

describe("the feed", () => {
  test("is found behind the log when nobody brings it up to date", async () => {
    const bus = openMemoryBus({ world: realWorld });
    onTestFinished(() => bus[Symbol.asyncDispose]());
    await using system = await openJobSystem({ bus, drivers: [noop] });
    await system.declare([noop]);
    await system.create({ type: "noop", id: "one", hold: true });
    let nowMs = 0;
    const hasty = { ...realWorld, monotonic: () => (nowMs += 5_000) };
    const exam = new Exam();
    await checkFeed(exam, bus, hasty);
    expect(exam.facts).toMatchObject([{ data: { at: null, behind: 1 } }]);
    expect(said(exam)).toEqual([
      expect.stringMatching(/^the feed: the feed is empty, the log at 1/),
    ]);
  });
});
