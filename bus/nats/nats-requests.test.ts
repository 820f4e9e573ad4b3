import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, parts } from "../../properties/parts.ts";
import type { Endpoint, Message, Service } from "../bus.ts";
import { freshBus } from "./fresh-bus.ts";
import { testServer, type TestServers } from "./server/test-servers.ts";

const plain = (data: string): Message => ({ data, headers: {} });

function service(handle: Endpoint["handle"], name = "jobchart"): Service {
  const endpoints = [{ name: "verbs", subject: "cmd.*.*", handle }];
  return { name, version: "1.2.3", description: "Tests", endpoints };
}

describeWith(parts.nats, "the requests on NATS", () => {
  let server: TestServers;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const timeoutMs = 30_000;
  test("who asks and finds nobody is told how to start a node", async () => {
    const { requests } = await freshBus(server);
    const asking = requests.request("cmd.pause.a", plain(""), { timeoutMs });
    await expect(asking).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(
        /nobody serves cmd\.pause\.a: start a node with 'jobchart serve'/,
      ),
    });
  });

  test("who gets no reply in time is told so", async () => {
    const { requests } = await freshBus(server);
    await requests.serve(service(() => Promise.withResolvers<Message>().promise));
    const asking = requests.request("cmd.pause.a", plain(""), { timeoutMs: 50 });
    await expect(asking).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/asking cmd\.pause\.a: no reply in 50 ms/),
    });
  });

  test("a request that is too large is refused before it is sent", async () => {
    const { requests } = await freshBus(server);
    const heard: string[] = [];
    await requests.serve(
      service(async (_, { data }) => {
        heard.push(data);
        return plain("");
      }),
    );
    const large = "x".repeat(1 << 20);
    for (const message of [plain(large), { data: "", headers: { a: large } }]) {
      await expect(requests.request("cmd.a.b", message, { timeoutMs })).rejects.toMatchObject({
        code: "too-large",
      });
    }
    await requests.request("cmd.a.b", plain("small"), { timeoutMs });
    expect(heard).toEqual(["small"]);
  });

  test("a reply too large for one message comes in parts that say which they are", async () => {
    const { requests, link } = await freshBus(server);
    const data = "0123456789ä".repeat(150_000);
    await requests.serve(service(async () => ({ data, headers: { "Job-Rev": "7" } })));
    const replies = await link.nc.requestMany(`${link.names.prefix}.cmd.a.b`, "", {
      strategy: "count",
      maxMessages: 3,
      maxWait: timeoutMs,
    });
    const fields: (readonly string[])[] = [];
    for await (const { headers } of replies) {
      fields.push([headers?.get("Job-Part") ?? "", headers?.get("Job-Rev") ?? ""]);
    }
    expect(fields).toEqual([
      ["1/3", "7"],
      ["2/3", ""],
      ["3/3", ""],
    ]);
    expect(await requests.request("cmd.a.b", plain(""), { timeoutMs })).toEqual({
      data,
      headers: { "Job-Rev": "7" },
    });
  });

  test("requests are served side by side", async () => {
    const { requests } = await freshBus(server);
    const first = Promise.withResolvers<Message>();
    const handle = async (_: string, { data }: Message) => {
      if (data === "first") return first.promise;
      first.resolve(plain("first"));
      return plain(data);
    };
    await requests.serve(service(handle));
    const ask = (data: string) => requests.request("cmd.a.b", plain(data), { timeoutMs });
    expect(await Promise.all([ask("first"), ask("second")])).toEqual([
      plain("first"),
      plain("second"),
    ]);
  });

  test("what is no text reaches the handler as replacement characters", async () => {
    const { requests, link } = await freshBus(server);
    await requests.serve(service(async (_, { data }) => plain(data)));
    const subject = `${link.names.prefix}.cmd.a.b`;
    const reply = await link.nc.request(subject, Buffer.from([0x61, 0xff, 0xef, 0xbb, 0xbf]));
    expect(reply.string()).toBe("a\u{fffd}\u{feff}");
  });

  test("a handler that fails is answered for, and the next request served", async () => {
    const { requests } = await freshBus(server);
    await requests.serve(
      service(async (_, message) => {
        if (message.data === "bad") throw new Error("two\r\nlines");
        if (message.data === "headers") return { data: "", headers: { a: "b\r\nc: d" } };
        return message;
      }),
    );
    const ask = (data: string) => requests.request("cmd.a.b", plain(data), { timeoutMs });
    const failed = { "Nats-Service-Error": "two lines", "Nats-Service-Error-Code": "500" };
    expect(await ask("bad")).toEqual({ data: "", headers: failed });
    expect(await ask("headers")).toMatchObject({ headers: { "Nats-Service-Error-Code": "500" } });
    expect(await ask("good")).toEqual(plain("good"));
  });

  test("a service is found, described and counted by the tools of NATS", async () => {
    const { requests, link } = await freshBus(server);
    const { prefix } = link.names;
    const name = `jobchart_${prefix}`;
    const refused = { "Nats-Service-Error": "no such job", "Nats-Service-Error-Code": "404" };
    const handle = async (subject: string) =>
      subject === "cmd.pause.none" ? { data: "{}", headers: refused } : plain("{}");
    const serving = await requests.serve(service(handle, name));
    for (const id of ["a", "none", "b"]) {
      await requests.request(`cmd.pause.${id}`, plain(""), { timeoutMs });
    }

    const ask = async (subject: string) => (await link.nc.request(subject)).json<{ id: string }>();
    const { id, ...ping } = await ask(`$SRV.PING.${name}`);
    const self = { name, version: "1.2.3", metadata: {} };
    expect(ping).toEqual({ type: "io.nats.micro.v1.ping_response", ...self });
    expect(await ask(`$SRV.PING.${name}.${id}`)).toEqual({ id, ...ping });
    const endpoint = { name: "verbs", subject: `${prefix}.cmd.*.*`, queue_group: "q" };
    expect(await ask(`$SRV.INFO.${name}.${id}`)).toEqual({
      type: "io.nats.micro.v1.info_response",
      id,
      ...self,
      description: "Tests",
      endpoints: [{ ...endpoint, metadata: {} }],
    });
    const stats = await ask(`$SRV.STATS.${name}`);
    expect(stats).toMatchObject({
      type: "io.nats.micro.v1.stats_response",
      id,
      ...self,
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      endpoints: [{ ...endpoint, num_requests: 3, num_errors: 1, last_error: "404:no such job" }],
    });
    expect(stats).toHaveProperty("endpoints.0.processing_time", expect.any(Number));
    expect(stats).toHaveProperty("endpoints.0.average_processing_time", expect.any(Number));

    const all = await link.nc.requestMany("$SRV.PING", "", { strategy: "stall", maxWait: 5_000 });
    const found: string[] = [];
    for await (const reply of all) found.push(reply.json<{ id: string }>().id);
    expect(found).toContain(id);

    await serving[Symbol.asyncDispose]();
    await expect(ask(`$SRV.PING.${name}`)).rejects.toThrow(/no responders/);
  });

  test("an answer goes to an inbox, and nowhere that only a node may write", async () => {
    const { link, log, requests } = await freshBus(server);
    const { nc, names } = link;
    await log.append("g1", 1, "{}");
    const asked: string[] = [];
    const handle = async (subject: string) => {
      asked.push(subject);
      return plain("{}");
    };
    await using _ = await requests.serve(service(handle));
    const purge = `$JS.API.STREAM.PURGE.${names.streams.log}`;
    for (const reply of [`${names.prefix}.log.g2`, purge]) {
      nc.publish(`${names.prefix}.cmd.pause.a`, "", { reply });
      nc.publish("$SRV.PING.jobchart", "", { reply });
    }
    await requests.request("cmd.pause.b", plain(""), { timeoutMs });
    await nc.flush();
    expect(asked).toEqual(["cmd.pause.b"]);
    expect(await log.head()).toBe(1);
    expect(await log.read("g1")).toHaveLength(1);
  });

  test("a service may be put away after its bus was closed", async () => {
    const bus = await freshBus(server);
    const serving = await bus.requests.serve(service(async () => plain("")));
    await bus[Symbol.asyncDispose]();
    await expect(serving[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
