/** One folder is one server's, and so is one port; whatever else is tried, nothing is overwritten. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, parts } from "../../../properties/parts.ts";
import { realWorld } from "../../world.ts";
import { freePort, NatsServer } from "./nats-server.ts";

const world = realWorld;

describeWith(parts.nats, "a nats-server of one's own", (commands) => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "jobchart-server-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  test("is refused a folder that another one uses, whose configuration stays as it is", async () => {
    const folder = join(root, "used");
    await using first = await NatsServer.start({ world, folder });
    const configuration = readFileSync(join(folder, "server.conf"), "utf8");
    await expect(NatsServer.start({ world, folder })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(
        `${folder} is in use by the nats-server on port ${first.port} (pid ${first.pid})`,
      ),
    });
    expect(readFileSync(join(folder, "server.conf"), "utf8")).toBe(configuration);
    await first.stop("SIGKILL");
    await using again = await NatsServer.start({ world, folder });
    expect(again.port).not.toBe(first.port);
  });

  test("is refused a folder whose server has outlived who started it", async () => {
    const folder = join(root, "outlived");
    const server = await NatsServer.start({ world, folder });
    await server.stop();
    const file = join(folder, "server.conf");
    const program = commands["nats-server"];
    const orphan = spawn(program, ["-c", file], { stdio: "ignore" });
    try {
      await expect
        .poll(() => readFileSync(join(folder, "server.pid"), "utf8"))
        .toBe(String(orphan.pid));
      await expect(NatsServer.start({ world, folder })).rejects.toMatchObject({
        message: expect.stringContaining(`on port ${server.port} (pid ${orphan.pid})`),
      });
      expect(readFileSync(file, "utf8")).toContain(`:${server.port}"`);
    } finally {
      const gone = once(orphan, "exit");
      orphan.kill("SIGKILL");
      await gone;
    }
    await server.start();
    await server.stop();
  });

  test("takes a folder over whose last server's number is another process's now", async () => {
    const folder = join(root, "stale");
    const server = await NatsServer.start({ world, folder });
    const pidFile = join(folder, "server.pid");
    await server.stop("SIGKILL");
    await using alive = await NatsServer.start({ world, folder: join(root, "alive") });
    writeFileSync(pidFile, String(alive.pid));
    await server.start();
    expect(readFileSync(pidFile, "utf8")).not.toBe(String(alive.pid));
    await server.stop();
  });

  test("of several that are started on one port at once only one says that it serves", async () => {
    const port = await freePort();
    const started = await Promise.allSettled(
      ["a", "b", "c"].map((name) => NatsServer.start({ world, folder: join(root, name), port })),
    );
    const serving = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const reasons: unknown[] = started.flatMap((each) =>
      each.status === "rejected" ? [each.reason] : [],
    );
    await Promise.all(serving.map((server) => server.stop()));
    expect(serving).toHaveLength(1);
    const why = expect.stringContaining(`something listens on 127.0.0.1:${port} already`);
    expect(reasons).toEqual([
      expect.objectContaining({ message: why }),
      expect.objectContaining({ message: why }),
    ]);
  });
});
