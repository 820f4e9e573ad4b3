/**
 * Under the rights of its role each can do the whole of its work, and is refused the rest: at once,
 * and in so many words.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isRefusal } from "../../actors/commands.ts";
import { Lease } from "../../actors/lease.ts";
import { BusError } from "../../bus/bus-error.ts";
import type { Values } from "../../bus/bus.ts";
import { patience } from "../../bus/contract/patience.ts";
import { openBus } from "../../bus/open-bus.ts";
import { realWorld } from "../../bus/world.ts";
import type { JobSpec } from "../../jobchart.ts";
import { describeWith, parts } from "../../properties/parts.ts";
import { PermittedFleet } from "./permitted-fleet.ts";

const denied = { code: "denied" };

function count(id: string, to: number, everyMs: number): JobSpec {
  return { type: "count", id, args: { to, everyMs }, autoFinalize: false };
}

describeWith(parts.nats, "a fleet with the permissions that are exported", () => {
  let fleet: PermittedFleet;
  beforeAll(async () => {
    fleet = await PermittedFleet.open();
  }, 30_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  describe("the operator", () => {
    test("creates, asks, watches and lists; worker and node do their part", async () => {
      const operator = await fleet.client("operator");
      const watching = new AbortController();
      const seen: string[] = [];
      const watched = (async () => {
        const { signal } = watching;
        for await (const { to } of operator.watch({ after: 0, signal })) if (to) seen.push(to);
      })();
      const one = { ...count("one", 40, 20), priority: 3 };
      expect(isRefusal(await operator.create(one))).toBe(false);
      await vi.waitFor(async () => {
        expect((await operator.job("one"))?.["current-progress"]).toBeGreaterThan(2);
      }, patience);
      await operator.ask("pause", "one");
      await vi.waitFor(async () => {
        expect((await operator.job("one"))?.status).toBe("paused");
      }, patience);
      await operator.ask("resume", "one");
      await vi.waitFor(async () => {
        expect((await operator.job("one"))?.status).toBe("pending");
      }, patience);
      await operator.ask("finalize", "one");
      expect(await operator.settled("one")).toMatchObject({ outcome: "success" });
      const history: string[] = [];
      for await (const { to } of operator.history("one")) if (to) history.push(to);
      expect(history.at(-1)).toBe("null");
      await vi.waitFor(() => expect(seen).toEqual(history), patience);
      watching.abort();
      await watched;
      const { signals } = await fleet.bus("node");
      expect((await signals.kept("progress.")).size).toBeGreaterThan(0);
      expect((await operator.workers()).map(({ worker }) => worker)).toEqual(
        expect.arrayContaining(["w.1", "w2"]),
      );
    }, 30_000);

    test("by the command line, too", async () => {
      const args = ["--arg", "to:=1", "--arg", "everyMs:=1"];
      const ran = await fleet.run("operator", "run", "count", ...args, "--id", "two", "--detach");
      expect(ran).toMatchObject({ code: 0 });
      const operator = await fleet.client("operator");
      await operator.settled("two");
      expect(await fleet.run("operator", "history", "two")).toMatchObject({
        code: 0,
        output: expect.stringContaining("concluded"),
      });
      expect(await fleet.run("operator", "events", "--from", "0", "--until-now")).toMatchObject({
        code: 0,
      });
      expect(await fleet.run("operator", "ls", "--all")).toMatchObject({ code: 0 });
      const here = await fleet.run("operator", "run", "copy", "a", "b");
      expect(here.code).toBe(4);
      expect(here.output).toMatch(/is not permitted to .* --detach leaves it to the workers\n$/);
    }, 30_000);

    test("hears of the doctor what it may not look at, and a node's user sees all", async () => {
      const [seen, all] = await Promise.all([
        fleet.run("operator", "doctor"),
        fleet.run("node", "doctor"),
      ]);
      expect(seen.output).toMatch(/^\? stream KV_job: .*not permitted to publish/m);
      expect(seen.output).toMatch(/^\? the names: /m);
      expect(seen.output).toMatch(/^the nodes: 1 node answered/m);
      expect(seen.output).toMatch(/^stream JOB_LOG: /m);
      expect(seen).toMatchObject({ code: 0, output: expect.stringContaining("nothing stuck") });
      expect(all.output).toContain("names held, nothing stuck");
      expect(all.output).not.toMatch(/^\?/m);
      expect(all.code).toBe(0);
    }, 30_000);

    test.each([
      ["&domain=jobchart", /\$JS\.API\..*; streams in another account are named with \?domain=/],
      [
        "inbox=_INBOX_operator&",
        /_INBOX\..*; the replies that it may read are named with \?inbox=/,
      ],
    ])("without %s in its URL is told what is missing", async (setting, why) => {
      const url = fleet.url("operator").replace(setting, "");
      const opening = openBus(url, { world: realWorld, create: false });
      await expect(opening).rejects.toMatchObject({
        code: "denied",
        message: expect.stringMatching(why),
      });
    });

    test("cannot report", async () => {
      const { requests } = await fleet.bus("operator");
      const asked = requests.request(
        "report.w2.s1.g1-1",
        { data: "{}", headers: {} },
        { timeoutMs: 20_000 },
      );
      await expect(asked).rejects.toMatchObject({
        code: "denied",
        message: expect.stringContaining("is not permitted to publish to job.report.w2.s1.g1-1"),
      });
    });
  });

  describe("a worker", () => {
    test("hands its jobs over when it is stopped, and another goes on from the checkpoint", async () => {
      const first = await fleet.worker("w2", "w2", "--tag", "here=yes");
      const operator = await fleet.client("operator");
      await operator.create({ ...count("three", 60, 20), require: { here: "yes" } });
      await vi.waitFor(async () => {
        expect((await operator.job("three"))?.["current-progress"]).toBeGreaterThan(2);
      }, patience);
      first.signal("SIGTERM");
      expect(await first.ended()).toBe(0);
      await fleet.worker("w2", "w2", "--tag", "here=yes");
      await vi.waitFor(async () => {
        expect(await operator.job("three")).toMatchObject({ status: "pending", epoch: 2 });
      }, patience);
      const released: unknown[] = [];
      for await (const { kind } of operator.history("three")) {
        if (kind === "released") released.push(kind);
      }
      expect(released).toHaveLength(1);
      await operator.ask("finalize", "three");
      expect((await operator.settled("three"))?.outcome).toBe("success");
    }, 30_000);

    test("keeps its lease when a renewal's answer is lost, and cannot have it back", async () => {
      const [{ values }, node] = await Promise.all([fleet.bus("w2"), fleet.bus("node")]);
      let puts = 0;
      const losing: Values = {
        ...values,
        put: async (...args) => {
          const version = await values.put(...args);
          puts += 1;
          if (puts === 2) throw new BusError("unavailable", "the answer was lost");
          return version;
        },
      };
      const who = { session: "lossy", worker: "w2", host: "h", pid: 1 };
      const info = { ...who, types: [], picks: [], concurrency: 1, tags: {} };
      await using lease = await Lease.open(losing, realWorld, info, 4_000);
      await vi.waitFor(() => expect(puts).toBe(4), patience);
      expect(lease.isAlive()).toBe(true);
      expect(await Lease.live(node.values)).toContainEqual(info);
      const key = "lease.w2.brief";
      const first = await values.put(key, "1", { expect: 0, ttlMs: 1_000 });
      const second = await values.put(key, "2", { expect: first, ttlMs: 1_000 });
      const late = values.put(key, "3", { expect: first });
      await expect(late).rejects.toMatchObject({ code: "conflict", found: second });
      await vi.waitFor(async () => expect(await node.values.get(key)).toBeUndefined(), patience);
      const renewing = values.put(key, "3", { expect: second });
      await expect(renewing).rejects.toMatchObject({ code: "conflict", found: 0 });
    }, 30_000);

    test("takes the higher priority first, and gives back what it does not want", async () => {
      const [{ queue }, node] = await Promise.all([fleet.bus("w2"), fleet.bus("node")]);
      const wanted = { types: ["ranked"], host: "h" };
      const take = () => queue.take(wanted, AbortSignal.timeout(patience.timeout));
      const items = [-1, 4, 2].map((priority) => ({
        uid: `r${priority}`,
        type: "ranked",
        priority,
      }));
      for (const item of items) await node.queue.offer(item);
      for (const item of [items[1], items[2], items[0]]) expect(await take()).toEqual(item);
      for (const { uid } of items) await queue.done(uid);
      // Nobody wants what its open requests are now answered with.
      for (const item of items) await node.queue.offer(item);
      for (const item of [items[1], items[2], items[0]]) expect(await take()).toEqual(item);
    }, 30_000);

    test("neither reports for another, nor commands, nor takes another's lease", async () => {
      const { requests, values, queue } = await fleet.bus("w2");
      for (const subject of ["report.w=2E1.s1.g1-1", "cmd.cancel.one", "query.jobs"]) {
        const message = { data: "{}", headers: {} };
        const asked = requests.request(subject, message, { timeoutMs: 20_000 });
        await expect(asked).rejects.toMatchObject(denied);
      }
      await expect(values.put("lease.w=2E1.s1", "")).rejects.toMatchObject(denied);
      await expect(values.put("name.one", "")).rejects.toMatchObject(denied);
      await expect(queue.offer({ uid: "a", type: "copy" })).rejects.toMatchObject(denied);
      await expect(values.put("lease.w2.mine", "", { ttlMs: 1000 })).resolves.toBeGreaterThan(0);
    });
  });

  describe("a reader", () => {
    test("lists, and follows events and histories", async () => {
      const [reader, operator] = await Promise.all([
        fleet.client("reader"),
        fleet.client("operator"),
      ]);
      const stop = new AbortController();
      const heard: string[] = [];
      const following = (async () => {
        for await (const { job, to } of reader.events({ id: "four", signal: stop.signal })) {
          heard.push(`${job} ${to}`);
        }
      })();
      const noop = { type: "noop", args: {} };
      await vi.waitFor(async () => {
        await operator.create({ ...noop, id: "four" });
        expect(heard).toContain("four concluded");
      }, patience);
      stop.abort();
      await following;
      expect(await reader.settled("four")).toMatchObject({ outcome: "success" });
      expect((await reader.queryJobs({ all: true })).map(({ id }) => id)).toContain("four");
    }, 30_000);

    test("can neither command nor write anything", async () => {
      const reader = await fleet.client("reader");
      await expect(reader.ask("cancel", "gabcdefghij234567-1")).rejects.toMatchObject(denied);
      const { log, outlet, values, queue } = await fleet.bus("reader");
      await expect(log.append("g1", 1, "{}")).rejects.toMatchObject(denied);
      const entry = { subject: "event.a.b.c", position: 1, index: 0, data: "", headers: {} };
      const { head } = await outlet.head();
      await expect(outlet.append([entry], head)).rejects.toMatchObject(denied);
      await expect(values.put("lease.r.s", "")).rejects.toMatchObject(denied);
      await expect(queue.offer({ uid: "a", type: "noop" })).rejects.toMatchObject(denied);
    });
  });
});
