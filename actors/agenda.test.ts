import { expect, test } from "vitest";
import type { Log, Stored } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { Agenda } from "./agenda.ts";
import { VirtualWorld } from "./virtual-world.ts";

const created = (position: number): Stored => ({
  position,
  gid: `g${position}`,
  rev: 1,
  text: JSON.stringify({ events: [{ kind: "status", from: "undefined", to: "created" }] }),
});

/** An agenda of so many groups, and the end of the log that it was made of. */
function made(groups: number): { agenda: Agenda; log: Pick<Log, "readAll"> } {
  const agenda = new Agenda();
  for (let position = 1; position <= groups; position += 1) agenda.fold(created(position));
  return {
    agenda,
    log: {
      async *readAll(after = 0) {
        yield [created(after + 1)];
      },
    },
  };
}

const sound = async (): Promise<void> => {};

test.each([0, 1, 5_000, 5_001, 12_345])("an agenda of %i groups is kept", async (groups) => {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  const { agenda, log } = made(groups);
  await agenda.save(values, sound);
  const again = await Agenda.load(values, log);
  expect(again.position).toBe(groups);
  expect(new Map(again.open)).toEqual(new Map(agenda.open));
  const sizes = (await values.list("agenda")).map(({ value }) => value.length);
  expect(Math.max(0, ...sizes)).toBeLessThan(100_000);
});

test("nothing is left of what was saved before", async () => {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  await made(12_345).agenda.save(values, sound);
  await made(12_346).agenda.save(values, sound);
  expect((await values.list("agenda")).map(({ key }) => key)).toEqual([
    "agenda",
    "agenda-part.12346.0",
    "agenda-part.12346.1",
  ]);
});

test("an agenda with a part that is gone is made of the log again", async () => {
  const { values } = openMemoryBus({ world: new VirtualWorld() });
  const { agenda, log } = made(12_345);
  await agenda.save(values, sound);
  await values.remove("agenda-part.12345.1");
  expect((await Agenda.load(values, log)).position).toBe(0);
});

test("a group that was pruned is none of its, whatever was seen of it", () => {
  const { agenda } = made(2);
  agenda.fold({ ...created(1), position: 9, rev: 7, text: '{"events":[{"kind":"pruned"}]}' });
  expect([...agenda.open.keys()]).toEqual(["g2"]);
});
