/**
 * A fleet on one real nats-server in a temporary folder: rates, latencies, recovery and space, each
 * beside what the same server does without us.
 */
import { FleetTrial } from "../properties/fleet/fleet-trial.ts";
import { bullOf } from "./bull.ts";
import type { Figure } from "./figure.ts";
import { latencyOf } from "./nats-latency.ts";
import { livesOf, openRivals } from "./nats-lives.ts";
import { recoveryOf } from "./nats-recovery.ts";
import { appendsOf, bytesOf, catchUpOf } from "./nats-stored.ts";

export async function* natsBench(): AsyncGenerator<Figure> {
  await using trial = await FleetTrial.open();
  using stack = new DisposableStack();
  yield* appendsOf(trial.url);
  const node = await trial.node();
  // That a node was killed is what is measured, not news.
  const jobs = await trial.client({ onError: () => undefined });
  const bus = await trial.bus();
  const { nc } = bus.link;
  const rivals = await openRivals({ trial, node, jobs, nc }, stack);
  yield* livesOf(rivals, trial);
  yield await bytesOf(bus);
  yield await bullOf();
  yield* catchUpOf(bus);
  yield* latencyOf({ jobs, nc });
  yield* recoveryOf(trial, jobs, nc);
}
