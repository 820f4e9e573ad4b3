/** Streams that are deleted under a fleet, and histories that meet under one prefix. */
import { expect, test, vi } from "vitest";
import { openNatsBus } from "../../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import { realWorld } from "../../bus/world.ts";
import { describeWith, parts } from "../parts.ts";
import { changesOf, feedOf } from "../relays/feed-of.ts";
import { FleetTrial } from "./fleet-trial.ts";

const patience = { timeout: 30_000, interval: 50 };
const quiet = { onError: () => undefined };

async function deleteStream({ url }: FleetTrial, name: string): Promise<void> {
  await using bus = await openNatsBus(readNatsUrl(url, {}), { world: realWorld, create: false });
  await bus.link.jsm.streams.delete(name);
}

describeWith(parts.nats, "a fleet of which a stream is deleted", () => {
  test.concurrent.each(["JOB_FEED", "JOB_WORK", "KV_job"])(
    "%s: ends its nodes, and has all of it again when they are started",
    async (name) => {
      await using trial = await FleetTrial.open();
      const nodes = await Promise.all([trial.node(), trial.node()]);
      const worker = await trial.worker("w1");
      const client = await trial.client(quiet);
      const resources = [{ name: "disk", shared: false }];
      await client.create({ type: "noop", id: "ended" });
      await client.settled("ended");
      await client.create({ type: "noop", id: "held", hold: true, resources });
      await deleteStream(trial, name);
      for (const node of nodes) {
        expect(await node.ended()).toBe(4);
        expect(node.output).toMatch(`stream ${name}: it was deleted. Start the nodes again`);
      }
      await trial.node();
      expect(await trial.run("run", "copy", "a", "b", "--id", "held", "--detach")).toMatchObject({
        code: 3,
        output: expect.stringContaining("Job ID 'held' already in use"),
      });
      expect(await client.job("ended")).toMatchObject({ outcome: "success" });
      expect((await trial.run("start", "held")).code).toBe(0);
      expect(await client.settled("held")).toMatchObject({ outcome: "success" });
      const bus = await trial.bus();
      const changes = await changesOf(bus.log);
      await vi.waitFor(async () => expect(await feedOf(bus.outlet)).toEqual(changes), patience);
      expect(worker.isOver).toBe(false);
    },
  );

  test.concurrent("the log: ends its nodes, and makes no other in its place", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    const watching = trial.start("watch", "--from", "0", "--bus", trial.url);
    const client = await trial.client(quiet);
    await client.declare([{ type: "noop", args: {}, run: async () => null }]);
    await client.create({ type: "noop", id: "held", hold: true });
    await watching.says("held");
    await deleteStream(trial, "JOB_LOG");
    for (const process of [node, watching]) {
      expect(await process.ended()).toBe(4);
      expect(process.output).toContain("stream JOB_LOG: it was deleted. Nothing was repaired");
    }
    expect(await trial.run("serve")).toMatchObject({
      code: 4,
      output: expect.stringContaining("restore JOB_LOG from a backup"),
    });
    expect((await trial.run("ls")).code).toBe(4);
  });
});

describeWith(parts.nats, "two histories under one prefix", () => {
  test.concurrent("another one in place of the log ends the nodes, and none starts beside the old feed", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    await trial.worker("w1");
    const client = await trial.client(quiet);
    await client.create({ type: "noop", id: "one" });
    await client.settled("one");
    const settings = readNatsUrl(trial.url, {});
    await using bus = await openNatsBus(settings, { world: realWorld, create: false });
    await vi.waitFor(
      async () => expect((await bus.outlet.head()).head).toBeGreaterThan(5),
      patience,
    );
    const { streams } = bus.link.jsm;
    const { config } = await streams.info("JOB_LOG");
    await streams.delete("JOB_LOG");
    const metadata = { ...config.metadata, "jobchart.generation": "other" };
    await streams.add({ ...config, metadata });
    expect(await node.ended()).toBe(4);
    expect(node.output).toMatch(/another history is under its name now|is gone, found/);
    const again = trial.start("serve", "--bus", trial.url);
    expect(await again.ended()).toBe(4);
    expect(again.output).toMatch(/the feed is not this log's/);
  });
});
