import { expect, test } from "vitest";
import { VirtualWorld } from "../../actors/virtual-world.ts";
import type { Bus, Outlet, Stored } from "../../bus/bus.ts";
import { openMemoryBus } from "../../bus/memory.ts";
import { realWorld } from "../../bus/world.ts";
import { appendRandomLives } from "../../projections/random-lives.ts";
import { relay } from "../../projections/relay.ts";
import { changesOf, feedOf } from "./feed-of.ts";

/** Longer than it takes until the next commit: the feed is behind, and moves. */
const appendMs = 100;

function fail(error: unknown): never {
  throw error;
}

/** A relay that can die: what it asks for from then on never settles. */
class Mortal {
  appended = 0;
  refused = 0;
  #isDead = false;
  readonly #bus: Bus;
  readonly #world: VirtualWorld;

  constructor(bus: Bus, world: VirtualWorld) {
    this.#bus = bus;
    this.#world = world;
    const { signal } = new AbortController();
    void relay({ ...bus, outlet: this.#outlet }, { world, signal, onError: fail });
  }

  die(): void {
    this.#isDead = true;
  }

  get #outlet(): Outlet {
    const { outlet } = this.#bus;
    return {
      ...outlet,
      head: () => this.#alive(() => outlet.head()),
      append: (entries, head) =>
        this.#alive(async () => {
          try {
            await this.#world.sleep(appendMs);
            const next = await outlet.append(entries, head);
            this.appended += entries.length;
            return next;
          } catch (error) {
            this.refused += 1;
            throw error;
          }
        }),
    };
  }

  #alive<T>(act: () => Promise<T>): Promise<T> {
    return this.#isDead ? new Promise(() => {}) : act();
  }
}

async function recorded(): Promise<readonly Stored[]> {
  await using bus = openMemoryBus({ world: realWorld });
  await appendRandomLives(bus.log, { seed: 8, groups: 20, commitsMax: 1_200 });
  const commits: Stored[] = [];
  for await (const batch of bus.log.readAll()) commits.push(...batch);
  return commits;
}

/** Appends the commits, one every 20 ms, and lets `meanwhile` do something after each. */
async function play(
  { log }: Bus,
  commits: readonly Stored[],
  world: VirtualWorld,
  meanwhile: (count: number) => Promise<void> = async () => {},
): Promise<void> {
  for (const [n, { gid, rev, text }] of commits.entries()) {
    await log.append(gid, rev, text);
    await world.advance(20);
    await meanwhile(n + 1);
  }
}

test("one of several relays works, and the others stand by without getting in its way", async () => {
  const world = new VirtualWorld();
  await using bus = openMemoryBus({ world });
  const relays = [1, 2, 3].map(() => new Mortal(bus, world));
  await play(bus, await recorded(), world);
  await world.advance(1_000);
  expect(await feedOf(bus.outlet)).toEqual(await changesOf(bus.log));
  expect(relays.filter(({ appended }) => appended > 0)).toHaveLength(1);
  expect(relays.map(({ refused }) => refused).toSorted((a, b) => a - b)).toEqual([0, 1, 1]);
});

test("when the one at work dies another takes over within 1.3 s, and the feed stays exact", async () => {
  const world = new VirtualWorld();
  await using bus = openMemoryBus({ world });
  const living = new Set([1, 2, 3].map(() => new Mortal(bus, world)));
  const takeOversMs: number[] = [];
  let death: { readonly atMs: number; readonly head: number } | undefined;
  const commits = await recorded();
  const deaths = new Set([0.3, 0.6].map((part) => Math.floor(part * commits.length)));
  await play(bus, commits, world, async (count) => {
    const { head } = await bus.outlet.head();
    if (death !== undefined && head > death.head) {
      takeOversMs.push(world.monotonic() - death.atMs);
      death = undefined;
    }
    if (!deaths.has(count)) return;
    const working = [...living].toSorted((a, b) => b.appended - a.appended)[0];
    working?.die();
    if (working !== undefined) living.delete(working);
    death = { atMs: world.monotonic(), head };
  });
  await world.advance(1_300);
  expect(await feedOf(bus.outlet)).toEqual(await changesOf(bus.log));
  expect(takeOversMs).toHaveLength(2);
  expect(Math.max(...takeOversMs)).toBeLessThanOrEqual(1_300);
});
