/** Workers that are killed amid copies (faults.soak.ts has a hundred), or by a job of theirs. */
import { expect, test, vi } from "vitest";
import { judgeLog } from "../judge-log.ts";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { copyThroughKills } from "./killed-copies.ts";
import { deedsIn } from "./traced.ts";

const good = ["one", "two", "three", "four"];

/** Starts a worker again whenever it ended, until `over`. */
async function supervise(trial: FleetTrial, name: string, over: Promise<"over">): Promise<void> {
  for (let end: unknown; end !== "over";) {
    const worker = await trial.worker(name, "--lease", "1s", "--concurrency", "2");
    end = await Promise.race([worker.ended(), over]);
  }
}

describeWith(parts.nats, "workers that are killed", () => {
  test.concurrent("amid copies: these go on from their checkpoints, and every target is right", async () => {
    const plan = { copies: 12, workers: 3, kills: 3, everyMs: 1_000 };
    expect(await copyThroughKills(plan)).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("by a job, each time: it is given up, and the others are not held up", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const client = await trial.client();
    const { promise: over, resolve: stop } = Promise.withResolvers<"over">();
    const supervisors = ["a", "b"].map((name) => supervise(trial, name, over));
    const isKnown = async () => {
      const types = (await client.types()).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(["count", "crash"]));
    };
    await vi.waitFor(isKnown, { timeout: 20_000 });
    const trace = trial.path("trace");
    await client.create({ type: "crash", id: "bad", args: { trace } });
    for (const id of good) {
      await client.create({ type: "count", id, args: { to: 10, everyMs: 50 } });
    }
    const bad = await client.settled("bad");
    const error = "Worker lost 5 times in a row without a new checkpoint";
    expect(bad).toMatchObject({ outcome: "failed", error });
    expect(deedsIn(trace).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    for (const id of good) {
      const info = await client.job(id);
      expect(info).toMatchObject({ outcome: "success" });
      expect((info?.["ended-at"] ?? "") < (bad?.["ended-at"] ?? "")).toBe(true);
    }
    stop("over");
    await Promise.all(supervisors);
    expect(await judgeLog(await trial.bus())).toMatchObject({ verdict: "conforms" });
  });
});
