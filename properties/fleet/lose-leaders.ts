/** A cluster of which the leader of the log is killed, again and again, amid finalizations. */
import { expect } from "vitest";
import { openNatsBus } from "../../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import type { NatsServer } from "../../bus/nats/server/nats-server.ts";
import { realWorld } from "../../bus/world.ts";
import type { Verdict } from "../conform/verdict.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { GroupTraffic } from "./group-traffic.ts";

interface Losses {
  readonly times: number;
  /** Groups under way at any time. */
  readonly lanes: number;
}

/** Groups that have to end before a leader is killed, and after. */
const groups = 4;

export async function loseLeaders({ times, lanes }: Losses): Promise<Verdict> {
  await using trial = await FleetTrial.open({ cluster: true });
  await Promise.all([trial.node(), trial.node()]);
  const workers = ["w1", "w2"].map((name) =>
    trial.worker(name, "--concurrency", "30", "--lease", "30s"),
  );
  await Promise.all(workers);
  const traffic = await GroupTraffic.begin(trial, lanes);
  await traffic.more(groups);
  for (let time = 0; time < times; time += 1) {
    const leader = await leaderOf(trial);
    await leader.stop("SIGKILL");
    await traffic.more(groups);
    await leader.start();
    await traffic.more(groups);
  }
  await traffic.stop();
  return await traffic.judge(await trial.bus());
}

/** The server that leads the log's replicas. */
async function leaderOf({ url, brokers }: FleetTrial): Promise<NatsServer> {
  const settings = readNatsUrl(url, {});
  await using bus = await openNatsBus(settings, { world: realWorld, create: false });
  const { jsm, names } = bus.link;
  const { cluster, config } = await jsm.streams.info(names.streams.log);
  expect(config.num_replicas).toBe(3);
  const leader = brokers.servers[Number(/^n([0-2])$/.exec(cluster?.leader ?? "")?.[1])];
  if (leader === undefined) throw new Error(`no leader: ${JSON.stringify(cluster)}`);
  return leader;
}
