/** Groups whose members run on different workers, and jobs that are bound to a host. */
import { expect, test, vi } from "vitest";
import type { JobSystem } from "../../jobchart.ts";
import { judgeLog } from "../judge-log.ts";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { countedIn, deedsIn, type Deed } from "./traced.ts";

const soon = { timeout: 20_000, interval: 20 };
const ids = ["a", "b", "c"];

/** Three workers of one slot each, and a group of three in their hands. */
async function spread(trial: FleetTrial, client: JobSystem, trace: string): Promise<void> {
  const names = ["w1", "w2", "w3"];
  await Promise.all(names.map((name) => trial.worker(name, "--concurrency", "1")));
  const jobs = ids.map((id) => ({
    type: "count",
    id,
    args: { to: 10, everyMs: 60, trace },
    autoFinalize: false,
    autoDismiss: false,
  }));
  await client.transaction({ completion: "grouped", jobs });
  await vi.waitFor(async () => expect(pidsThat(trace, "from-0")).toHaveLength(3), soon);
}

function pidsThat(trace: string, what: string): readonly number[] {
  const deeds: readonly Deed[] = deedsIn(trace).filter((deed) => deed.what === what);
  return [...new Set(deeds.map(({ pid }) => pid))];
}

async function statuses(client: JobSystem): Promise<readonly (string | undefined)[]> {
  return Promise.all(ids.map(async (id) => (await client.job(id))?.status));
}

/** A node, and a group whose members have run on three workers and wait for `finalize`. */
async function spreadAndPending(trial: FleetTrial): Promise<{ client: JobSystem; trace: string }> {
  await trial.node();
  const client = await trial.client();
  const trace = trial.path("trace");
  await spread(trial, client, trace);
  await vi.waitFor(
    async () => expect(await statuses(client)).toEqual(["pending", "pending", "pending"]),
    soon,
  );
  return { client, trace };
}

describeWith(parts.nats, "groups on several workers", () => {
  test.concurrent("members of a group on three workers commit together", async () => {
    await using trial = await FleetTrial.open();
    const { client, trace } = await spreadAndPending(trial);
    expect(pidsThat(trace, "commit")).toEqual([]);
    await client.ask("finalize", "b");
    const ended = await Promise.all(ids.map((id) => client.settled(id)));
    expect(ended.map((info) => info?.outcome)).toEqual(["success", "success", "success"]);
    const done = deedsIn(trace).map(({ what }) => what);
    expect(done.filter((what) => what === "commit")).toHaveLength(3);
    expect(done.lastIndexOf("prepare")).toBeLessThan(done.indexOf("commit"));
    expect(done).not.toContain("abort");
  });

  test.concurrent("members of a group on three workers abort together, the finished ones too", async () => {
    await using trial = await FleetTrial.open();
    const { client, trace } = await spreadAndPending(trial);
    await client.ask("cancel", "c");
    const ended = await Promise.all(ids.map((id) => client.settled(id)));
    expect(ended.map((info) => info?.outcome)).toEqual(["cancelled", "cancelled", "cancelled"]);
    const done = deedsIn(trace).map(({ what }) => what);
    expect(done.filter((what) => what === "abort")).toHaveLength(3);
    expect(done).not.toContain("commit");
    expect(await judgeLog(await trial.bus())).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("a job that is bound to a host waits for it, says so, and goes on there", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const client = await trial.client();
    const here = await trial.workerOn("here", "w1");
    const trace = trial.path("trace");
    await client.create({
      type: "rooted",
      id: "it",
      args: { to: 15, everyMs: 100, trace },
      autoFinalize: false,
    });
    await vi.waitFor(async () => expect(countedIn(trace)).toContain(4), soon);
    await here.end("SIGKILL");
    const elsewhere = await trial.workerOn("elsewhere", "w2");
    const waiting = async () => (await client.job("it"))?.["waiting-for"];
    await vi.waitFor(
      async () =>
        expect(await waiting()).toMatchObject({ what: "worker", detail: "for run on here" }),
      soon,
    );
    await client.create({ type: "rooted", id: "other", args: { to: 1, everyMs: 1 } });
    expect(await client.settled("other")).toMatchObject({ outcome: "success" });
    expect(elsewhere.output).not.toContain("it: taken");
    const again = await trial.workerOn("here", "w3");
    await vi.waitFor(async () => expect((await client.job("it"))?.status).toBe("pending"), soon);
    await again.end("SIGKILL");
    await client.ask("finalize", "it");
    await vi.waitFor(
      async () =>
        expect(await waiting()).toMatchObject({ what: "worker", detail: "for prepare on here" }),
      soon,
    );
    const last = await trial.workerOn("here", "w4");
    expect(await client.settled("it")).toMatchObject({ outcome: "success" });
    expect(pidsThat(trace, "commit")).toEqual([last.pid]);
  });
});
