/**
 * Commands at a steady rate, each with an id of its own, while nodes are ended and started again;
 * and what must be in the log of them afterwards.
 */
import { expect } from "vitest";
import { BusError } from "../../bus/bus-error.ts";
import type { Bus, Requests } from "../../bus/bus.ts";
import { realWorld } from "../../bus/world.ts";
import { isRefusal, openJobSystem, type JobSystem } from "../../jobchart.ts";
import type { Commit } from "../../machines/commit.ts";
import type { Child } from "./child.ts";
import type { Verdict } from "../conform/verdict.ts";
import { judgeLog } from "../judge-log.ts";
import { FleetTrial } from "./fleet-trial.ts";

const perSecond = 200;
const pauseMs = 300;

export interface Storm {
  readonly jobs: number;
  readonly nodes: number;
  /** How often one is ended and started again, and how. */
  readonly ends: number;
  readonly signal: "SIGKILL" | "SIGTERM";
}

export interface Weathered {
  readonly verdict: Verdict;
  /** How often the client's patience was at its end, and the command had to be asked again. */
  readonly givenUp: number;
}

/** Each command is accepted in the end, and then in the log once, where the reply said. */
export async function weatherStorm(storm: Storm): Promise<Weathered> {
  await using trial = await FleetTrial.open();
  const nodes = await Promise.all(Array.from({ length: storm.nodes }, () => trial.node()));
  const bus = await trial.bus();
  const line = new CountedLine(bus);
  await using client = await openJobSystem({
    bus: { ...bus, requests: line },
    node: false,
    onError: () => undefined,
  });
  const uids = await createJobs(client, storm.jobs);
  const commands = new Commands(client);
  const over = new AbortController();
  const pumping = commands.pump(uids, over.signal);
  await endNodes(trial, nodes, storm);
  over.abort();
  await pumping;
  const { accepted, sent, givenUp } = commands;
  const written = await writtenBy(bus);
  const places = [...accepted.keys()].map((id) => [id, written.get(id)]);
  expect(places).toEqual([...accepted].map(([id, position]) => [id, [position]]));
  expect(accepted.size).toBe(sent);
  expect(line.unanswered).toBeGreaterThan(0);
  return { verdict: await judgeLog(bus), givenUp };
}

/** The positions of the commits that each command caused. */
export async function writtenBy({ log }: Pick<Bus, "log">): Promise<Map<string, number[]>> {
  const written = new Map<string, number[]>();
  for await (const batch of log.readAll()) {
    for (const { position, text } of batch) {
      const { id } = (JSON.parse(text) as Commit).cause;
      written.set(id, [...(written.get(id) ?? []), position]);
    }
  }
  return written;
}

async function createJobs(client: JobSystem, jobs: number): Promise<readonly string[]> {
  await client.declare([{ type: "noop", args: {}, run: async () => null }]);
  const replies = await Promise.all(
    Array.from({ length: jobs }, () => client.create({ type: "noop", hold: true })),
  );
  return replies.flatMap((reply) =>
    isRefusal(reply) ? [] : reply.group.jobs.map(({ uid }) => uid),
  );
}

/** Ends one node after the other, each as soon as the one before is there again. */
async function endNodes(trial: FleetTrial, nodes: Child[], { ends, signal }: Storm): Promise<void> {
  for (let end = 0; end < ends; end += 1) {
    await realWorld.sleep(pauseMs);
    await nodes.shift()?.end(signal);
    nodes.push(await trial.node());
  }
}

class Commands {
  readonly accepted = new Map<string, number>();
  sent = 0;
  givenUp = 0;
  readonly #client: JobSystem;
  readonly #tag = realWorld.id();

  constructor(client: JobSystem) {
    this.#client = client;
  }

  /** Sends on time, whatever becomes of those before; resolves when each has its reply. */
  async pump(uids: readonly string[], over: AbortSignal): Promise<void> {
    const begun = realWorld.monotonic();
    const asking: Promise<void>[] = [];
    while (!over.aborted) {
      const due = ((realWorld.monotonic() - begun) * perSecond) / 1_000;
      for (; this.sent < due; this.sent += 1) {
        asking.push(this.#ask(uids[this.sent % uids.length] ?? "", this.sent));
      }
      await realWorld.sleep(5);
    }
    await Promise.all(asking);
  }

  async #ask(uid: string, speed: number): Promise<void> {
    const commandId = `${this.#tag}-${speed}`;
    for (;;) {
      try {
        const reply = await this.#client.ask("set-speed", uid, { speed, commandId });
        if (isRefusal(reply)) throw new Error(`${commandId}: ${reply.refused}`);
        this.accepted.set(commandId, reply.position);
        return;
      } catch (error) {
        if (!(error instanceof BusError) || error.code !== "unavailable") throw error;
        this.givenUp += 1;
      }
    }
  }
}

/** Requests to nodes, and how many of them were not answered by any. */
class CountedLine implements Requests {
  unanswered = 0;
  readonly serve: Requests["serve"];
  readonly request: Requests["request"];

  constructor({ requests }: Pick<Bus, "requests">) {
    if (requests === undefined) throw new Error("a fleet has requests");
    this.serve = (service) => requests.serve(service);
    this.request = async (subject, message, options) => {
      this.unanswered += 1;
      const reply = await requests.request(subject, message, options);
      this.unanswered -= 1;
      return reply;
    };
  }
}
