/**
 * What the feed on NATS does beyond the contract: what any NATS client sees of it, a relay that
 * wakes up late, and messages that no relay wrote.
 */
import { headers } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import type { FeedEntry } from "../bus.ts";
import { toArray } from "../contract/to-array.ts";
import { realWorld } from "../world.ts";
import { readNatsUrl } from "./nats-url.ts";
import { openNatsBus, type NatsBus } from "./open-nats-bus.ts";
import { testServer } from "./server/test-servers.ts";

async function openOne(): Promise<NatsBus> {
  const servers = await testServer();
  onTestFinished(() => servers[Symbol.asyncDispose]());
  const bus = await openNatsBus(readNatsUrl(servers.url, {}), { world: realWorld, create: true });
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

function entry(position: number, data = "{}"): FeedEntry {
  const headers = { "ce-id": `${position}.0`, traceparent: "00-ab-cd-01" };
  return { subject: `event.copy.j${position}.ready`, position, index: 0, data, headers };
}

/** What a plain subscriber hears. */
async function heardBy({ link }: NatsBus, pattern: string): Promise<readonly string[]> {
  const heard: string[] = [];
  link.nc.subscribe(pattern, {
    callback: (_, { subject, headers: fields }) => {
      heard.push(`${subject} ${fields?.get("ce-id")} ${fields?.get("traceparent")}`);
    },
  });
  await link.nc.flush();
  return heard;
}

describeWith(parts.nats, "the feed on NATS", () => {
  test("is heard by any subscriber, with its headers, as it was stored and nothing else", async () => {
    const bus = await openOne();
    const heard = await heardBy(bus, "job.event.*.*.ready");
    const head = await bus.outlet.append([entry(1), entry(2)], 0);
    await expect(bus.outlet.append([entry(1), entry(2)], 0)).rejects.toMatchObject({
      code: "conflict",
    });
    await bus.outlet.append([entry(3)], head);
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(heard).toEqual([1, 2, 3].map((n) => `job.event.copy.j${n}.ready ${n}.0 00-ab-cd-01`));
    expect(await toArray(bus.outlet.read(0))).toEqual([entry(1), entry(2), entry(3)]);
  });

  test("takes the first few entries when one cannot be stored, and says why at the next try", async () => {
    const bus = await openOne();
    const { jsm } = bus.link;
    const { config } = await jsm.streams.info("JOB_FEED");
    await jsm.streams.update("JOB_FEED", { ...config, max_bytes: 50_000 });
    const entries = Array.from({ length: 10 }, (_, i) => entry(i + 1, "x".repeat(10_000)));
    const first = bus.outlet.append(entries, 0);
    await expect(first).rejects.toMatchObject({ code: "conflict" });
    const { head, last } = await bus.outlet.head();
    expect(head).toBeGreaterThan(0);
    expect(last).toEqual(entries[head - 1]);
    expect(await toArray(bus.outlet.read(0))).toEqual(entries.slice(0, head));
    const again = bus.outlet.append(entries.slice(head), head);
    await expect(again).rejects.toMatchObject({ code: "full" });
  });

  test("refuses an entry that is too large before any is sent", async () => {
    const bus = await openOne();
    const large = [entry(1), entry(2, "x".repeat(1 << 20))];
    await expect(bus.outlet.append(large, 0)).rejects.toMatchObject({ code: "too-large" });
    expect(await bus.outlet.head()).toEqual({ head: 0, last: undefined });
  });

  test("says which message no relay wrote", async () => {
    const bus = await openOne();
    await bus.outlet.append([entry(1)], 0);
    const fields = headers();
    fields.set("Job-Position", "two");
    await bus.link.jsm.jetstream().publish("job.relay.copy.a.ready", "", { headers: fields });
    const wrong = {
      code: "corrupt",
      message: expect.stringMatching(/JOB_FEED: message 2 on job.event.copy.a.ready/),
    };
    await expect(toArray(bus.outlet.read(0))).rejects.toMatchObject(wrong);
    await expect(bus.outlet.head()).rejects.toMatchObject(wrong);
    const never = new AbortController().signal;
    await expect(toArray(bus.outlet.follow(0, { signal: never }))).rejects.toMatchObject(wrong);
  });

  test("starts anew for a relay when all of it was taken out", async () => {
    const bus = await openOne();
    const head = await bus.outlet.append([entry(1), entry(2)], 0);
    await bus.link.jsm.streams.purge("JOB_FEED");
    expect(await bus.outlet.head()).toEqual({ head, last: undefined });
    await bus.outlet.append([entry(1)], head);
    expect(await toArray(bus.outlet.read(0))).toEqual([entry(1)]);
  });
});
