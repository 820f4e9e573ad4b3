/** Resources and limits where the worker is far from the log, on a real server. */
import { expect, test, vi } from "vitest";
import { testServer } from "../bus/nats/server/test-servers.ts";
import { openJobSystem, type Driver } from "../jobchart.ts";

test("jobs far away take turns, those of workers and those that are run by who asks", async () => {
  await using server = await testServer();
  await using node = await openJobSystem({ bus: server.url, node: true });
  let [atWork, most, runs] = [0, 0, 0];
  const gate = Promise.withResolvers<void>();
  const driver: Driver = {
    type: "gated",
    args: {},
    run: async (job) => {
      runs += 1;
      most = Math.max(most, (atWork += 1));
      await Promise.race([gate.promise, job.sleep(10_000)]);
      atWork -= 1;
    },
  };
  const far = { bus: server.url, node: false, drivers: [driver] };
  const limits = { gated: 3 };
  await using worker = await openJobSystem({ ...far, worker: { name: "w1", limits } });
  await using own = await openJobSystem({ ...far, worker: { name: "own", takes: "own" } });
  const spec = {
    type: "gated",
    onBusy: "wait",
    resources: [{ name: "host7", shared: false, limit: 2 }],
  } as const;
  for (const id of ["a", "b", "c"]) await worker.create({ ...spec, id });
  await vi.waitFor(() => expect(atWork).toBe(2), 5_000);
  await own.create({ ...spec, id: "mine" }, { run: true });
  const mine = await own.job("mine");
  expect(mine).toMatchObject({ status: "created", "waiting-for": { what: "slot" } });
  expect(mine?.["waiting-for"]?.detail).toMatch(/^resource 'host7', held by [abc], [abc]$/);
  expect(await own.create({ ...spec, onBusy: "refuse" })).toMatchObject({
    refused: expect.stringMatching(/held by jobs '[abc]', '[abc]': at most 2 at once$/) as unknown,
  });
  gate.resolve();
  for (const id of ["a", "b", "c", "mine"]) {
    expect((await node.settled(id))?.outcome).toBe("success");
  }
  expect({ most, runs }).toEqual({ most: 2, runs: 4 });
});
