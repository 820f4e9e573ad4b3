/** One job in one process: create it, pause it, let it go on, and read what happened. */
import { isRefusal, openJobSystem, type Driver } from "jobchart";

const count: Driver<{ to: number }> = {
  type: "count",
  args: {
    type: "object",
    required: ["to"],
    properties: { to: { type: "integer", minimum: 1 } },
  },
  async run(job) {
    for (let at = 1; at <= job.args.to; at += 1) {
      await job.charge(1);
      job.progress(at, job.args.to);
    }
    return { counted: job.args.to };
  },
};

await using jobs = await openJobSystem({ bus: "memory:", drivers: [count], worker: true });

await jobs.create({ type: "count", id: "sheep", args: { to: 50 }, speed: 200 }, { run: true });
await jobs.ask("pause", "sheep", { note: "a wolf" });

const again = await jobs.ask("pause", "sheep");
if (isRefusal(again)) console.log("refused:", again.refused);

await jobs.ask("resume", "sheep");
const sheep = await jobs.settled("sheep");
console.log(sheep?.outcome, sheep?.result);

for await (const { kind, from, to, cause } of jobs.history("sheep")) {
  console.log(kind.padEnd(9), cause.verb.padEnd(9), kind === "status" ? `${from} -> ${to}` : "");
}
