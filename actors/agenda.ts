/**
 * The agenda: which groups still have something to be done, as a small fold over the log. Kept in
 * Values with the last commit that is in it, so that nothing scans history at start, unless it is
 * another history.
 */
import type { Log, Position, Stored, Values } from "../bus/bus.ts";
import { digestOf } from "../machines/commit.ts";
import type { Fact } from "../machines/fact.ts";

const key = "agenda";
/** No value of a bus may be large: more groups than these are kept in parts. */
const groupsInPart = 5_000;
const loadsMax = 5;

type Open = Readonly<Record<string, number>>;

interface Saved {
  readonly position: Position;
  /** Of the commit at that position. */
  readonly digest: string;
  readonly open: Open;
  /** How many parts there are beside it. */
  readonly parts?: number;
}

export class Agenda {
  /** Jobs that have not ended, by group. */
  readonly #open: Map<string, number>;
  #last: Stored | undefined;

  constructor(last?: Stored, open: Open = {}) {
    this.#last = last;
    this.#open = new Map(Object.entries(open));
  }

  /** The last commit that is in it. */
  get last(): Stored | undefined {
    return this.#last;
  }

  get position(): Position {
    return this.#last?.position ?? 0;
  }

  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  fold(stored: Stored): void {
    const { gid, text } = stored;
    const facts = factsIn(text);
    const change = facts.reduce((sum, { from, to }) => sum + opened(from, to), 0);
    const jobs = (this.#open.get(gid) ?? 0) + change;
    // Who was behind may never see how a pruned group ended.
    const isPruned = facts.some(({ kind }) => kind === "pruned");
    if (jobs > 0 && !isPruned) this.#open.set(gid, jobs);
    else this.#open.delete(gid);
    this.#last = stored;
  }

  /** As it was saved; empty when the log holds another commit, or none, where it ended. */
  static async load(values: Values, log: Pick<Log, "readAll">): Promise<Agenda> {
    const saved = await savedIn(values);
    if (saved === undefined) return new Agenda();
    const { position, digest, open } = saved;
    const last = await commitAt(log, position);
    const isSame = last !== undefined && digestOf(last.text) === digest;
    return isSame ? new Agenda(last, open) : new Agenda();
  }

  /** Saves it as it stands now, once `check` has found that the log still holds all of it. */
  async save(values: Values, check: () => Promise<void>): Promise<void> {
    if (this.#last === undefined) return;
    const { position, text } = this.#last;
    const [open = {}, ...parts] = inParts([...this.#open]);
    const saved = { position, digest: digestOf(text), open };
    await check();
    for (const [index, part] of parts.entries()) {
      await values.put(partKey(position, index), JSON.stringify(part));
    }
    const whole: Saved = parts.length === 0 ? saved : { ...saved, parts: parts.length };
    await values.put(key, JSON.stringify(whole));
    await forgetParts(values, position);
  }
}

function inParts(groups: readonly (readonly [string, number])[]): readonly Open[] {
  const count = Math.ceil(groups.length / groupsInPart);
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(groups.slice(index * groupsInPart, (index + 1) * groupsInPart)),
  );
}

function partKey(position: Position, index: number): string {
  return `${key}-part.${position}.${index}`;
}

/** What was saved last; undefined when nothing was, or its parts go as fast as they are read. */
async function savedIn(values: Values): Promise<Saved | undefined> {
  for (let load = 0; load < loadsMax; load += 1) {
    const stored = await values.get(key);
    if (stored === undefined) return undefined;
    const saved = JSON.parse(stored.value) as Saved;
    const { position, parts = 0 } = saved;
    const keys = Array.from({ length: parts }, (_, index) => partKey(position, index));
    const found = await Promise.all(keys.map((each) => values.get(each)));
    const texts = found.flatMap((part) => (part === undefined ? [] : [part.value]));
    if (texts.length < parts) continue;
    const open = Object.assign({}, saved.open, ...texts.map((each) => JSON.parse(each) as Open));
    return { ...saved, open: open as Open };
  }
  return undefined;
}

/** Removes the parts of what was saved at earlier positions. */
async function forgetParts(values: Values, position: Position): Promise<void> {
  for (const { key: each } of await values.list(`${key}-part.`)) {
    if (Number(each.split(".")[1]) < position) await values.remove(each);
  }
}

async function commitAt(
  log: Pick<Log, "readAll">,
  position: Position,
): Promise<Stored | undefined> {
  for await (const [found] of log.readAll(position - 1)) {
    return found?.position === position ? found : undefined;
  }
  return undefined;
}

/** None in a commit that cannot be read: whoever looks at its group is told why. */
function factsIn(text: string): readonly Fact[] {
  try {
    const { events } = JSON.parse(text) as { readonly events?: unknown };
    return Array.isArray(events) ? (events as readonly Fact[]) : [];
  } catch {
    return [];
  }
}

/** One job more that has not ended, one less, or neither. */
function opened(from: Fact["from"], to: Fact["to"]): number {
  if (from === "undefined") return 1;
  const ends = to === "concluded" || (to === "null" && from === "created");
  return ends ? -1 : 0;
}
