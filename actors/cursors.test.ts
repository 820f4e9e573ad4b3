import { expect, test } from "vitest";
import type { Values } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { blankJob, type Job } from "../machines/record.ts";
import { Cursors } from "./cursors.ts";
import { VirtualWorld } from "./virtual-world.ts";

const uid = "gabcdefghij234567-1";
const job: Job = { ...blankJob, id: "a", uid, epoch: 1 };
const at = (cursor: number) => ({ cursor, progress: { current: cursor, total: 9 } });

test("a checkpoint that arrives late does not overwrite the one after it", async () => {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  const cursors = new Cursors(values);
  await cursors.put(uid, 1, at(2), 2);
  await cursors.put(uid, 1, at(1), 1);
  expect(await cursors.last(job)).toEqual(at(2));
  await cursors.put(uid, 1, at(2), 2);
  await cursors.put(uid, 1, at(3), 3);
  expect(await cursors.last(job)).toEqual(at(3));
});

test("nor does one that stood between its look and its put meanwhile", async () => {
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
  const late = new Cursors(slow).put(uid, 1, at(1), 1);
  await seen.promise;
  await new Cursors(values).put(uid, 1, at(2), 2);
  go.resolve();
  await late;
  expect(await new Cursors(values).last(job)).toEqual(at(2));
});
