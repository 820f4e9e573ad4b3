/**
 * A cluster of which one server after the other stands still: its clients are not told, and have to
 * find out by themselves.
 */
import type { Verdict } from "../conform/verdict.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { GroupTraffic } from "./group-traffic.ts";

const groups = 6;
const lanes = 6;
const lost = /lost 127\.0\.0\.1:\d+; trying again/g;

/** The verdict on the log; and how many connections were found dead, and made anew elsewhere. */
export async function standStill(): Promise<{ verdict: Verdict; found: number }> {
  await using trial = await FleetTrial.open({ cluster: true });
  const nodes = await Promise.all([trial.node(), trial.node(), trial.node()]);
  const traffic = await begin(trial);
  for (const server of trial.brokers.servers) {
    if (server.pid === undefined) throw new Error("the server is not running");
    process.kill(server.pid, "SIGSTOP");
    try {
      await traffic.more(groups);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
    await traffic.more(groups);
  }
  await traffic.stop();
  const told = nodes.map(({ output }) => output).join("");
  const found = [...told.matchAll(lost)].length;
  return { verdict: await traffic.judge(await trial.bus()), found };
}

async function begin(trial: FleetTrial): Promise<GroupTraffic> {
  const words = ["--concurrency", "30", "--lease", "60s"];
  await Promise.all(["w1", "w2", "w3"].map((name) => trial.worker(name, ...words)));
  const traffic = await GroupTraffic.begin(trial, lanes);
  await traffic.more(groups);
  return traffic;
}
