/**
 * A campaign on all cores: the runs are dealt out to threads, and what they tell is added up. The
 * first failure ends it, and so does the signal.
 */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Plan } from "./campaign.ts";
import { noRuns, sumOf, type Tally } from "./tally.ts";

/** What can be told to a thread. */
type Share = Omit<Plan, "defect">;

/** Makes the runs of the plan; `onTally` hears of each. Fails when a thread does. */
export async function inShards(
  plan: Share,
  { signal, onTally }: { signal: AbortSignal; onTally: (sum: Tally) => void },
): Promise<Tally> {
  let sum = noRuns;
  const count = Math.min(availableParallelism(), plan.count);
  const shards = Array.from({ length: count }, (_, shard) => shardOf(plan, shard, count));
  const stop = (): void => {
    for (const shard of shards) void shard.terminate();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const ended = shards.map((shard) => {
    shard.on("message", (tally: Tally) => {
      sum = sumOf(sum, tally);
      onTally(sum);
      if (sum.failure !== undefined) stop();
    });
    return endOf(shard);
  });
  try {
    await Promise.all(ended);
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
  return sum;
}

function shardOf(plan: Share, shard: number, shards: number): Worker {
  const file = new URL(`./shard${extname(import.meta.filename)}`, import.meta.url);
  const { seed, count } = plan;
  const share = { ...plan, seed: seed + shard, count: count - shard, stride: shards };
  return new Worker(file, { workerData: share satisfies Share });
}

function endOf(shard: Worker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  shard.once("error", reject);
  shard.once("exit", () => resolve());
  return promise;
}
