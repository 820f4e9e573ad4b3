/**
 * The agenda: which groups still have something to be done, as a small fold over the log. Kept in
 * Values with the last commit that is in it, so that nothing scans history at start, unless it is
 * another history.
 */
import type { Log, Position, Stored, Values } from "../bus/bus.ts";
import { digestOf } from "../machines/commit.ts";
import type { Fact } from "../machines/fact.ts";

const key = "agenda";

interface Saved {
  readonly position: Position;
  /** Of the commit at that position. */
  readonly digest: string;
  readonly open: Readonly<Record<string, number>>;
}

export class Agenda {
  /** Jobs that have not ended, by group. */
  readonly #open: Map<string, number>;
  #last: Stored | undefined;

  constructor(last?: Stored, open: Readonly<Record<string, number>> = {}) {
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
    const change = factsIn(text).reduce((sum, { from, to }) => sum + opened(from, to), 0);
    const jobs = (this.#open.get(gid) ?? 0) + change;
    if (jobs > 0) this.#open.set(gid, jobs);
    else this.#open.delete(gid);
    this.#last = stored;
  }

  /** As it was saved; empty when the log holds another commit, or none, where it ended. */
  static async load(values: Values, log: Pick<Log, "readAll">): Promise<Agenda> {
    const stored = await values.get(key);
    if (stored === undefined) return new Agenda();
    const { position, digest, open } = JSON.parse(stored.value) as Saved;
    const last = await commitAt(log, position);
    const isSame = last !== undefined && digestOf(last.text) === digest;
    return isSame ? new Agenda(last, open) : new Agenda();
  }

  /** Saves it as it stands now, once `check` has found that the log still holds all of it. */
  async save(values: Values, check: () => Promise<void>): Promise<void> {
    if (this.#last === undefined) return;
    const { position, text } = this.#last;
    const open = Object.fromEntries(this.#open);
    const saved: Saved = { position, digest: digestOf(text), open };
    await check();
    await values.put(key, JSON.stringify(saved));
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
