/**
 * What a user may not do is said in so many words, and a worker needs no more than it should.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import { patience } from "../contract/patience.ts";
import { freshBus } from "./fresh-bus.ts";
import { testServer, type TestServers } from "./server/test-servers.ts";

const worker = {
  publish: [
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.JOB_LOG",
    "$JS.API.CONSUMER.NAMES.JOB_WORK",
    "$JS.API.CONSUMER.INFO.JOB_WORK.*",
    "$JS.API.CONSUMER.MSG.NEXT.JOB_WORK.*",
    "$JS.ACK.JOB_WORK.>",
    "$KV.job.lease.w1.>",
    "job.report.w1.>",
  ],
  subscribe: ["_INBOX_w1.>", "job.places", "job.ctl.*"],
};
const idler = {
  publish: worker.publish.filter((subject) => !subject.includes("MSG.NEXT")),
  subscribe: worker.subscribe,
};
const configuration = `authorization: { users: [
  { user: node, password: node },
  { user: worker, password: worker, permissions: ${JSON.stringify(worker)} },
  { user: idler, password: idler, permissions: ${JSON.stringify(idler)} },
] }`;

describeWith(parts.nats, "a restricted user of NATS", () => {
  let server: TestServers;
  beforeAll(async () => {
    server = await testServer({ configuration });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const never = new AbortController().signal;
  const forbidden = { code: "denied" };
  const tags = { gpu: "a100" };
  const wanted = { types: ["copy"], host: "here", tags };

  const message = { data: "", headers: {} };
  const handle = async () => message;

  const open = (user: string, create = false) =>
    freshBus(server, {
      prefix: "job",
      auth: { user, password: user },
      create,
      ...(create ? {} : { inboxPrefix: "_INBOX_w1" }),
    });

  test("a worker that may only pull takes work of every place that is for it", async () => {
    const node = await open("node", true);
    const { queue } = await open("worker");
    await node.queue.prepare(wanted);
    for (const item of [
      { uid: "any", type: "copy" },
      { uid: "bound", type: "copy", host: "here" },
      { uid: "tagged", type: "copy", require: tags },
      { uid: "high", type: "copy", priority: 5 },
    ]) {
      const taking = queue.take(wanted, never);
      await node.queue.offer(item);
      expect(await taking).toEqual(item);
      await queue.done(item.uid);
    }
    const low = { uid: "low", type: "copy" };
    const high = { uid: "higher", type: "copy", priority: 5 };
    for (const item of [low, high]) await node.queue.offer(item);
    for (const item of [high, low]) {
      expect(await queue.take(wanted, never)).toEqual(item);
      await queue.done(item.uid);
    }
    const { state } = await node.link.jsm.streams.info(node.link.names.streams.work);
    expect(state.messages).toBe(0);
  });

  test("a worker keeps its own lease alive, and gives it back", async () => {
    const node = await open("node", true);
    const { values } = await open("worker");
    const key = "lease.w1.s1";
    const first = await values.put(key, "1", { expect: 0, ttlMs: 30_000 });
    const second = await values.put(key, "2", { expect: first, ttlMs: 30_000 });
    await expect(values.put(key, "x", { expect: first })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await node.values.list("lease.")).toEqual([{ key, value: "2", version: second }]);
    await values.remove(key, second);
    expect(await node.values.get(key)).toBeUndefined();
  });

  test("a worker can neither offer work, nor remove any, nor write another's lease", async () => {
    const node = await open("node", true);
    const { queue, values } = await open("worker");
    const item = { uid: "a", type: "copy" };
    await node.queue.offer(item);
    await expect(queue.offer(item)).rejects.toMatchObject(forbidden);
    await expect(queue.offer({ uid: "s", type: "scan" })).rejects.toMatchObject(forbidden);
    await expect(queue.done("a")).rejects.toMatchObject(forbidden);
    await expect(values.put("lease.w2.s1", "")).rejects.toMatchObject(forbidden);
    await expect(values.list("lease.")).rejects.toMatchObject(forbidden);
    await node.queue.done("a");
  });

  test("who may not pull is told so instead of waiting for ever", async () => {
    const node = await open("node", true);
    const { queue } = await open("idler");
    await node.queue.prepare(wanted);
    await expect(queue.take(wanted, never)).rejects.toMatchObject(forbidden);
  });

  test("who may not ask or serve something is told so", async () => {
    await open("node", true);
    const { requests } = await open("worker");
    await expect(
      requests.request("cmd.pause.a", message, { timeoutMs: 30_000 }),
    ).rejects.toMatchObject(forbidden);
    await expect(
      requests.serve({
        name: "jobchart",
        version: "1.0.0",
        description: "",
        endpoints: [{ name: "verbs", subject: "cmd.*.*", handle }],
      }),
    ).rejects.toMatchObject(forbidden);
  });

  test("what a worker says without the right to is lost, and no other signal with it", async () => {
    const node = await open("node", true);
    const { signals } = await open("worker");
    const heard: string[] = [];
    signals.subscribe("ctl", (subject) => heard.push(subject));
    signals.publish("progress.a", "1");
    await vi.waitFor(() => {
      node.signals.publish("ctl.s1", "");
      expect(heard).toContain("ctl.s1");
    }, patience);
  });
});
