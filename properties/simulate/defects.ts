/** Defects of a bus that a simulation must find: each time it breaks a promise. */
import type { Log, Stored, Values } from "../../bus/bus.ts";
import type { Defect } from "./defect.ts";
import type { SimulatedBus } from "./simulated-bus.ts";

function withValues(change: (values: Values) => Partial<Values>): NonNullable<Defect["bus"]> {
  return (bus) => ({ ...bus, values: { ...bus.values, ...change(bus.values) } });
}

function withLog(change: (log: SimulatedBus["log"]) => Partial<Log>): NonNullable<Defect["bus"]> {
  return (bus) => {
    const { log } = bus;
    const right: Log = {
      append: (...given) => log.append(...given),
      read: (gid, after) => log.read(gid, after),
      readAll: (after) => log.readAll(after),
      follow: (after, signal) => log.follow(after, signal),
      head: () => log.head(),
      forget: (gid, position) => log.forget(gid, position),
    };
    return { ...bus, log: { ...right, ...change(log) } };
  };
}

export const defects: readonly Defect[] = [
  {
    name: "a log that appends whatever rev is expected",
    finds: /found rev/,
    bus: withLog((log) => ({
      append: async (gid, rev, text) => log.keep(gid, rev, text).position,
    })),
  },
  {
    name: "a log that acknowledges an append which it has dropped",
    finds: /V5/,
    bus: withLog((log) => {
      let appends = 0;
      return {
        append: async (gid, rev, text) => {
          appends += 1;
          return appends % 9 === 0 ? (await log.head()) + 1 : log.append(gid, rev, text);
        },
      };
    }),
  },
  {
    name: "leases that never expire",
    finds: /E2/,
    bus: withValues((values) => ({
      put: (key, value, { expect } = {}) =>
        values.put(key, value, expect === undefined ? {} : { expect }),
    })),
  },
  {
    name: "leases whose renewals are acknowledged and not kept",
    finds: /F4/,
    bus: withValues((values) => {
      const last = new Map<string, number>();
      return {
        put: async (key, value, options = {}) => {
          const known = last.get(key);
          if (known !== undefined && key.startsWith("lease.")) return known;
          const version = await values.put(key, value, options);
          last.set(key, version);
          return version;
        },
      };
    }),
  },
  {
    name: "values that are put over any version",
    seed: 115,
    finds: /V4|V5|F\d/,
    bus: withValues((values) => ({
      put: (key, value, { ttlMs } = {}) =>
        values.put(key, value, ttlMs === undefined ? {} : { ttlMs }),
    })),
  },
  {
    name: "a queue that forgets what it is offered",
    finds: /E2/,
    bus: (bus) => ({ ...bus, queue: { ...bus.queue, offer: async () => {} } }),
  },
  {
    name: "leases that live shorter than was promised",
    seed: 60,
    finds: /F4/,
    bus: withValues((values) => ({
      put: (key, value, { ttlMs, ...options } = {}) =>
        values.put(key, value, ttlMs === undefined ? options : { ...options, ttlMs: ttlMs * 0.6 }),
    })),
  },
  {
    name: "checkpoints that are acknowledged and not found again",
    finds: /L5/,
    bus: withValues((values) => ({
      get: async (key) => (key.startsWith("cursor.") ? undefined : values.get(key)),
    })),
  },
];

/** Whoever reads the log again is shown what was there, lost or not. */
export const hidingLoss: Defect = {
  name: "a log that hides its loss",
  finds: /L5|E2/,
  bus: withLog((log) => {
    const all: Stored[] = [];
    const shown = (commits: readonly Stored[]): readonly Stored[] => {
      for (const commit of commits) all[commit.position] ??= commit;
      return commits.map(({ position, ...commit }) => all[position] ?? { ...commit, position });
    };
    return {
      async *readAll(after = 0) {
        for await (const batch of log.readAll()) shown(batch);
        yield all.filter((commit) => commit !== undefined && commit.position > after);
      },
      async *follow(after, signal) {
        for await (const batch of log.follow(after, signal)) {
          shown(batch);
          yield batch;
        }
      },
    };
  }),
};

/** What is stored on a log that has lost its end does not fit on what it holds. */
export const breakingChains: Defect = {
  name: "a log that after its loss lets the newly come break a chain",
  finds: /L1/,
  bus: withLog((log) => {
    let highest = 0;
    return {
      append: async (gid, rev, text) => {
        const hasLost = (await log.head()) < highest;
        const prev = "0".repeat(64);
        const garbled = JSON.stringify({ ...(JSON.parse(text) as object), prev });
        const position = await log.append(gid, rev, hasLost ? garbled : text);
        highest = hasLost ? Infinity : position;
        return position;
      },
    };
  }),
};
