/**
 * BullMQ on a local Redis with a job that does nothing, as a fact beside our own lives: it keeps no
 * history and feeds nobody. Neither is a dependency; where one is missing, that is said.
 */
import { spawn, spawnSync } from "node:child_process";
import { freePort } from "../bus/nats/server/nats-server.ts";
import { median, perSecond, rate, type Figure } from "./figure.ts";
import { freshFolder } from "./fresh-folder.ts";

const jobsEach = 2_000;
const rounds = 5;
const concurrency = 64;

/** As much of BullMQ as is used here. */
interface Bull {
  readonly Queue: new (name: string, options: object) => Closing & { add: Add };
  readonly Worker: new (
    name: string,
    run: () => Promise<null>,
    options: object,
  ) => Closing & {
    on(event: "completed", handler: () => void): void;
  };
}

type Add = (name: string, data: object) => Promise<unknown>;

interface Closing {
  close(): Promise<void>;
}

export async function bullOf(): Promise<Figure> {
  const what = "BullMQ on Redis, jobs that do nothing";
  const bull = await loadBull();
  const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
  if (bull === undefined || !hasRedis) {
    const lacks = [
      hasRedis ? "" : "redis-server on PATH",
      bull ? "" : "npm install --no-save bullmq",
    ];
    return { what, figure: "not here", against: `needs ${lacks.filter(Boolean).join(" and ")}` };
  }
  using folder = freshFolder();
  const port = await freePort();
  const words = ["--port", String(port), "--dir", folder.path, "--appendonly", "yes"];
  const redis = spawn("redis-server", words, { stdio: "ignore" });
  try {
    return {
      what,
      figure: rate(await jobsPerSecond(bull, port), "jobs"),
      against: "appendonly yes",
    };
  } finally {
    redis.kill("SIGKILL");
  }
}

async function jobsPerSecond({ Queue, Worker }: Bull, port: number): Promise<number> {
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  const queue = new Queue("bench", { connection });
  const worker = new Worker("bench", async () => null, { connection, concurrency });
  let left = 0;
  let ended = Promise.withResolvers<void>();
  worker.on("completed", () => {
    left -= 1;
    if (left === 0) ended.resolve();
  });
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    left = jobsEach;
    ended = Promise.withResolvers();
    const start = performance.now();
    let toAdd = jobsEach;
    const addSome = async (): Promise<void> => {
      while (toAdd > 0) {
        toAdd -= 1;
        await queue.add("noop", {});
      }
    };
    await Promise.all(Array.from({ length: concurrency }, addSome));
    await ended.promise;
    figures.push(perSecond(jobsEach, performance.now() - start));
  }
  await worker.close();
  await queue.close();
  return median(figures);
}

async function loadBull(): Promise<Bull | undefined> {
  const name = "bullmq";
  try {
    return (await import(name)) as Bull;
  } catch {
    return undefined;
  }
}
