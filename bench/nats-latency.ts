/**
 * How long a verb takes from a client through a node and back, and how long after it a plain
 * subscriber of the feed hears of the transition; each against a bare request and reply between two
 * processes, in turn with it.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { isRefusal, type JobSystem } from "../jobchart.ts";
import { percentile, type Figure } from "./figure.ts";
import { patternPrefix } from "./nats-pattern.ts";
import type { Stage } from "./nats-lives.ts";

const samples = 400;
const timeout = 10_000;
const bareBody = "x".repeat(1_000);

export async function* latencyOf({ jobs, nc }: Pick<Stage, "jobs" | "nc">): AsyncGenerator<Figure> {
  const bare: number[] = [];
  const verb: number[] = [];
  const transition: number[] = [];
  const uid = await createHeld(jobs);
  const heard = new Heard(nc);
  for (let sample = 1; sample <= samples; sample += 1) {
    bare.push(await msOf(() => nc.request(`${patternPrefix}.echo`, bareBody, { timeout })));
    verb.push(await msOf(() => jobs.ask("set-speed", uid, { speed: sample })));
    const other = await createHeld(jobs);
    transition.push(await msOf(() => Promise.all([heard.next(other), jobs.ask("cancel", other)])));
  }
  heard.close();
  yield { what: "a bare request and reply, p50 and p99", figure: figureOf(bare) };
  yield { what: "a verb and its reply", figure: figureOf(verb), against: against(verb, bare) };
  yield {
    what: "a verb until a plain subscriber hears of it",
    figure: figureOf(transition),
    against: `${against(transition, bare)} (aim 6 at p50)`,
  };
}

async function createHeld(jobs: JobSystem): Promise<string> {
  const reply = await jobs.create({ type: "noop", hold: true });
  if (isRefusal(reply)) throw new Error(reply.refused);
  return reply.group.jobs[0]?.uid ?? "";
}

/** A plain subscriber of every status change. */
class Heard {
  readonly #waiting = new Map<string, () => void>();
  readonly close: () => void;

  constructor(nc: NatsConnection) {
    const subscription = nc.subscribe("job.event.>", {
      callback: (_error, { subject }) => {
        const [, , , uid = "", status = ""] = subject.split(".");
        if (status === "aborting") this.#waiting.get(uid)?.();
      },
    });
    this.close = () => subscription.unsubscribe();
  }

  /** Resolves when it is told that the job is aborting. */
  next(uid: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(uid, resolve);
    });
  }
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function figureOf(taken: readonly number[]): string {
  return `${percentile(taken, 50).toFixed(2)} ${percentile(taken, 99).toFixed(2)} ms`;
}

function against(taken: readonly number[], bare: readonly number[]): string {
  const [half, most] = [50, 99].map((at) => percentile(taken, at) / percentile(bare, at));
  return `${half?.toFixed(1)} and ${most?.toFixed(1)} times the bare one`;
}
