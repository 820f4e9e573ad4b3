/**
 * Simulate: one run, from a chooser to its outcome. The same choices make the same run: the digest
 * is over all that happened and all that was written.
 */
import { isWorking } from "../../machines/status.ts";
import { pct } from "./pct.ts";
import { random } from "./random.ts";
import { close, closeAfterLoss } from "./closing.ts";
import type { Chooser, Tape } from "./chooser.ts";
import type { Defect } from "./defect.ts";
import { Broken, Simulation } from "./simulation.ts";

export const strategies = ["random", "pct", "exhaustive"] as const;
export type Strategy = (typeof strategies)[number];

export interface Options {
  readonly strategy: Strategy;
  /** Only makes the digest. Default false. */
  readonly isUnchecked?: boolean;
  readonly defect?: Defect;
  /** The log loses acknowledged commits, once. Default false. */
  readonly losesSuffix?: boolean;
}

export interface Outcome {
  /** What must never be and was; undefined when all held. */
  readonly broken: string | undefined;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly digest: string;
  readonly marks: ReadonlySet<string>;
  readonly tape: Tape;
  readonly simulation: Simulation;
}

/** How far a process may be starved under PCT: longer than a lease. */
const pctSlackMs = 9_000;
const pctChanges = 3;

/**
 * Liveness: the faults end, and all must come to rest. Safety: they never do. Evenly random faults
 * heal themselves now and then, and hide that something never ends.
 */
const modes = ["liveness", "liveness", "liveness", "safety"] as const;
const storms = {
  liveness: { forMs: 24_000, stepsMax: 1_000 },
  safety: { forMs: 60_000, stepsMax: 1_800 },
  /** What the small workload takes when nothing goes wrong. */
  small: { forMs: 6_000, stepsMax: 1_200 },
} as const;

/** The chooser of a seed, under a strategy that has seeds. */
export function chooserOf(strategy: "random" | "pct", seed: number): Chooser {
  return strategy === "pct" ? pct(seed, pctChanges) : random(seed);
}

/** Runs one simulation to its end. Throws only what is wrong with the simulation itself. */
export async function simulate(chooser: Chooser, options: Options): Promise<Outcome> {
  const { strategy, isUnchecked = false, defect } = options;
  const simulation = new Simulation({
    chooser,
    size: strategy === "exhaustive" ? "small" : "fleet",
    slackMs: strategy === "pct" ? pctSlackMs : 2,
    isChecked: !isUnchecked,
    losesSuffix: options.losesSuffix === true,
    defect,
  });
  const broken = await run(simulation, options);
  return {
    broken,
    steps: simulation.steps,
    simulatedMs: simulation.schedule.nowMs,
    digest: simulation.digest,
    marks: simulation.marks.reached,
    tape: simulation.recorder.tape,
    simulation,
  };
}

/** When a loss strikes: mostly while there is much under way, for then it does most harm. */
const lostAfterMs = [24_000, 3_000, 6_000, 12_000];

/** How soon a loss must be noticed by everybody who was told of what is gone. */
const noticedWithinMs = 60_000;

/**
 * Users ask just as much of each group as fills the hole in its log: whoever has not noticed then
 * writes behind it, where it goes on from a commit that is gone.
 */
function fillHoles({ chronicle, clients, loss }: Simulation): void {
  for (const gid of chronicle.gids) {
    const job = chronicle.group(gid).jobs.find(({ status }) => isWorking(status));
    if (job === undefined) continue;
    for (let left = loss.lostOf(gid); left > 0; left -= 1) {
      clients[0]?.ask(job.uid, { verb: "set-speed", more: { speed: left * 1_000 }, again: "no" });
    }
  }
}

/**
 * Loses commits, and waits until everybody who knew of them has noticed. Then its people start
 * everything anew, and what the log still holds must come to its end.
 */
async function lose(simulation: Simulation): Promise<undefined> {
  simulation.loseSuffix();
  simulation.heal();
  fillHoles(simulation);
  const { loss, members, schedule } = simulation;
  const following = members.flatMap(({ role, life }) => (role.keeps && life ? [life] : []));
  const blind = (): string | undefined =>
    following.find(({ name, isDead }) => !isDead && loss.knows(name) && !loss.hasNoticed(name))
      ?.name;
  const until = schedule.nowMs + noticedWithinMs;
  for (let life = blind(); life !== undefined; life = blind()) {
    if (schedule.nowMs > until) {
      throw new Broken(`L5 ${life} was told of commits that are gone, and has not noticed`);
    }
    await simulation.step();
  }
  simulation.restart();
  await closeAfterLoss(simulation);
  return undefined;
}

async function run(
  simulation: Simulation,
  { strategy, losesSuffix = false }: Options,
): Promise<string | undefined> {
  try {
    await simulation.open();
    const isSmall = strategy === "exhaustive";
    const mode = isSmall ? "liveness" : simulation.recorder.pick("mode", modes);
    const storm = storms[isSmall ? "small" : mode];
    if (losesSuffix) {
      const forMs = isSmall ? storm.forMs : simulation.recorder.pick("lost after", lostAfterMs);
      await simulation.storm({ ...storm, forMs });
      return await lose(simulation);
    }
    await simulation.storm(storm);
    if (mode === "safety") return undefined;
    simulation.heal();
    await close(simulation);
    return undefined;
  } catch (error) {
    if (error instanceof Broken) return error.message;
    throw error;
  }
}
