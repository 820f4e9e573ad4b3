/** Commands for a running system: sound ones pass, on every bus; broken ones are found and told. */
import * as fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Bus } from "../../bus/bus.ts";
import { openMemoryBus } from "../../bus/memory.ts";
import { realWorld } from "../../bus/world.ts";
import type { Commit } from "../../machines/commit.ts";
import { isRefusal, openJobSystem, type Driver, type JobSystem } from "../../jobchart.ts";
import { jobSpecs } from "../specs.ts";
import { jobCommands, jobsModel } from "./job-commands.ts";
import type { SystemUnderTest } from "./jobs-model.ts";
import { scheduledBus } from "./scheduled-bus.ts";

const count: Driver<{ to: number }> = {
  type: "count",
  args: { properties: { to: { type: "integer" } } },
  change: { additionalProperties: true },
  async run(job) {
    for (let at = 1; at <= job.args.to; at += 1) {
      await job.sleep(1);
      job.progress(at, job.args.to);
    }
  },
  prepare: async () => {},
  commit: async () => {},
  abort: async () => {},
};
const specs = jobSpecs({ type: "count", args: fc.record({ to: fc.nat(20) }) });
const commands = (replayPath?: string) =>
  fc.commands(jobCommands({ specs }), {
    maxCommands: 30,
    size: "max",
    ...(replayPath === undefined ? {} : { replayPath }),
  });
const seed = 20_251_120;

async function withWorker(bus: string | Bus): Promise<JobSystem> {
  return openJobSystem({ bus, drivers: [count], worker: true });
}

/** The report of a property that fails, undefined when it holds. */
async function failure<T>(property: fc.IAsyncProperty<T>, numRuns: number) {
  const details = await fc.check(property, { seed, numRuns });
  return fc.asyncDefaultReportMessage(details);
}

test("a system in memory keeps its word, wherever its jobs come to", async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(commands(), async (list) => {
    await using system = await withWorker("memory:");
    await fc.asyncModelRun(() => jobsModel(system), list);
    for await (const batch of system.bus.log.readAll()) {
      for (const { text } of batch) {
        const { cause, events } = JSON.parse(text) as Commit;
        seen.add(cause.verb);
        for (const { to } of events) if (to !== undefined) seen.add(to);
      }
    }
  });
  expect(await failure(property, 60)).toBeUndefined();
  const statuses = ["created", "running", "paused", "waiting", "pending", "aborting", "concluded"];
  const verbs = [
    "start",
    "pause",
    "resume",
    "cancel",
    "finalize",
    "dismiss",
    "set-speed",
    "change",
  ];
  expect([...statuses, "null", ...verbs].filter((place) => !seen.has(place))).toEqual([]);
});

test("two systems over one file keep it too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jobchart-commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  const property = fc.asyncProperty(commands(), async (list) => {
    files += 1;
    const url = `file:${join(folder, `${files}.db`)}`;
    await using one = await withWorker(url);
    await using other = await withWorker(url);
    await fc.asyncModelRun(() => jobsModel(one, other), list);
  });
  expect(await failure(property, 10)).toBeUndefined();
});

test("two clients race in whatever order the scheduler draws", async () => {
  const property = fc.asyncProperty(fc.scheduler(), commands(), async (scheduler, list) => {
    const bus = openMemoryBus({ world: realWorld });
    await using worker = await withWorker(bus);
    await using one = await openJobSystem({ bus: scheduledBus(scheduler, bus) });
    await using other = await openJobSystem({ bus: scheduledBus(scheduler, bus) });
    await scheduler.waitFor(fc.asyncModelRun(() => jobsModel(one, other), list));
    await worker.drain();
  });
  expect(await failure(property, 20)).toBeUndefined();
});

test("a worker's reads and writes fall between the commands as the scheduler draws", async () => {
  const property = fc.asyncProperty(fc.scheduler(), commands(), async (scheduler, list) => {
    const bus = openMemoryBus({ world: realWorld });
    await using client = await openJobSystem({ bus });
    const worker = await scheduler.waitFor(withWorker(scheduledBus(scheduler, bus)));
    await fc.scheduledModelRun(scheduler, () => jobsModel(client), list);
    await scheduler.waitFor(worker[Symbol.asyncDispose]());
  });
  expect(await failure(property, 20)).toBeUndefined();
});

/** A system whose `ask` is another; what is not about it is as before. */
function asking(system: JobSystem, ask: SystemUnderTest["ask"]): SystemUnderTest {
  return {
    bus: system.bus,
    transaction: (...given) => system.transaction(...given),
    job: (...given) => system.job(...given),
    ask,
  };
}

const broken: readonly (readonly [string, RegExp, (system: JobSystem) => SystemUnderTest])[] = [
  [
    "lets a job be resumed that is not paused",
    /^create j1 \(count\),resume j1: L7: the reply names rev 2, which is of 'set-speed'/,
    (system) =>
      asking(system, async (verb, id, options) => {
        const reply = await system.ask(verb, id, options);
        if (verb !== "resume" || !isRefusal(reply) || reply.guard !== "user-paused") return reply;
        return system.ask("set-speed", id, { speed: 0 });
      }),
  ],
  [
    "takes a pause for something else, and refuses it",
    /^create j1 \(count\),pause j1: V3: pause was refused .*the job was created.*to be accepted/,
    (system) =>
      asking(system, async (verb, id, options) => {
        const reply = await system.ask(verb === "pause" ? "dismiss" : verb, id, options);
        return isRefusal(reply) ? { ...reply, verb } : reply;
      }),
  ],
  [
    "forgets what it has answered",
    /^create j1 \(count\),([^,]* j1[^,]*),again \1: F1: asked again, the reply is another/,
    (system) => {
      const seen = new Set<string>();
      return asking(system, async (verb, id, options) => {
        const { commandId = "" } = options ?? {};
        const more = seen.has(commandId) ? { commandId: `${commandId}-again` } : {};
        seen.add(commandId);
        return system.ask(verb, id, { ...options, ...more });
      });
    },
  ],
  [
    "answers before it has written",
    /^create j1 \(count\),[^,]* j1[^,]*: V5: the reply names rev \d+, which the log does not have/,
    (system) =>
      asking(system, async (verb, id, options) => {
        const reply = await system.ask(verb, id, options);
        return isRefusal(reply) ? reply : { ...reply, rev: reply.rev + 1 };
      }),
  ],
  [
    "shows another status than the log",
    /^create j1 \(count\),look at j1: L4: the view shows running/,
    (system) => ({
      ...asking(system, (...given) => system.ask(...given)),
      job: async (uid) => {
        const info = await system.job(uid);
        return info && { ...info, status: "running" };
      },
    }),
  ],
];

describe("a system is found out, by a story that cannot be shorter, that", () => {
  test.each(broken)("%s", async (_what, story, breaking) => {
    const worker = { takes: "own" } as const;
    const telling = (replayPath?: string) =>
      fc.asyncProperty(commands(replayPath), async (list) => {
        await using system = await openJobSystem({ bus: "memory:", drivers: [count], worker });
        await fc.asyncModelRun(() => jobsModel(breaking(system)), list);
      });
    const told = await fc.check(telling(), { seed, numRuns: 200 });
    const [, text, replayPath] =
      /^(.*) \/\*replayPath="(.*)"\*\/$/.exec(fc.stringify(told.counterexample?.[0])) ?? [];
    const why = (told.errorInstance as Error).message.replace(/^after .*?: (?=[A-Z]\d)/, "");
    expect(`${text}: ${why}`).toMatch(story);

    const path = told.counterexamplePath ?? "";
    const again = await fc.check(telling(replayPath), { seed, path, endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(fc.stringify(again.counterexample?.[0])).toBe(`${text} /*replayPath="${replayPath}"*/`);
  });
});
