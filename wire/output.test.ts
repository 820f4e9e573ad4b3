/** The output of a job in a fleet, from its worker by way of a node to whoever asks. */
import { expect, onTestFinished, test } from "vitest";
import { tailBytesMax } from "../actors/output-tail.ts";
import { testServer } from "../bus/nats/server/test-servers.ts";
import {
  openJobSystem,
  type Driver,
  type JobSystem,
  type Output,
  type RunningJob,
} from "../jobchart.ts";

async function opened(settings: Parameters<typeof openJobSystem>[0]): Promise<JobSystem> {
  const system = await openJobSystem({ onError: (error) => errors.push(error), ...settings });
  onTestFinished(() => system[Symbol.asyncDispose]());
  return system;
}
const errors: unknown[] = [];

function told(epoch: number, bytes: Buffer | string, offset = 0): Output {
  return { epoch, attempt: 1, offset, bytes: Buffer.from(bytes).toString("base64") };
}

test("is told while the job runs, when it ends, and by its next worker, over real servers", async () => {
  const server = await testServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const bus = server.url;
  const go = Promise.withResolvers<void>();
  const flood = Buffer.alloc(3 * tailBytesMax, Buffer.from([0, 255, 10]));
  const run = async (job: RunningJob): Promise<void> => {
    job.output(`epoch ${job.epoch}\n`);
    while (job.epoch === 1) await job.sleep(60_000);
    await go.promise;
    job.output(flood);
  };
  const driver: Driver = { type: "talk", args: {}, run };
  await opened({ bus, node: true });
  const first = await opened({ bus, drivers: [driver], worker: { name: "w1" } });
  const client = await opened({ bus });
  await client.create({ type: "talk", id: "a" });
  expect(await client.output("nobody")).toBeUndefined();
  const inTime = { timeout: 5_000 };
  await expect.poll(() => client.output("a"), inTime).toEqual(told(1, "epoch 1\n"));
  await opened({ bus, drivers: [driver], worker: { name: "w2" } });
  await first.drain();
  const both = { ...told(2, "epoch 2\n"), earlier: told(1, "epoch 1\n") };
  await expect.poll(() => client.output("a"), inTime).toEqual(both);
  go.resolve();
  expect(await client.settled("a")).toMatchObject({ outcome: "success" });
  const whole = Buffer.concat([Buffer.from("epoch 2\n"), flood]);
  const end = whole.subarray(-tailBytesMax);
  expect(await client.output("a")).toEqual(told(2, end, whole.length - end.length));
  expect(errors).toEqual([]);
});
