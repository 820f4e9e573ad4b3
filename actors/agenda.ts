/**
 * The agenda: which groups still have something to be done, as a small fold over the log. Kept in
 * Values with its position, so that nothing scans history at start.
 */
import type { Position, Stored, Values } from "../bus/bus.ts";
import type { Fact } from "../machines/fact.ts";

const key = "agenda";

export class Agenda {
  /** Jobs that have not ended, by group. */
  readonly #open: Map<string, number>;
  #position: Position;

  constructor(position: Position = 0, open: Iterable<readonly [string, number]> = []) {
    this.#position = position;
    this.#open = new Map(open);
  }

  get position(): Position {
    return this.#position;
  }

  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  fold({ gid, position, text }: Stored): void {
    const change = factsIn(text).reduce((sum, { from, to }) => sum + opened(from, to), 0);
    const jobs = (this.#open.get(gid) ?? 0) + change;
    if (jobs > 0) this.#open.set(gid, jobs);
    else this.#open.delete(gid);
    this.#position = position;
  }

  static async load(values: Values): Promise<Agenda> {
    const stored = await values.get(key);
    if (stored === undefined) return new Agenda();
    const { position, open } = JSON.parse(stored.value) as {
      readonly position: Position;
      readonly open: Record<string, number>;
    };
    return new Agenda(position, Object.entries(open));
  }

  async save(values: Values): Promise<void> {
    const open = Object.fromEntries(this.#open);
    await values.put(key, JSON.stringify({ position: this.#position, open }));
  }
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
