/** Servers that have no room, and nodes that do not answer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { NatsServer } from "../../bus/nats/server/nats-server.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, type JobSystem } from "../../jobchart.ts";
import type { Commit } from "../../machines/commit.ts";
import { describeWith, parts } from "../parts.ts";
import { judgeLog } from "../judge-log.ts";
import { FleetTrial } from "./fleet-trial.ts";

const patience = { timeout: 30_000, interval: 50 };
const quiet = { onError: () => undefined };

/** Creates jobs until one fails; resolves with those that were accepted, and the failure. */
async function fill(client: JobSystem): Promise<{ ids: readonly string[]; failure: unknown }> {
  const ids: string[] = [];
  const args = { trace: "/dev/null/".padEnd(20_000, "x") };
  try {
    for (;;) {
      const id = `j${ids.length}`;
      const reply = await client.create({ type: "noop", id, args });
      if (isRefusal(reply)) throw new Error(reply.refused);
      ids.push(id);
    }
  } catch (failure) {
    return { ids, failure };
  }
}

/** The verbs of all commits. */
async function causesIn(trial: FleetTrial): Promise<readonly string[]> {
  const causes: string[] = [];
  const { log } = await trial.bus();
  for await (const batch of log.readAll()) {
    causes.push(...batch.map(({ text }) => (JSON.parse(text) as Commit).cause.verb));
  }
  return causes;
}

describeWith(parts.nats, "a fleet", () => {
  test.concurrent("whose server has no room takes nothing more, and goes on with all of it when it has", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jobchart-full-"));
    const storing = (size: string): string =>
      `jetstream: { store_dir: ${JSON.stringify(folder)}, max_file_store: ${size} }`;
    try {
      await using trial = await FleetTrial.open({ configuration: storing("1MB") });
      const processes = [await trial.node(), await trial.worker("w1")];
      const client = await trial.client(quiet);
      const { ids, failure } = await fill(client);
      expect(failure).toMatchObject({
        code: "full",
        message: expect.stringMatching(/has no room/),
      });
      expect(ids.length).toBeGreaterThan(5);
      const words = ["run", "copy", "a", "b", "--detach"];
      const refused = await trial.run(...words);
      expect(refused).toMatchObject({ code: 4, output: expect.stringContaining("has no room") });
      expect((await trial.run("ls")).code).toBe(0);
      const [broker] = trial.brokers.servers;
      await broker?.stop();
      const own = { world: realWorld, folder: trial.path("server"), port: broker?.port ?? 0 };
      await using _ = await NatsServer.start({ ...own, configuration: storing("100MB") });
      for (const id of ids) {
        expect(await client.settled(id)).toMatchObject({ outcome: "success" });
      }
      expect((await trial.run(...words)).code).toBe(0);
      expect(processes.filter(({ isOver }) => isOver)).toEqual([]);
      expect(await judgeLog(await trial.bus())).toMatchObject({ verdict: "conforms" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.concurrent("whose node does not answer says that the outcome is unknown, and what was asked twice is done once", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    const client = await trial.client(quiet);
    await client.declare([{ type: "noop", args: {}, run: async () => null }]);
    const reply = await client.create({ type: "noop", id: "one", hold: true });
    const uid = isRefusal(reply) ? "" : (reply.group.jobs[0]?.uid ?? "");
    node.signal("SIGSTOP");
    const paused = await trial.run("pause", uid);
    expect(paused.code).toBe(4);
    expect(paused.output.split("\n")).toEqual([
      `jobchart: asking cmd.pause.${uid}: nobody answered in 2 s; asking again`,
      `jobchart: asking cmd.pause.${uid}: nobody answered in 15 s: the outcome is unknown`,
      "",
    ]);
    node.signal("SIGCONT");
    await vi.waitFor(
      async () => expect(await client.job(uid)).toMatchObject({ paused: true }),
      patience,
    );
    expect(await causesIn(trial)).toEqual(["create", "pause"]);
  });

  test.concurrent("one of whose nodes hangs is served by the other, and does nothing twice when it goes on", async () => {
    await using trial = await FleetTrial.open();
    const [node] = await Promise.all([trial.node(), trial.node()]);
    const client = await trial.client(quiet);
    await client.declare([{ type: "noop", args: {}, run: async () => null }]);
    node.signal("SIGSTOP");
    const ids = Array.from({ length: 40 }, (_, index) => `j${index}`);
    const replies = await Promise.all(
      ids.map((id) => client.create({ type: "noop", id, hold: true })),
    );
    expect(replies.filter(isRefusal)).toEqual([]);
    const runs = [
      trial.run("ls"),
      trial.run("ls", "--all"),
      ...ids.slice(0, 3).map((id) => trial.run("pause", id)),
    ];
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    node.signal("SIGCONT");
    expect(await client.queryJobs()).toHaveLength(ids.length);
    const causes = await causesIn(trial);
    expect(causes.filter((verb) => verb === "create")).toHaveLength(ids.length);
    expect(causes.filter((verb) => verb === "pause")).toHaveLength(3);
    expect(await judgeLog(await trial.bus())).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("without nodes is waited for, which is no failure, until there is one", async () => {
    await using trial = await FleetTrial.open();
    await (await trial.node()).end("SIGTERM");
    const waiting = [
      trial.start("ls", "--json", "--bus", trial.url),
      trial.start("worker", "--name", "w1", "--json", "--bus", trial.url),
    ];
    await Promise.all(waiting.map((child) => child.says("asking again")));
    await trial.node();
    await Promise.all(waiting.map((child) => child.says('{"waiting":null}')));
    expect(await waiting[0]?.ended()).toBe(0);
    for (const { output } of waiting) {
      expect(output).toMatch(
        /^\{"waiting":".*nobody serves .*; asking again"\}\n\{"waiting":null\}\n/,
      );
      expect(output).not.toContain("error");
    }
  });
});
