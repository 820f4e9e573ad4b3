/** Workers that are stopped past their lease and go on, and workers that are told to leave. */
import { expect, test, vi } from "vitest";
import type { Bus, Message } from "../../bus/bus.ts";
import { toArray } from "../../bus/contract/to-array.ts";
import type { HistoryEvent } from "../../projections/history.ts";
import { reportSubject } from "../../wire/subjects.ts";
import { judgeLog } from "../judge-log.ts";
import { describeWith, parts } from "../parts.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { countedIn, deedsIn } from "./traced.ts";

const soon = { timeout: 20_000, interval: 20 };

function numbers(to: number): readonly number[] {
  return Array.from({ length: to }, (_, index) => index + 1);
}

/** Says to the nodes what the session of an old claim might still say. */
async function sayLate(bus: Bus, { uid, set }: HistoryEvent, body: object): Promise<Message> {
  const { worker = "", session = "" } = set?.claim ?? {};
  const headers = { "Job-Generation": bus.generation };
  const message = { data: JSON.stringify({ id: "late", epoch: 1, ...body }), headers };
  const subject = reportSubject(worker, session, uid ?? "");
  const reply = await bus.requests?.request(subject, message, { timeoutMs: 5_000 });
  if (reply === undefined) throw new Error("a fleet has requests");
  return reply;
}

async function claimsOf(history: AsyncIterable<HistoryEvent>): Promise<readonly HistoryEvent[]> {
  return (await toArray(history)).filter(
    ({ set }) => set?.claim !== undefined && set.claim !== null,
  );
}

describeWith(parts.nats, "workers that are stopped, and workers that leave", () => {
  test.concurrent("a worker that was stopped past its lease finds its run ended, and changes nothing", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const client = await trial.client();
    const old = await trial.worker("old", "--concurrency", "1");
    const trace = trial.path("trace");
    await client.create({ type: "count", id: "it", args: { to: 30, everyMs: 100, trace } });
    await vi.waitFor(() => expect(countedIn(trace)).toContain(5), soon);
    old.signal("SIGSTOP");
    const heir = await trial.worker("heir");
    await vi.waitFor(() => expect(deedsIn(trace).at(-1)).toMatchObject({ epoch: 2 }), soon);
    const isOfOld = ({ pid }: { pid: number }): boolean => pid === old.pid;
    const before = deedsIn(trace).filter(isOfOld);
    old.signal("SIGCONT");
    await vi.waitFor(
      () => expect(deedsIn(trace).filter(isOfOld)).toHaveLength(before.length + 1),
      soon,
    );
    const bus = await trial.bus();
    const [claim] = await claimsOf(client.history("it"));
    if (claim === undefined) throw new Error("it was claimed");
    const head = await bus.log.head();
    for (const body of [
      { verb: "finished", result: { counted: 0 } },
      { verb: "progress", progress: { current: 29, total: 30 }, cursor: 29 },
      { verb: "checkpoint", cursor: 29, progress: { current: 29, total: 30 } },
    ]) {
      const { headers } = await sayLate(bus, claim, body);
      expect(headers).toMatchObject({ "Nats-Service-Error-Code": "409" });
    }
    expect(await bus.log.head()).toBe(head);
    expect(await client.settled("it")).toMatchObject({ outcome: "success", epoch: 2 });
    const late = deedsIn(trace).filter(isOfOld).slice(before.length);
    expect(late.map(({ what }) => what)).toEqual(["signalled"]);
    const own = deedsIn(trace).filter(
      ({ pid, what }) => pid === heir.pid && what.startsWith("did"),
    );
    expect(own.at(-1)?.what).toBe("did-30");
    expect(await judgeLog(bus)).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("workers that are stopped among many short jobs acknowledge late, and none is run twice at a time", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const client = await trial.client();
    const workers = await Promise.all(["a", "b"].map((name) => trial.worker(name)));
    const trace = trial.path("trace");
    const args = { to: 2, everyMs: 5, trace };
    const ids = Array.from({ length: 60 }, (_, index) => `short-${index}`);
    const created = Promise.all(ids.map((id) => client.create({ type: "count", id, args })));
    await vi.waitFor(() => expect(countedIn(trace).length).toBeGreaterThan(10), soon);
    for (const worker of workers) worker.signal("SIGSTOP");
    const heir = await trial.worker("heir", "--concurrency", "60");
    await heir.says("taken, epoch 2");
    for (const worker of workers) worker.signal("SIGCONT");
    await created;
    const ended = await Promise.all(ids.map((id) => client.settled(id)));
    expect(ended.map((info) => info?.outcome)).toEqual(ids.map(() => "success"));
    const bus = await trial.bus();
    expect(await judgeLog(bus)).toMatchObject({ verdict: "conforms" });
  });

  test.concurrent("a worker that is told to leave hands its jobs over, and not a number is lost or counted twice", async () => {
    await using trial = await FleetTrial.open();
    await trial.node();
    const client = await trial.client();
    const leaving = await trial.worker("leaving", "--lease", "30s", "--concurrency", "1");
    const heir = await trial.worker("heir", "--concurrency", "1");
    const trace = trial.path("trace");
    await client.create({ type: "count", id: "it", args: { to: 20, everyMs: 50, trace } });
    await vi.waitFor(() => expect(countedIn(trace)).toContain(5), soon);
    expect(await leaving.end("SIGTERM")).toBe(0);
    expect(leaving.output).toContain("it: given back");
    expect(await client.settled("it")).toMatchObject({ outcome: "success" });
    expect(countedIn(trace)).toEqual(numbers(20));
    const runs = deedsIn(trace).filter(({ what }) => what.startsWith("from-"));
    expect(runs.map(({ pid }) => pid)).toEqual([leaving.pid, heir.pid]);
    expect(runs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    const kinds = (await toArray(client.history("it"))).map(({ kind }) => kind);
    expect(kinds).toContain("released");
    expect(kinds).not.toContain("lost");
  });
});
