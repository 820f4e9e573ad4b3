/**
 * One process on a shared bus, for tests: its ports and its timers are its own, so that it can be
 * frozen (it stalls: nothing of it goes on until it thaws) or killed (nothing ever does again).
 * What it had asked of the bus before that may still happen; its answer is not heard.
 */
import type { Bus, Log } from "../bus/bus.ts";
import type { World } from "../bus/world.ts";

type Gate = () => Promise<void>;

export class VirtualProcess {
  readonly world: World;
  readonly bus: Bus;
  #running: Promise<void> = Promise.resolve();
  #thaw: () => void = () => {};
  #isKilled = false;

  constructor(world: World, bus: Bus) {
    const gate = (): Promise<void> => this.#running;
    this.world = {
      now: () => world.now(),
      monotonic: () => world.monotonic(),
      random: () => world.random(),
      id: () => world.id(),
      sleep: async (ms, signal) => {
        await world.sleep(ms, signal);
        await gate();
      },
    };
    this.bus = {
      ...bus,
      log: gatedLog(bus.log, gate),
      queue: gated(bus.queue, gate),
      values: gated(bus.values, gate),
      signals: {
        publish: (subject, data) => {
          if (!this.#isKilled) bus.signals.publish(subject, data);
        },
        subscribe: (prefix, handler) =>
          bus.signals.subscribe(prefix, (subject, data) => {
            void gate().then(() => handler(subject, data));
          }),
        kept: (prefix) => bus.signals.kept(prefix),
      },
    };
  }

  freeze(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running = promise;
    this.#thaw = resolve;
  }

  thaw(): void {
    this.#thaw();
  }

  kill(): void {
    this.#isKilled = true;
    this.#running = new Promise(() => {});
  }
}

/**
 * The port, each of whose methods waits at the gate before it is asked and before it answers. A
 * method that is set is this process's alone.
 */
function gated<T extends object>(port: T, gate: Gate): T {
  const own = new Map<string | symbol, unknown>();
  return new Proxy(port, {
    set: (_target, name, value) => Boolean(own.set(name, value)),
    get: (target, name) => {
      if (own.has(name)) return own.get(name);
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        await gate();
        const answer: unknown = await Reflect.apply(method, target, args);
        await gate();
        return answer;
      };
    },
  });
}

function gatedLog(log: Log, gate: Gate): Log {
  async function* held<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const batch of batches) {
      await gate();
      yield batch;
    }
  }
  const port = gated(log, gate);
  return {
    append: (...given) => port.append(...given),
    read: (gid, after) => port.read(gid, after),
    head: () => port.head(),
    forget: (gid, position) => port.forget(gid, position),
    readAll: (after) => held(log.readAll(after)),
    follow: (after, signal) => held(log.follow(after, signal)),
  };
}
