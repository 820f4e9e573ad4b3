/** A storm from beginning to end, and everything that has to hold after it. */
import { expect, vi } from "vitest";
import type { Bus } from "../../bus/bus.ts";
import { openNatsBus } from "../../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import { realWorld } from "../../bus/world.ts";
import type { JobSystem } from "../../jobchart.ts";
import { jobsView } from "../../projections/jobs.ts";
import type { Verdict } from "../conform/verdict.ts";
import { FleetTrial } from "./fleet-trial.ts";
import { judgeAcknowledged } from "./soundness.ts";
import { verbStorm, type Stormed, type StormPlan } from "./verb-storm.ts";

interface Weathered extends Stormed {
  readonly verdict: Verdict;
}

const patience = { timeout: 30_000, interval: 50 };

/** Fails unless all is well afterwards; resolves with what there was of it. */
export async function weatherVerbs(plan: StormPlan): Promise<Weathered> {
  await using trial = await FleetTrial.open();
  const stormed = await verbStorm(trial, plan);
  const settings = readNatsUrl(trial.url, {});
  await using bus = await openNatsBus(settings, { world: realWorld, create: false });
  const client = await trial.client();
  const verdict = await judgeAcknowledged(bus, stormed.accepted);
  await expectSameView(bus, client, stormed.uids.length);
  const { jsm, names } = bus.link;
  await vi.waitFor(async () => {
    expect((await jsm.streams.info(names.streams.work)).state.messages).toBe(0);
  }, patience);
  for (const worker of stormed.workers) expect(await worker.end("SIGTERM")).toBe(0);
  await vi.waitFor(async () => expect(await bus.values.list("lease.")).toEqual([]), patience);
  return { ...stormed, verdict };
}

/** What the nodes show is what the log makes when it is folded from its beginning; all have ended. */
async function expectSameView(bus: Bus, client: JobSystem, jobs: number): Promise<void> {
  const folded = await jobsView(bus, realWorld).jobs({ all: true });
  expect(new Set(folded.map(({ status }) => status))).toEqual(new Set(["null"]));
  expect(folded).toHaveLength(jobs);
  // Each time another node may answer.
  for (let time = 0; time < 6; time += 1) {
    expect(await client.view.jobs({ all: true })).toEqual(JSON.parse(JSON.stringify(folded)));
  }
}
