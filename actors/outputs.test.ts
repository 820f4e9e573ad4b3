/** Outputs as they are kept, in memory and in a file. */
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Bus, Values } from "../bus/bus.ts";
import { freshFolder } from "../bus/contract/fresh-folder.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { openBus } from "../bus/open-bus.ts";
import { realWorld } from "../bus/world.ts";
import { tailBytesMax } from "./output-tail.ts";
import { KeptOutputs, type Tail } from "./outputs.ts";
import { VirtualWorld } from "./virtual-world.ts";

const uid = "gabcdefghij234567-1";

function said(text: string, { epoch = 1, offset = 0 } = {}): Tail {
  return { epoch, attempt: epoch, offset, bytes: Buffer.from(text).toString("base64") };
}

const buses: readonly (readonly [string, () => Promise<Bus>])[] = [
  ["memory", async () => openMemoryBus({ world: realWorld })],
  [
    "file",
    () => openBus(`file:${join(freshFolder(), "jobs.db")}`, { world: realWorld, create: true }),
  ],
];

describe.each(buses)("outputs in %s", (_name, open) => {
  async function kept(): Promise<KeptOutputs> {
    const bus = await open();
    onTestFinished(() => bus[Symbol.asyncDispose]());
    return new KeptOutputs(bus.values);
  }

  test("are what was put last, any bytes", async () => {
    const outputs = await kept();
    expect(await outputs.of(uid)).toBeUndefined();
    const bytes = Buffer.from([0, 255, 10, 128]).toString("base64");
    await outputs.put(uid, { ...said(""), bytes });
    expect(await outputs.of(uid)).toEqual({ ...said(""), bytes });
    await outputs.put(uid, said("more than that"));
    expect(await outputs.of(uid)).toEqual(said("more than that"));
  });

  test("do not go back when an older tail of the epoch arrives late", async () => {
    const outputs = await kept();
    await outputs.put(uid, said("cde", { offset: 2 }));
    await outputs.put(uid, said("abcd"));
    expect(await outputs.of(uid)).toEqual(said("cde", { offset: 2 }));
  });

  test("keep beside an epoch's what the one before said, and nothing that it says later", async () => {
    const outputs = await kept();
    await outputs.put(uid, said("first"));
    await outputs.put(uid, said("second", { epoch: 2 }));
    await outputs.put(uid, said("first, and of a zombie"));
    await outputs.put(uid, said("second, on", { epoch: 2 }));
    const second = { ...said("second, on", { epoch: 2 }), earlier: said("first") };
    expect(await outputs.of(uid)).toEqual(second);
    await outputs.put(uid, said("fourth", { epoch: 4 }));
    const { earlier: _first, ...last } = second;
    expect(await outputs.of(uid)).toEqual({ ...said("fourth", { epoch: 4 }), earlier: last });
  });

  test("are never more than 64 KiB: the new makes room for itself", async () => {
    const outputs = await kept();
    await outputs.put(uid, said("x".repeat(tailBytesMax - 1) + "y"));
    await outputs.put(uid, said("z".repeat(tailBytesMax - 2), { epoch: 2 }));
    const earlier = said("xy", { offset: tailBytesMax - 2 });
    expect(await outputs.of(uid)).toMatchObject({ epoch: 2, earlier });
    await outputs.put(uid, said("z".repeat(tailBytesMax), { epoch: 2 }));
    expect(await outputs.of(uid)).not.toHaveProperty("earlier");
  });
});

test("a zombie's tail does not land on one that was put since it looked", async () => {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  const seen = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const slow: Values = {
    ...values,
    put: async (...put) => {
      seen.resolve();
      await go.promise;
      return values.put(...put);
    },
  };
  const late = new KeptOutputs(slow).put(uid, said("zombie"));
  await seen.promise;
  await new KeptOutputs(values).put(uid, said("current", { epoch: 2 }));
  go.resolve();
  await late;
  expect(await new KeptOutputs(values).of(uid)).toEqual(said("current", { epoch: 2 }));
});

test("an output is forgotten after 30 days", async () => {
  const world = new VirtualWorld();
  const outputs = new KeptOutputs(openMemoryBus({ world }).values);
  await outputs.put(uid, said("old"));
  await world.advance(30 * 24 * 3_600_000 - 1);
  expect(await outputs.of(uid)).toEqual(said("old"));
  await world.advance(1);
  expect(await outputs.of(uid)).toBeUndefined();
});
