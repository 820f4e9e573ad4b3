/** Processes that are told to stop, or are not let in, while their server is not what it was. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { NatsServer } from "../../bus/nats/server/nats-server.ts";
import { realWorld } from "../../bus/world.ts";
import { describeWith, parts } from "../parts.ts";
import { Child } from "./child.ts";
import { FleetTrial } from "./fleet-trial.ts";

const trialJobs = join(import.meta.dirname, "trial-jobs.ts");

function authorized(password: string): string {
  return `authorization: { user: ann, password: ${password} }`;
}

describeWith(parts.nats, "a fleet's process whose server is away", () => {
  test.concurrent("ends quietly with 0 as a node, however much it had not yet saved", async () => {
    await using trial = await FleetTrial.open();
    const node = await trial.node();
    expect(await trial.run("run", "noop", "--drivers", trialJobs, "--id", "one")).toMatchObject({
      code: 0,
    });
    await trial.brokers.servers[0]?.stop("SIGKILL");
    await node.says(/lost \S+; trying again/);
    expect(await node.end("SIGTERM")).toBe(0);
    expect(node.output).toMatch(/; trying again\n$/);
  });

  test.concurrent("says as a worker how long it waits before it ends", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const worker = await trial.worker("w1");
    await trial.brokers.servers[0]?.stop("SIGKILL");
    await worker.says(/lost \S+; trying again/);
    worker.signal("SIGTERM");
    await worker.says("waits up to 20 s for one, to give the jobs back; interrupt again to leave");
    expect(await worker.end("SIGTERM")).toBe(130);
  });

  test.concurrent("says once why it is not let in any more, and no secret", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jobchart-away-"));
    const own = { world: realWorld, folder };
    const first = await NatsServer.start({ ...own, configuration: authorized("xyzzy") });
    const bus = first.url.replace("//", "//ann:xyzzy@");
    const node = new Child(["serve", "--bus", bus], folder);
    const more = { ...own, port: first.port };
    try {
      await node.says("serving ");
      await first.stop();
      const second = await NatsServer.start({ ...more, configuration: authorized("other") });
      const why = `${first.url} does not let us in: wrong user or password`;
      await node.says(`: ${why}; trying again`);
      const log = join(folder, "server.log");
      const refusals = (): readonly string[] =>
        readFileSync(log, "utf8").match(/authentication error/g) ?? [];
      await vi.waitFor(() => expect(refusals().length).toBeGreaterThan(2), { timeout: 10_000 });
      await second.stop();
      await using _ = await NatsServer.start({ ...more, configuration: authorized("xyzzy") });
      await node.says(" again\n");
      expect(node.output.split(why)).toHaveLength(2);
      expect(node.output.match(/lost/g)).toHaveLength(2);
      expect(node.output).not.toContain("xyzzy");
    } finally {
      await node.end("SIGKILL");
      await first.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
