import { afterEach, describe, expect, test } from "vitest";
import { VirtualWorld } from "../actors/virtual-world.ts";
import type { Message, Requests } from "../bus/bus.ts";
import { BusError } from "../bus/bus-error.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { NodeLine, unexpected } from "./node-line.ts";
import { failureMessage, jsonMessage } from "./reply.ts";

/** Lines to nodes of which some hang, are slow, or are not there, in a time that is made up. */

const patienceMs = 15_000;
const question = jsonMessage({ id: "c1" });
const query = "query.jobs";
const command = "cmd.pause.a";

type Handle = (subject: string) => Promise<Message>;

let world = new VirtualWorld();
let told: (string | undefined)[] = [];
/** When each copy was sent, in ms. */
let sentMs: number[] = [];
afterEach(() => {
  world = new VirtualWorld();
  told = [];
  sentMs = [];
});

const well: Handle = async () => jsonMessage("done");
const hangs: Handle = () => Promise.withResolvers<Message>().promise;
const after =
  (ms: number): Handle =>
  async () => {
    await world.sleep(ms);
    return jsonMessage("done");
  };

/** `which`: who gets a request, of all that the line sends. */
async function lineTo(which: (count: number) => Handle, patience = patienceMs): Promise<NodeLine> {
  const { requests } = openMemoryBus({ world });
  if (requests === undefined) throw new Error("the memory bus has requests");
  const handle: Handle = (subject) => {
    sentMs.push(world.monotonic());
    return which(sentMs.length - 1)(subject);
  };
  const endpoints = [query, command].map((subject) => ({ name: subject, subject, handle }));
  await requests.serve({ name: "n", version: "1.0.0", description: "", endpoints });
  return lineOn(requests, patience);
}

function lineOn(requests: Requests, patience = patienceMs): NodeLine {
  return new NodeLine(requests, world, {
    patienceMs: patience,
    onWait: (why) => void told.push(why),
  });
}

interface Said {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly tookMs: number;
}

async function ask(line: NodeLine, subject: string): Promise<Said> {
  const startMs = world.monotonic();
  const asked = line.ask(subject, question, unexpected).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  let said: object | undefined;
  void asked.then((outcome) => (said = outcome));
  await world.until(() => said !== undefined);
  return { ...said, tookMs: world.monotonic() - startMs };
}

/** Falls the same way each time, on either side as often. */
function coin(seed: number): () => boolean {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >= 2 ** 31;
  };
}

describe.each([query, command])("%s, while one of two nodes hangs", (subject) => {
  test("is answered by the other, whichever was asked first", async () => {
    const isHung = coin(7);
    const line = await lineTo(() => (isHung() ? hangs : well));
    const tookMs: number[] = [];
    for (let count = 0; count < 2_000; count += 1) {
      const said = await ask(line, subject);
      expect(said).toMatchObject({ value: "done" });
      tookMs.push(said.tookMs);
    }
    const within = (ms: number): number => tookMs.filter((took) => took <= ms).length;
    expect([within(0), within(1_000), within(2_000)].map((count) => count / 2_000)).toEqual([
      expect.closeTo(1 / 2, 1),
      expect.closeTo(3 / 4, 1),
      expect.closeTo(7 / 8, 1),
    ]);
  });

  test("is answered when many ask at once, and the well one is slow: one in 1000 fails at most", async () => {
    const isHung = coin(7);
    const line = await lineTo(() => (isHung() ? hangs : after(700)));
    let failed = 0;
    for (let round = 0; round < 50; round += 1) {
      const asked = Array.from({ length: 40 }, () => line.ask(subject, question, unexpected));
      const outcomes = Promise.allSettled(asked);
      await world.advance(patienceMs);
      failed += (await outcomes).filter(({ status }) => status === "rejected").length;
    }
    expect(failed).toBeLessThanOrEqual(2);
  });

  test("is asked of so many, by who has just begun, that one in 1000 fails at most", async () => {
    const line = await lineTo(() => hangs);
    const { error, tookMs } = await ask(line, subject);
    expect(error).toMatchObject({ code: "unavailable" });
    expect(tookMs).toBe(patienceMs);
    expect(2 ** sentMs.length).toBeGreaterThan(1_000);
  });
});

describe("a slow fleet", () => {
  test("is heard, however late, and is then given more time", async () => {
    const line = await lineTo(() => after(5_000));
    expect(await ask(line, command)).toMatchObject({ value: "done", tookMs: 5_000 });
    expect(sentMs).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
    await ask(line, command);
    expect(sentMs.slice(5)).toEqual([5_000, 9_000]);
    await ask(line, query);
    expect(sentMs.slice(7)).toEqual([10_000, 12_000, 13_000, 14_000]);
  });

  test("is not asked three times as much as it answers, however long that lasts", async () => {
    const line = await lineTo(() => after(12_000));
    for (let count = 0; count < 100; count += 1) await ask(line, command);
    expect(sentMs.length).toBeGreaterThan(200);
    expect(sentMs.length).toBeLessThanOrEqual(312);
  });

  test("that answers none of many is not asked much more than them", async () => {
    const line = await lineTo(() => hangs);
    const asked = Promise.allSettled(
      Array.from({ length: 500 }, () => line.ask(command, question, unexpected)),
    );
    await world.advance(patienceMs);
    await asked;
    expect(sentMs).toHaveLength(512);
  });
});

describe("who waits", () => {
  test("hears once that nobody answers, and that they answer again", async () => {
    const line = await lineTo((count) => (count < 4 ? hangs : well));
    expect(await ask(line, query)).toMatchObject({ value: "done", tookMs: 4_000 });
    await ask(line, query);
    expect(told).toEqual(["asking query.jobs: nobody answered in 2 s; asking again", undefined]);
  });

  test("for a command is told in the end that its outcome is unknown, and for a query is not", async () => {
    const line = await lineTo(() => hangs);
    const said = [await ask(line, command), await ask(line, query)];
    expect(said.map(({ error }) => String(error))).toEqual([
      "BusError: asking cmd.pause.a: nobody answered in 15 s: the outcome is unknown",
      "BusError: asking query.jobs: nobody answered in 15 s",
    ]);
  });

  test("where nobody serves hears why, and fails in other words", async () => {
    const { requests } = openMemoryBus({ world });
    if (requests === undefined) throw new Error("the memory bus has requests");
    const { error } = await ask(lineOn(requests), query);
    expect(told).toEqual(["query.jobs: nobody serves it; asking again"]);
    expect(String(error)).toMatch(/nobody serves it; gave up after 15 s$/);
  });

  test("is not held up by one that says it is closing, or lost its races", async () => {
    const replies = (["closed", "conflict", "unavailable"] as const).map((code) =>
      failureMessage(new BusError(code, "not I")),
    );
    const line = await lineTo((count) => async () => replies[count] ?? jsonMessage("done"));
    expect(await ask(line, command)).toMatchObject({ value: "done" });
    expect(sentMs).toHaveLength(4);
  });

  test("hears at once of what does not pass", async () => {
    const denied = failureMessage(new BusError("full", "no room"));
    const line = await lineTo(() => async () => denied);
    const { error, tookMs } = await ask(line, command);
    expect({ error, tookMs }).toMatchObject({ error: { code: "full" }, tookMs: 0 });
  });
});

test("who asks once waits longer each time that nobody answers", async () => {
  const line = await lineTo(() => hangs, 0);
  const tookMs: number[] = [];
  for (let count = 0; count < 5; count += 1) tookMs.push((await ask(line, command)).tookMs);
  expect(tookMs).toEqual([1_000, 2_000, 4_000, 8_000, 12_000]);
});
