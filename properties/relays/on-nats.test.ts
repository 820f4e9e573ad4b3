/**
 * Relays as processes on a real server: killed, frozen and woken amid traffic. The feed, and what
 * a plain subscriber hears, stay exact.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Bus, Stored } from "../../bus/bus.ts";
import { openMemoryBus } from "../../bus/memory.ts";
import { openNatsBus } from "../../bus/nats/open-nats-bus.ts";
import { readNatsUrl } from "../../bus/nats/nats-url.ts";
import { testServer } from "../../bus/nats/server/test-servers.ts";
import { realWorld } from "../../bus/world.ts";
import { collected } from "../../projections/collected.ts";
import { placeIn } from "../../projections/event-place.ts";
import { eventsOf } from "../../projections/events.ts";
import { appendRandomLives } from "../../projections/random-lives.ts";
import { describeWith, parts } from "../parts.ts";
import { changesOf, feedOf } from "./feed-of.ts";

const program = fileURLToPath(new URL("relay-process.ts", import.meta.url));

class RelayProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(url: string, onAdd: (relay: RelayProcess) => void) {
    const child = spawn(process.execPath, [program, url], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    onTestFinished(() => void child.kill("SIGKILL"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.lines.push(line);
      if (line.startsWith("added")) onAdd(this);
    });
  }

  get refusals(): number {
    return this.lines.filter((line) => line === "refused").length;
  }

  /** What it said beside what a relay has to say. */
  get complaints(): readonly string[] {
    return this.lines.filter((line) => !/^(?:relaying|refused|added \d+)$/.test(line));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}

async function recorded(): Promise<readonly Stored[]> {
  await using bus = openMemoryBus({ world: realWorld });
  await appendRandomLives(bus.log, { seed: 17, groups: 200, commitsMax: 20_000 });
  const commits: Stored[] = [];
  for await (const batch of bus.log.readAll()) commits.push(...batch);
  return commits;
}

/** Appends the commits one by one until it is told to stop. */
class Traffic {
  readonly #commits: Stored[];
  readonly #bus: Bus;
  #isOn = true;
  readonly done: Promise<void>;

  constructor(bus: Bus, commits: readonly Stored[]) {
    this.#bus = bus;
    this.#commits = [...commits];
    this.done = this.#run();
  }

  /** Resolves with how many commits are left. */
  async stop(): Promise<number> {
    this.#isOn = false;
    await this.done;
    return this.#commits.length;
  }

  async #run(): Promise<void> {
    while (this.#isOn) {
      const commit = this.#commits.shift();
      if (commit === undefined) return;
      await this.#bus.log.append(commit.gid, commit.rev, commit.text);
      await realWorld.sleep(0);
    }
  }
}

describeWith(parts.nats, "relays on a real server", () => {
  test("killed, frozen and woken amid traffic they tell every change once, in order, to all", async () => {
    await using server = await testServer();
    const settings = readNatsUrl(server.url, {});
    await using bus = await openNatsBus(settings, { world: realWorld, create: true });
    const heard: string[] = [];
    bus.link.nc.subscribe(`${bus.link.names.prefix}.event.>`, {
      callback: (_error, { subject, headers }) => {
        heard.push(`${headers?.get("Job-Position")} ${subject.split(".").at(-1)}`);
      },
    });
    await bus.link.nc.flush();
    let working: RelayProcess | undefined;
    const start = () => new RelayProcess(server.url, (relay) => (working = relay));
    const others = (than: RelayProcess | undefined) =>
      vi.waitFor(() => expect(working).not.toBe(than), { timeout: 20_000 });

    const all = [start(), start(), start()];
    const traffic = new Traffic(bus, await recorded());
    await vi.waitFor(() => expect(working).toBeDefined(), { timeout: 20_000 });

    const killed = working;
    await killed?.kill();
    working = killed;
    await others(killed);
    all.push(start());

    const frozen = working;
    frozen?.signal("SIGSTOP");
    await others(frozen);
    const before = frozen?.refusals ?? 0;
    frozen?.signal("SIGCONT");
    await vi.waitFor(() => expect(frozen?.refusals).toBeGreaterThan(before), { timeout: 20_000 });

    expect(await traffic.stop()).toBeGreaterThan(0);
    const changes = await changesOf(bus.log);
    await vi.waitFor(async () => expect((await bus.outlet.head()).head).toBe(changes.length), {
      timeout: 20_000,
    });
    expect(await feedOf(bus.outlet)).toEqual(changes);
    await vi.waitFor(() => expect(heard).toHaveLength(changes.length));
    expect(heard).toEqual(changes);
    const query = { after: { position: 0 }, untilNow: true };
    const events = await collected(eventsOf(bus, realWorld, query));
    const { requests: _none, ...alone } = bus;
    expect(events).toEqual(await collected(eventsOf(alone, realWorld, query)));
    const seen = events[Math.floor(events.length / 3)];
    const rest = { ...query, after: placeIn(seen?.position ?? "") ?? query.after };
    const later = await collected(eventsOf(bus, realWorld, rest));
    expect(later).toEqual(events.slice(events.length - later.length));
    expect(events.at(-later.length - 1)).toEqual(seen);
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(changes.length).toBeGreaterThan(100);
  });
});
