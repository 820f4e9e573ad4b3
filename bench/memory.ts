/** Memory: of a job that is live in this process, and of one that is only at rest in the log. */
import { isRefusal, openJobSystem, type JobSystem } from "../jobchart.ts";
import type { Figure } from "./figure.ts";
import { noop } from "./noop.ts";

const jobsEach = 5_000;

export async function* memoryBench(): AsyncGenerator<Figure> {
  const settings = { drivers: [noop], worker: { takes: "own" }, bus: "memory:" } as const;
  {
    await using jobs = await openJobSystem({ ...settings, groupsMax: 1 });
    const bytes = await growth(() => createHeld(jobs));
    yield { what: "a held job in the log of the memory bus, not cached", figure: `${bytes} bytes` };
  }
  {
    await using jobs = await openJobSystem({ ...settings, groupsMax: jobsEach * 2 });
    const bytes = await growth(() => createHeld(jobs));
    yield { what: "the same, cached with its live actors", figure: `${bytes} bytes` };
  }
}

async function createHeld(jobs: JobSystem): Promise<void> {
  for (let made = 0; made < jobsEach; made += 1) {
    const reply = await jobs.create({ type: "noop", hold: true });
    if (isRefusal(reply)) throw new Error(reply.refused);
  }
}

/** Bytes of heap a job, after a collection. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = heapAfterCollection();
  await work();
  return Math.round((heapAfterCollection() - before) / jobsEach);
}

function heapAfterCollection(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("run with --expose-gc, as npm run bench does");
  gc();
  return process.memoryUsage().heapUsed;
}
