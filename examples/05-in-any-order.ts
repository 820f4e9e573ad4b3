/**
 * A running system, asked anything in any order: `node --test 05-in-any-order.ts`. It needs
 * fast-check: `npm install --save-dev fast-check`.
 */
import * as fc from "fast-check";
import { test } from "node:test";
import { openJobSystem, type Driver } from "jobchart";
import { jobCommands, jobsModel, jobSpecs } from "jobchart/properties";

const count: Driver<{ to: number }> = {
  type: "count",
  args: { required: ["to"], properties: { to: { type: "integer" } } },
  async run(job) {
    for (let at = 1; at <= job.args.to; at += 1) {
      await job.charge(1);
      job.progress(at, job.args.to);
    }
  },
};

const specs = jobSpecs({ type: "count", args: fc.record({ to: fc.nat(1_000) }) });
const commands = fc.commands(jobCommands({ specs }), { maxCommands: 30, size: "max" });

await test("replies, refusals and the log agree, whatever is asked", async () => {
  const property = fc.asyncProperty(commands, async (list) => {
    await using jobs = await openJobSystem({ bus: "memory:", drivers: [count], worker: true });
    await fc.asyncModelRun(() => jobsModel(jobs), list);
  });
  await fc.assert(property, { numRuns: 20 });
});
