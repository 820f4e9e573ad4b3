/**
 * Bus URLs, as people write them.
 */
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { describeWith, parts } from "../properties/parts.ts";
import { freshFolder } from "./contract/fresh-folder.ts";
import { testServer } from "./nats/server/test-servers.ts";
import { openBus } from "./open-bus.ts";
import { realWorld } from "./world.ts";

const options = { world: realWorld, create: true };

describe("openBus", () => {
  test("opens a file by URL, by path, and by relative path", async () => {
    const path = join(freshFolder(), "my jobs 100%.db");
    for (const url of [`file:${path}`, `file://${path}`, path, relative(process.cwd(), path)]) {
      await using bus = await openBus(url, options);
      expect(bus.url).toBe(`file:${path}`);
    }
  });

  test("opens a bus in memory, a new one each time", async () => {
    await using one = await openBus("memory:", options);
    await using two = await openBus("memory:", options);
    await one.log.append("g", 1, "");
    expect(await two.log.head()).toBe(0);
  });

  test.each(["redis:x", "memory:x", "file:", "file://host/x", ""])(
    "refuses %j and says what it knows",
    async (url) => {
      await expect(openBus(url, options)).rejects.toMatchObject({
        code: "bad-url",
        message: `unknown bus URL "${url}"; known: file:PATH, memory:, nats://HOST:PORT`,
      });
    },
  );

  test("tells no secret of what it refuses", async () => {
    await expect(openBus("nat://ann:xyzzy@host", options)).rejects.toThrow(
      'unknown bus URL "nat://host"',
    );
  });
});

describeWith(parts.nats, "openBus", () => {
  test("opens a fleet by its URL, or by its settings", async () => {
    await using server = await testServer();
    const { port } = new URL(server.url);
    const servers = [`127.0.0.1:${port}`] as const;
    for (const bus of [`${server.url}?prefix=acme`, { servers, prefix: "acme" }] as const) {
      await using opened = await openBus(bus, options);
      expect(opened.url).toBe(`${server.url}?prefix=acme`);
    }
  });
});
