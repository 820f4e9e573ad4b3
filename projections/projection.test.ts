import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { BusError, type BusErrorCode } from "../bus/bus-error.ts";
import type { Bus, Log, Row, Shelf, Stored } from "../bus/bus.ts";
import { openMemoryBus } from "../bus/memory.ts";
import { realWorld } from "../bus/world.ts";
import { canonical } from "../machines/json.ts";
import { Ledger } from "../machines/ledger.ts";
import { collected } from "./collected.ts";
import { statsKey } from "./fold-batch.ts";
import { everyTag, fromRow, openTag } from "./group-row.ts";
import { Projection } from "./projection.ts";
import { appendRandomLives } from "./random-lives.ts";

const plan = { seed: 7, groups: 12, commitsMax: 900 };

function openBus(): Bus {
  return openMemoryBus({ world: realWorld });
}

async function recordedCommits(of = plan): Promise<readonly Stored[]> {
  await using bus = openBus();
  await appendRandomLives(bus.log, of);
  return (await collected(bus.log.readAll())).flat();
}

async function append({ log }: Bus, commits: readonly Stored[]): Promise<void> {
  for (const { gid, rev, text } of commits) await log.append(gid, rev, text);
}

async function allRows(projection: Projection): Promise<readonly Row[]> {
  return [...(await projection.find(everyTag)), ...(await projection.get([statsKey]))];
}

/** A log of these commits, read in batches of a size. */
function logOf(commits: readonly Stored[], batchSize = commits.length): Pick<Log, "readAll"> {
  return {
    async *readAll(after = 0) {
      const rest = commits.filter(({ position }) => position > after);
      for (let n = 0; n < rest.length; n += batchSize) yield rest.slice(n, n + batchSize);
    },
  };
}

/** A bus whose shelf is caught up with the commits. */
async function caughtUp(): Promise<{ bus: Bus; commits: readonly Stored[] }> {
  const bus = openBus();
  const commits = await recordedCommits();
  await append(bus, commits);
  await new Projection(bus).catchUp();
  return { bus, commits };
}

function over({ shelf }: Bus, commits: readonly Stored[]): Projection {
  return new Projection({ log: logOf(commits), shelf });
}

function unwritable({ shelf }: Bus, code: BusErrorCode): Shelf {
  return {
    ...shelf,
    put: async () => {
      throw new BusError(code, "the shelf cannot be written");
    },
  };
}

describe("the rows", () => {
  test("equal the fold of the log at every prefix", async () => {
    await using bus = openBus();
    const projection = new Projection(bus);
    const ledgers = new Map<string, Ledger>();
    for (const stored of await recordedCommits()) {
      await append(bus, [stored]);
      const ledger = ledgers.get(stored.gid) ?? new Ledger(stored.gid);
      ledgers.set(stored.gid, ledger);
      ledger.read(stored.text);
      expect(await projection.catchUp()).toBe(stored.position);
      const [row] = await projection.get([stored.gid]);
      expect(row && canonical(fromRow(row).group)).toBe(canonical(ledger.group));
    }
    const open = [...ledgers.values()].filter(({ group }) =>
      group.jobs.some(({ status }) => status !== "null"),
    );
    const found = await projection.find(openTag);
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(open.map(({ gid }) => gid)));
  });

  test("are the same when they are made again from nothing", async () => {
    await using bus = openBus();
    const projection = new Projection(bus);
    for (const stored of await recordedCommits()) {
      await append(bus, [stored]);
      await projection.catchUp();
    }
    const live = await allRows(projection);
    const head = await projection.rebuild();
    expect(head).toBe(await bus.log.head());
    expect(canonical(await allRows(projection))).toBe(canonical(live));
    expect(live.length).toBeGreaterThan(plan.groups / 2);
  });

  test("are caught up by loading only what the news touches", async () => {
    await using bus = openBus();
    const commits = await recordedCommits();
    await append(bus, commits.slice(0, -1));
    await new Projection(bus).catchUp();
    await append(bus, commits.slice(-1));
    const loaded: string[] = [];
    const shelf: Shelf = {
      ...bus.shelf,
      get: (view, keys) => {
        loaded.push(...keys);
        return bus.shelf.get(view, keys);
      },
    };
    await new Projection({ log: bus.log, shelf }).catchUp();
    const [last, before] = commits.toReversed();
    expect(new Set(loaded)).toEqual(new Set([statsKey, last?.gid, before?.gid]));
  });

  test("are the same when several processes catch up at once, in whatever order", async () => {
    const commits = await recordedCommits({ seed: 3, groups: 3, commitsMax: 120 });
    await using other = openBus();
    await append(other, commits);
    const alone = new Projection(other);
    await alone.catchUp();
    const expected = canonical(await allRows(alone));

    const race = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      await using bus = openBus();
      const { shelf } = bus;
      const slow: Shelf = {
        ...shelf,
        position: scheduler.scheduleFunction((view) => shelf.position(view)),
        get: scheduler.scheduleFunction((view, keys) => shelf.get(view, keys)),
        put: scheduler.scheduleFunction((...put) => shelf.put(...put)),
        clear: scheduler.scheduleFunction((view) => shelf.clear(view)),
      };
      const racers = [4, 7, 9].map(
        (size) => new Projection({ log: logOf(commits, size), shelf: slow }),
      );
      const work = Promise.all([...racers.map((racer) => racer.catchUp()), racers[0]?.rebuild()]);
      await scheduler.waitFor(work);
      expect(await work).toContain(commits.length);
      const late = new Projection({ log: logOf(commits), shelf });
      await late.catchUp();
      expect(canonical(await allRows(late))).toBe(expected);
    });
    await fc.assert(race, { numRuns: 60 });
  });

  test("are kept in memory when the shelf cannot be written", async () => {
    await using bus = openBus();
    const commits = await recordedCommits();
    await append(bus, commits.slice(0, 50));
    const written = new Projection(bus);
    await written.catchUp();
    await append(bus, commits.slice(50));
    const unwritten = new Projection({ log: bus.log, shelf: unwritable(bus, "readonly") });
    expect(await unwritten.catchUp()).toBe(commits.length);
    await written.catchUp();
    expect(canonical(await allRows(unwritten))).toBe(canonical(await allRows(written)));
  });

  test("are not replaced by memory when the shelf is only slow to answer", async () => {
    await using bus = openBus();
    await append(bus, await recordedCommits());
    const projection = new Projection({ log: bus.log, shelf: unwritable(bus, "unavailable") });
    await expect(projection.catchUp()).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a log that cannot be trusted", () => {
  test("is refused when its head went backwards", async () => {
    const { bus, commits } = await caughtUp();
    await expect(over(bus, commits.slice(0, -1)).catchUp()).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining(`at position ${commits.length}`),
    });
  });

  test("is refused when the last commit that was read is another one now", async () => {
    const { bus, commits } = await caughtUp();
    const last = commits.at(-1);
    if (last === undefined) throw new Error("expected commits");
    const altered = { ...last, text: last.text.replace('"at":"2026', '"at":"2027') };
    const more = { ...last, position: last.position + 1 };
    await expect(
      over(bus, [...commits.slice(0, -1), altered, more]).catchUp(),
    ).rejects.toMatchObject({ code: "corrupt", message: expect.stringContaining(last.gid) });
  });

  test("is refused at a gap, naming the group and the place, and nothing is put", async () => {
    await using bus = openBus();
    const commits = await recordedCommits();
    const lost = commits.findIndex(({ rev }) => rev === 2);
    const next = commits.find(({ gid, rev }) => gid === commits[lost]?.gid && rev === 3);
    const projection = over(bus, commits.toSpliced(lost, 1));
    await expect(projection.catchUp()).rejects.toMatchObject({
      code: "corrupt",
      message: `group ${next?.gid} rev 2 at position ${next?.position}: found rev 3`,
    });
    expect(await allRows(projection)).toEqual([]);
  });

  test("is refused at a broken chain, also when the row was made by an earlier catch-up", async () => {
    await using bus = openBus();
    const commits = await recordedCommits();
    const second = commits.findLastIndex(({ rev }) => rev > 2);
    await over(bus, commits.slice(0, second)).catchUp();
    const altered = commits.map((stored, index) =>
      index === second
        ? { ...stored, text: stored.text.replace(/"prev":"\w/, '"prev":"x') }
        : stored,
    );
    await expect(over(bus, altered).catchUp()).rejects.toThrow(
      `group ${commits[second]?.gid} rev ${commits[second]?.rev} at position ${second + 1}: the chain is broken`,
    );
  });
});
