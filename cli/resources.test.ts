/** Limits and resources between real processes: who holds what is counted, also when one is killed. */
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openJobSystem, type JobSystem } from "../jobchart.ts";
import { Ledger } from "../machines/ledger.ts";
import { holdsResources } from "../machines/resources.ts";
import { TrialFolder } from "./trial-folder.ts";

const gated = `import { existsSync } from "node:fs";
export default {
  type: "gated",
  args: { required: ["gate"], properties: { gate: { type: "string", format: "path" } } },
  async run(job) {
    while (!existsSync(job.args.gate)) await job.sleep(20);
  },
};
`;

/** How many jobs have held resources at once at most, by the log. */
async function mostHolders({ bus }: JobSystem): Promise<number> {
  const ledgers = new Map<string, Ledger>();
  let most = 0;
  for await (const batch of bus.log.readAll()) {
    for (const { gid, text } of batch) {
      const ledger = ledgers.get(gid) ?? new Ledger(gid);
      ledgers.set(gid, ledger);
      ledger.read(text);
      const jobs = [...ledgers.values()].flatMap(({ group }) => group.jobs);
      most = Math.max(most, jobs.filter(holdsResources).length);
    }
  }
  return most;
}

test("four jobs on two places: a killed worker's is another's after its lease, and all end", async () => {
  using folder = new TrialFolder();
  folder.file("gated.mjs", gated);
  const driven = ["--drivers", "gated.mjs", "--types", "gated", "--lease", "1s"];
  const workers = ["w1", "w2"].map((name) => folder.start("worker", "--name", name, ...driven));
  await Promise.all(workers.map((worker) => worker.says("takes: gated")));
  const bus = `file:${join(folder.path, ".jobchart", "jobs.db")}`;
  await using jobs = await openJobSystem({ bus, cwd: folder.path });
  const resources = [{ name: "host7", shared: false, limit: 2 }];
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) {
    await jobs.create({ type: "gated", id, args: { gate: "gate" }, resources, onBusy: "wait" });
  }
  const running = async () => {
    const infos = await jobs.queryJobs();
    return infos.filter(({ phase }) => phase === "active");
  };
  await vi.waitFor(async () => expect(await running()).toHaveLength(2), 5_000);
  const [held] = await running();
  const waiting = (await jobs.queryJobs()).find(({ status }) => status === "created");
  expect(waiting?.["waiting-for"]).toMatchObject({
    what: "slot",
    detail: expect.stringMatching(/^resource 'host7', held by [a-d], [a-d]$/) as unknown,
  });
  workers[held?.worker === "w1" ? 0 : 1]?.kill("SIGKILL");
  await vi.waitFor(async () => {
    const survivors = (await running()).filter(({ worker }) => worker !== held?.worker);
    expect(survivors).toHaveLength(2);
  }, 10_000);
  folder.file("gate", "open");
  for (const id of ids) expect((await jobs.settled(id))?.outcome).toBe("success");
  expect(await mostHolders(jobs)).toBe(2);
});

test("a worker is told which limits are none", async () => {
  using folder = new TrialFolder();
  const said = async (...words: readonly string[]) => {
    const { code, stderr } = await folder.run("worker", ...words);
    return [code, stderr];
  };
  expect(await Promise.all([said("--limit", "copy"), said("--limit", "copy=0")])).toEqual([
    [2, "jobchart: --limit: expected TYPE=N, found 'copy'\n"],
    [2, "jobchart: --limit copy: expected a positive whole number, found '0'\n"],
  ]);
  const [, unknown] = await said("--limit", "nope=1");
  expect(unknown).toContain("no driver of type 'nope' here");
});
