/**
 * The NATS bus keeps the contract on a cluster that has three copies of everything, and what it
 * acknowledged when the leader is killed.
 */
import { expect, onTestFinished, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import type { Stored } from "../bus.ts";
import { toArray } from "../contract/to-array.ts";
import { realWorld } from "../world.ts";
import { contractOnServers } from "./contract-on-servers.ts";
import { readNatsUrl } from "./nats-url.ts";
import { openNatsBus } from "./open-nats-bus.ts";
import { testCluster } from "./server/test-servers.ts";
import { steadyAppends } from "./steady-appends.ts";

const patience = { timeout: 50_000, interval: 50 };

describeWith(parts.nats, "on a cluster", () => {
  const cluster = contractOnServers("a nats cluster", testCluster);

  test("has three copies, and every acknowledged append after the leader was killed", async () => {
    const { url, servers } = cluster();
    const settings = { ...readNatsUrl(url, {}), prefix: "leaderless" };
    const [one, two] = [
      await openNatsBus(settings, { world: realWorld, create: true }),
      await openNatsBus(settings, { world: realWorld, create: false }),
    ];
    const stop = new AbortController();
    onTestFinished(async () => {
      stop.abort();
      for (const bus of [one, two]) await bus[Symbol.asyncDispose]();
    });
    const told: Stored[] = [];
    const following = async () => {
      for await (const batch of two.log.follow(0, stop.signal)) told.push(...batch);
    };
    void following();
    const appends = steadyAppends(one.log);
    const { acknowledged, failures } = appends;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(300), patience);
    const info = await one.link.jsm.streams.info("LEADERLESS_LOG");
    expect(info.config.num_replicas).toBe(3);
    const leader = servers[Number(/^n([0-2])$/.exec(info.cluster?.leader ?? "")?.[1])];
    expect(leader).toBeDefined();
    await leader?.stop("SIGKILL");
    const before = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 300), patience);
    await leader?.start();
    await appends.stop();
    const stored = await vi.waitFor(
      async () => (await toArray(two.log.readAll())).flat(),
      patience,
    );
    const gids = new Set(stored.map(({ gid }) => gid));
    expect(acknowledged.filter((gid) => !gids.has(gid))).toEqual([]);
    expect(gids.size).toBe(stored.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "unavailable" });
    await vi.waitFor(() => expect(told).toEqual(stored), patience);
  });
});
