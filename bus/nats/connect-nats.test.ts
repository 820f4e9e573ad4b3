import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { hostname } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { describeWith, oldNatsServer, parts } from "../../properties/parts.ts";
import { realWorld } from "../world.ts";
import { connectNats } from "./connect-nats.ts";
import { readNatsUrl } from "./nats-url.ts";
import { connectTo, outcomeAt, withUser } from "./server/connect-outcome.ts";
import { freePort } from "./server/nats-server.ts";
import { testServer } from "./server/test-servers.ts";

/** A server of something else. */
async function strange(answer: (socket: Socket) => void): Promise<Disposable & { url: string }> {
  const server = createServer((socket) => answer(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `nats://127.0.0.1:${port}`, [Symbol.dispose]: () => server.close() };
}

describe("without a server, a connection", () => {
  test.concurrent("is refused at once, and it is said how to get one", async () => {
    expect(await outcomeAt("nats://ann:xyzzy@127.0.0.1:1,localhost:1")).toMatchObject({
      code: "unavailable",
      message:
        "cannot reach nats://127.0.0.1:1,localhost:1: connection refused; is it running? " +
        "'jobchart serve --with-nats' starts one",
    });
  });

  test.concurrent("is refused in time when nobody answers", async () => {
    using silent = await strange(() => undefined);
    expect(await outcomeAt(silent.url)).toMatchObject({
      code: "unavailable",
      message: `cannot reach ${silent.url}: no answer in time`,
    });
  });

  test.concurrent("is refused when something else is there", async () => {
    using other = await strange((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const message = `cannot reach ${other.url}: what answers there is no NATS server`;
    expect(await outcomeAt(other.url)).toMatchObject({ code: "unavailable", message });
    using rude = await strange((socket) => socket.end());
    expect(await outcomeAt(rude.url)).toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/: what is there hangs up; it may want TLS/),
    });
  });
});

describeWith(parts.nats, "a connection", () => {
  test.concurrent("is named after its process, for who looks at the server", async () => {
    const port = await freePort();
    await using server = await testServer({ configuration: `http: "127.0.0.1:${port}"` });
    const settings = readNatsUrl(server.url, {});
    const connections = [
      await connectNats(settings, realWorld),
      await connectNats({ ...settings, name: "w1" }, realWorld),
    ];
    const response = await fetch(`http://127.0.0.1:${port}/connz`);
    expect(await response.json()).toMatchObject({
      connections: [{ name: `jobchart-${hostname()}-${process.pid}` }, { name: "w1" }],
    });
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test.concurrent("is found again whenever the server is, and keeps its subscriptions", async () => {
    await using running = await testServer();
    const [server] = running.servers;
    const connection = await connectTo(running.url);
    const heard: string[] = [];
    connection.subscribe("greeting", {
      callback: (_, message) => void heard.push(message.string()),
    });
    for (const round of ["one", "two"]) {
      await server?.stop("SIGKILL");
      await server?.start();
      await vi.waitFor(
        () => {
          connection.publish("greeting", round);
          expect(heard).toContain(round);
        },
        { timeout: 10_000 },
      );
    }
    await connection.close();
  });

  test.concurrent("of somebody is kept when the server forgets them for a while", async () => {
    const configuration = "authorization: { user: ann, password: xyzzy }";
    await using running = await testServer({ configuration });
    const port = running.servers[0]?.port ?? 0;
    const connection = await connectTo(withUser(running.url, "ann:xyzzy"));
    await running.servers[0]?.stop();
    {
      await using other = await testServer({
        port,
        configuration: "authorization: { token: abc }",
      });
      const refusals: string[] = [];
      void (async () => {
        for await (const status of connection.status()) {
          if (status.type === "error") refusals.push(status.error.message);
        }
      })();
      await vi.waitFor(() => expect(refusals.length).toBeGreaterThan(3), { timeout: 10_000 });
      expect(other.servers).toHaveLength(1);
    }
    await running.servers[0]?.start();
    await vi.waitFor(() => connection.flush(), { timeout: 10_000 });
    await connection.close();
  });

  test.runIf(oldNatsServer)("is refused with a server before 2.11", async () => {
    await using server = await testServer({ program: oldNatsServer ?? "" });
    expect(await outcomeAt(server.url)).toMatchObject({
      code: "foreign",
      message: expect.stringMatching(/: nats-server 2\.\d\.\d+ is too old; 2\.11\.0 is needed$/),
    });
  });
});
