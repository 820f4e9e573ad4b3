/**
 * The checks of a bus on NATS: servers, streams, nodes, feed, work. What the user may not look at
 * is said, and everything else is checked.
 */
import type { Bus } from "../../../bus/bus.ts";
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import type { World } from "../../../bus/world.ts";
import type { JobSystem } from "../../../jobchart.ts";
import type { Group } from "../../../machines/record.ts";
import { checkFeed } from "./check-feed.ts";
import { checkNodes, checkSight } from "./check-nodes.ts";
import { checkLeftOver, checkPlaces, offeredUids } from "./check-places.ts";
import { checkServer } from "./check-server.ts";
import { checkStreams } from "./check-streams.ts";
import { Exam } from "./exam.ts";

export interface FleetCheck {
  readonly exam: Exam;
  /** Whether nodes answer, as far as one may know. */
  readonly hasNodes: boolean;
  /** To be called when the log was read, with what is open in it. */
  readonly finish: (open: readonly Group[]) => Promise<void>;
}

/** Undefined: the bus is none on NATS. */
export async function checkFleet(
  system: Pick<JobSystem, "view" | "bus">,
  world: World,
): Promise<FleetCheck | undefined> {
  const { bus } = system;
  if (!isOnNats(bus)) return undefined;
  const exam = new Exam();
  await checkServer(exam, bus, world);
  await checkStreams(exam, bus);
  const nodes = await checkNodes(exam, bus);
  await checkPlaces(exam, bus);
  const before = await offeredUids(bus).catch(() => undefined);
  return {
    exam,
    hasNodes: nodes !== 0,
    finish: async (open) => {
      if (nodes !== 0) {
        await checkSight(exam, system, world);
        await checkFeed(exam, bus, world);
      }
      if (before === undefined) return;
      const uids = open.flatMap(({ jobs }) => jobs.map(({ uid }) => uid));
      checkLeftOver(exam, new Set(uids), before, await offeredUids(bus));
    },
  };
}

function isOnNats(bus: Bus): bus is NatsBus {
  return "link" in bus;
}
