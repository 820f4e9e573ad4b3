/** A worker far from the log, and replies as nodes give them on bad days. */
import { afterEach, expect, test } from "vitest";
import type { Bus, Message } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { openJobSystem, type Driver, type JobSystem } from "../jobchart.ts";
import { failureMessage } from "./reply.ts";
import { BusError } from "../bus/bus-error.ts";

const open: JobSystem[] = [];
afterEach(async () => {
  for (const system of open.splice(0).toReversed()) await system[Symbol.asyncDispose]();
});

type Answer = (verb: string, ask: () => Promise<Message>) => Promise<Message>;

/** A node, and a worker of one driver whose requests are answered by way of `answer`. */
async function begin(over: Partial<Driver>, answer: Answer) {
  const bus = openMemoryBus({ world: realWorld });
  const { requests } = bus;
  if (requests === undefined) throw new Error("a fleet has requests");
  const errors: unknown[] = [];
  const node = await openJobSystem({ bus, node: true });
  open.push(node);
  const request: typeof requests.request = (subject, message, options) => {
    const { verb = "" } = JSON.parse(message.data) as { readonly verb?: string };
    return answer(verb, () => requests.request(subject, message, options));
  };
  const far: Bus = { ...bus, requests: { ...requests, request } };
  const driver: Driver = { type: "work", args: {}, run: async () => null, ...over };
  const onError = (error: unknown): void => void errors.push(error);
  open.push(
    await openJobSystem({ bus: far, node: false, drivers: [driver], worker: true, onError }),
  );
  return { node, errors };
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each(["closed", "conflict"] as const)(
  "a node that answers '%s' is asked again, by the same id",
  async (code) => {
    const asked: string[] = [];
    const { node, errors } = await begin({ prepare: async () => null }, async (verb, ask) => {
      asked.push(verb);
      const isFirst = asked.filter((each) => each === verb).length === 1;
      return isFirst && verb !== "" ? failureMessage(new BusError(code, "not I")) : ask();
    });
    await node.create({ type: "work", id: "one" });
    expect(await node.settled("one")).toMatchObject({ outcome: "success", epoch: 1 });
    for (const verb of ["claimed", "finished", "prepared"]) {
      expect(asked.filter((each) => each === verb)).toHaveLength(2);
    }
    expect(errors).toEqual([]);
  },
);

test.each([
  ["finished", { run: async () => deep(300) }],
  ["prepared", { prepare: async () => deep(250) }],
] as const)("a job whose '%s' is nested too deep for the wire fails", async (verb, over) => {
  const asked: string[] = [];
  const { node, errors } = await begin(over as Partial<Driver>, (said, ask) => {
    asked.push(said);
    return ask();
  });
  await node.create({ type: "work", id: "one" });
  expect(await node.settled("one")).toMatchObject({
    outcome: "failed",
    error: expect.stringContaining(`'${verb}' was refused: The body is nested deeper`) as unknown,
  });
  expect(asked.filter((each) => [verb, "failed"].includes(each))).toEqual([verb, "failed"]);
  expect(errors).toEqual([]);
});
