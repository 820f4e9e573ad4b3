/**
 * Servers for tests: one, or a cluster of three, in folders of their own under the temporary
 * folder; all gone when the test, or the file of tests, is finished.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realWorld } from "../../world.ts";
import { freePort, NatsServer, type ServerSettings } from "./nats-server.ts";

export interface TestServers extends AsyncDisposable {
  readonly servers: readonly NatsServer[];
  /** All of them, as one writes it for a client. */
  readonly url: string;
}

/** One server; `configuration`: more lines for its configuration file. */
export async function testServer(
  more: Pick<ServerSettings, "configuration" | "port" | "program"> = {},
): Promise<TestServers> {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-nats-"));
  const server = await NatsServer.start({ world: realWorld, folder, ...more });
  return together([server], folder);
}

/** Three servers in a cluster; resolves when all accept connections, which is before they have a leader. */
export async function testCluster(): Promise<TestServers> {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-nats-"));
  const routes = await Promise.all([freePort(), freePort(), freePort()]);
  const list = routes.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
  const servers = await Promise.all(
    routes.map((port, index) => {
      const cluster = `cluster: { name: test, listen: "127.0.0.1:${port}", routes: [${list}] }`;
      const configuration = `server_name: n${index}\nping_interval: "10s"\n${cluster}`;
      return NatsServer.start({
        world: realWorld,
        folder: join(folder, `n${index}`),
        configuration,
      });
    }),
  );
  return together(servers, folder);
}

function together(servers: readonly NatsServer[], folder: string): TestServers {
  return {
    servers,
    url: `nats://${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.stop("SIGKILL")));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
