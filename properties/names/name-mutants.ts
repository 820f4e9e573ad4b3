/**
 * Mutants of the protocol of names: what would go wrong without one of its parts. Each stands
 * between the desks and their bus or world, and breaks the sentence that the part is for.
 */
import { BusError } from "../../bus/bus-error.ts";
import type { Log, Stored, Values } from "../../bus/bus.ts";
import { digestOf, type Commit } from "../../machines/commit.ts";
import type { Around } from "./creator.ts";
import { graceMs } from "./truth.ts";

export interface NameMutant {
  readonly title: string;
  /** The sentence that notices first. */
  readonly invariant: string;
  readonly around: Around;
}

function withLog(change: (log: Log) => Partial<Log>): Around {
  return ({ bus, world }) => ({ world, bus: { ...bus, log: { ...bus.log, ...change(bus.log) } } });
}

function withValues(change: (values: Values) => Partial<Values>): Around {
  return ({ bus, world }) => {
    return { world, bus: { ...bus, values: { ...bus.values, ...change(bus.values) } } };
  };
}

const putBlindly = withValues((values) => ({ put: (key, value) => values.put(key, value) }));

const putBadly = withValues(() => ({
  put: async (key) => {
    throw new BusError("closed", `${key}: it cannot be put`);
  },
}));

/** The void is written nowhere, and only who wrote it believes in it. */
const fenceInFaith = withLog((log) => {
  const imagined = new Map<string, Stored>();
  return {
    append: async (gid, rev, text) => {
      if (verbOf(text) !== "void") return log.append(gid, rev, text);
      imagined.set(gid, { position: 0, gid, rev, text });
      return 0;
    },
    read: async (gid, after = 0) => {
      const stored = await log.read(gid, after);
      const fence = imagined.get(gid);
      return stored.length === 0 && after === 0 && fence !== undefined ? [fence] : stored;
    },
  };
});

const fenceNobody = withLog((log) => ({
  append: async (gid, rev, text) => (verbOf(text) === "void" ? 0 : log.append(gid, rev, text)),
}));

const createNothing = withLog((log) => ({
  append: async (gid, rev, text) => (verbOf(text) === "create" ? 1 : log.append(gid, rev, text)),
}));

/** A creation that comes too late is written behind the fence. */
const climb = withLog((log) => ({
  append: async (gid, rev, text) => {
    const [fence] = verbOf(text) === "create" ? await log.read(gid) : [];
    if (fence === undefined || verbOf(fence.text) !== "void") return log.append(gid, rev, text);
    const commit = JSON.parse(text) as Commit;
    const next = { ...commit, rev: 2, prev: digestOf(fence.text) };
    return log.append(gid, 2, JSON.stringify(next));
  },
}));

/** Others' groups are read as they were when they were made. */
const readStale = withLog((log) => ({
  read: async (gid, after = 0) => {
    const stored = await log.read(gid, after);
    return after === 0 ? stored.slice(0, 1) : stored;
  },
}));

const haste = withValues((values) => ({
  get: async (key) => {
    const found = await values.get(key);
    return found && { ...found, value: JSON.stringify(JSON.parse(found.value, aged)) };
  },
}));

const oneTry: Around = ({ bus, world }) => ({ bus, world: { ...world, id: () => "the same" } });

export const nameMutants: readonly NameMutant[] = [
  { title: "a name is put without comparing", invariant: "N2", around: putBlindly },
  { title: "tries of one creation are not told apart", invariant: "N2", around: oneTry },
  { title: "a silent creator is only thought to be fenced", invariant: "N2", around: fenceInFaith },
  { title: "what is created is not written", invariant: "N3", around: createNothing },
  { title: "a fenced creator writes all the same", invariant: "N4", around: climb },
  { title: "a silent creator is given no time", invariant: "N5", around: haste },
  { title: "a holder's log is read too early", invariant: "N6", around: readStale },
  { title: "a name cannot be put", invariant: "N7", around: putBadly },
  { title: "a dead creator is never fenced", invariant: "N8", around: fenceNobody },
];

/** As a reviver: every moment lies further back. */
function aged(field: string, value: unknown): unknown {
  return field === "at" ? Number(value) - graceMs : value;
}

function verbOf(text: string): string {
  return (JSON.parse(text) as Commit).cause.verb;
}
