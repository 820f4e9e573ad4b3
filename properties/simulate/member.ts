/**
 * A member of the fleet: one process, life after life. It opens the production code over its line
 * to the bus, opens it anew when that fails, and comes back some time after it died.
 */
import { isPassing } from "../../actors/patience.ts";
import { System } from "../../actors/system.ts";
import type { WorkerSettings } from "../../actors/worker-settings.ts";
import { Lifetime } from "../../bus/lifetime.ts";
import { memoryShelf } from "../../bus/memory/memory-shelf.ts";
import { jobsView, type JobsView } from "../../projections/jobs.ts";
import { relay } from "../../projections/relay.ts";
import type { Defect } from "./defect.ts";
import { driversOf, type Stage } from "./drivers.ts";
import { Life, type Surroundings } from "./life.ts";

/** What a process does. */
export interface Role {
  readonly name: string;
  readonly host: string;
  /** `offered`: works at what is offered; `own`: only at its own; `none`: keeps, or just asks. */
  readonly works: "offered" | "own" | "none";
  readonly keeps: boolean;
  readonly relays: boolean;
  /** How far its wall clock is off. */
  readonly skewMs: number;
}

export interface MemberOptions {
  readonly around: Surroundings;
  readonly stage: Pick<Stage, "witness" | "isHealed">;
  readonly onError: (life: string, error: unknown) => void;
  readonly onOpen: (member: Member, opened: Opened) => void;
  readonly defect: Defect | undefined;
  /** How long it stays away after it died. */
  readonly awayMs: () => number;
}

/** A life whose production code is open. */
export interface Opened {
  readonly life: Life;
  readonly system: System;
  readonly view: JobsView;
}

/** Jobs that one worker runs at once. */
export const concurrency = 3;

const leaseMs = 4_000;
const againMs = 1_000;
const drainMs = 3_000;

export class Member {
  readonly role: Role;
  readonly #options: MemberOptions;
  readonly #shelf = memoryShelf(new Lifetime("memory:"));
  #lives = 0;
  #life: Life | undefined;
  #opened: Opened | undefined;

  constructor(role: Role, options: MemberOptions) {
    this.role = role;
    this.#options = options;
  }

  get life(): Life | undefined {
    return this.#life;
  }

  /** The production code, while it is open. */
  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** Begins a new life. */
  start(): void {
    if (this.#life !== undefined) return;
    const { around } = this.#options;
    this.#lives += 1;
    const life = new Life(`${this.role.name}#${this.#lives}`, around, {
      shelf: this.#shelf,
      skewMs: this.role.skewMs,
      onEnd: () => this.#ended(),
    });
    this.#life = life;
    void this.#open(life);
  }

  /** Gives back what it has in hand, goes, and comes back later. */
  async drain(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    try {
      await opened.system.worker?.drain(drainMs);
      await opened.system[Symbol.asyncDispose]();
    } catch (error) {
      if (!isPassing(error)) this.#options.onError(opened.life.name, error);
    }
    opened.life.kill();
  }

  async #open(life: Life): Promise<void> {
    const { name: worker, host, works, keeps, relays } = this.role;
    const { onError, stage, onOpen } = this.#options;
    const drivers = driversOf({
      ...stage,
      life: life.name,
      now: () => life.world.now(),
      sleep: (ms, signal) => life.world.sleep(ms, signal),
    });
    const settings: WorkerSettings = {
      name: worker,
      host,
      pid: this.#lives,
      concurrency,
      leaseMs,
      takes: works === "offered" ? "offered" : "own",
    };
    while (!life.isDead) {
      try {
        const system = await System.open({
          bus: life.bus,
          world: life.world,
          drivers: works === "none" ? [] : drivers,
          groupsMax: 4,
          onError: (error) => onError(life.name, error),
          ...(works !== "none" || keeps ? { worker: settings } : {}),
        });
        this.#opened = { life, system, view: jobsView(life.bus, life.world) };
        onOpen(this, this.#opened);
        this.#options.defect?.system?.(system);
        if (relays) void this.#relay(life);
        return;
      } catch (error) {
        if (!isPassing(error)) onError(life.name, error);
        await life.world.sleep(againMs);
      }
    }
  }

  async #relay({ name, bus, world }: Life): Promise<void> {
    const never = new AbortController().signal;
    for (;;) {
      await relay(bus, {
        world,
        signal: never,
        onError: (error) => {
          if (!isPassing(error)) this.#options.onError(name, error);
        },
      });
      await world.sleep(againMs);
    }
  }

  #ended(): void {
    this.#life = undefined;
    this.#opened = undefined;
    const { schedule } = this.#options.around;
    const what = `${this.role.name} starts`;
    schedule.add(this.#options.awayMs(), { who: "world", what, act: () => this.start() });
  }
}
