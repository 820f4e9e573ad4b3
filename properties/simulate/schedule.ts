/**
 * The schedule: everything that is going to happen, in virtual time. Nothing happens by itself:
 * one thing after the other is picked, and all that follows from it at once is let happen before
 * the next. This is the only clock of a simulation.
 */
import type { Chooser } from "./chooser.ts";

export interface Happening {
  /** Milliseconds since the start. */
  at: number;
  /** Whose turn it is: a process, or `bus`, or `world` for what befalls them. */
  readonly who: string;
  readonly what: string;
  readonly act: () => void;
}

/** So many of what could happen next are chosen from. */
const optionsMax = 8;

export class Schedule {
  readonly #chooser: Chooser;
  #slackMs: number;
  readonly #held = new Map<string, number>();
  readonly #dropped = new Set<string>();
  #due: Happening[] = [];
  #nowMs = 0;

  /** `slackMs`: how far what is due may be overtaken by what is due later. */
  constructor(chooser: Chooser, slackMs: number) {
    this.#chooser = chooser;
    this.#slackMs = slackMs;
  }

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get size(): number {
    return this.#due.length;
  }

  add(afterMs: number, { who, what, act }: Omit<Happening, "at">): Happening {
    const at = Math.max(this.#nowMs + Math.max(0, Math.ceil(afterMs)), this.#held.get(who) ?? 0);
    const happening = { at, who, what, act };
    if (this.#dropped.has(who)) return happening;
    let place = this.#due.length;
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) > at) place -= 1;
    this.#due.splice(place, 0, happening);
    return happening;
  }

  cancel(happening: Happening): void {
    const place = this.#due.indexOf(happening);
    if (place !== -1) this.#due.splice(place, 1);
  }

  /** Nothing of them happens ever again. */
  drop(who: string): void {
    this.#dropped.add(who);
    this.#due = this.#due.filter((each) => each.who !== who);
  }

  /** Nothing of them happens before that time. */
  hold(who: string, untilMs: number): void {
    this.#held.set(who, untilMs);
    for (const each of this.#due) if (each.who === who) each.at = Math.max(each.at, untilMs);
    this.#due.sort((a, b) => a.at - b.at);
  }

  /** Nobody is held any more, and nothing overtakes. */
  release(): void {
    this.#slackMs = 0;
    this.#held.clear();
  }

  /** Takes what happens next and moves on to its time; undefined when nothing is due at all. */
  next(): Happening | undefined {
    const [earliest] = this.#due;
    if (earliest === undefined) return undefined;
    const until = earliest.at + this.#slackMs;
    const options: Happening[] = [];
    for (const each of this.#due) {
      if (each.at > until || options.length === optionsMax) break;
      options.push(each);
    }
    const next = options.length === 1 ? earliest : this.#chooser.pick("next", options);
    this.cancel(next);
    this.#nowMs = Math.max(this.#nowMs, next.at);
    return next;
  }
}
