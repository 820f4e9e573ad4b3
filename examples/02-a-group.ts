/** Three jobs that commit together: the slow one holds the others, and one finalize ends all. */
import { isRefusal, openJobSystem, type Driver } from "jobchart";

const rest: Driver<{ ms: number }> = {
  type: "rest",
  args: { type: "object", required: ["ms"], properties: { ms: { type: "integer" } } },
  run: (job) => job.sleep(job.args.ms),
  prepare: async ({ id }) => console.log(id, "can commit"),
  commit: async ({ id }) => console.log(id, "has committed"),
};

await using jobs = await openJobSystem({ bus: "memory:", drivers: [rest], worker: true });

const reply = await jobs.transaction({
  name: "nightly",
  completion: "grouped",
  jobs: [
    { type: "rest", id: "home", args: { ms: 1 } },
    { type: "rest", id: "etc", args: { ms: 1 } },
    { type: "rest", id: "mail", args: { ms: 200 }, autoFinalize: false },
  ],
});
if (isRefusal(reply)) throw new Error(reply.refused);

for await (const { job, to } of jobs.watch({ after: 0 })) {
  if (to === "waiting" || to === "pending") console.log(job, "is", to);
  if (job === "home" && to === "pending") break;
}

await jobs.ask("finalize", "mail");
const ended = await Promise.all(["home", "etc", "mail"].map((id) => jobs.settled(id)));
console.log(ended.map((job) => `${job?.id}: ${job?.outcome}`).join(", "));
