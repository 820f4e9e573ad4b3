/**
 * Events in the order of their source's sequence: what came twice is taken once, what came too
 * early is held until what is before it has come, and what never comes is a gap. Without a sequence
 * the order is that of the lines. What is remembered and held is bounded.
 */
import { Divergence } from "./divergence.ts";
import type { StatusEvent } from "./status-event.ts";

/** Events that are held for those before them, of all sources together. */
const heldMax = 10_000;
/** Events by which one that comes again is known. */
const rememberedMax = 100_000;

export interface InOrder {
  readonly event: StatusEvent;
  /** How many of its source are missing right before it. */
  readonly missing: number;
  /** Everything of its source was seen, from the first one on. */
  readonly isWhole: boolean;
}

interface Source {
  /** The sequence that is due; undefined before the first. */
  due: number | undefined;
  isWhole: boolean;
}

export class InSequence {
  readonly #sources = new Map<string, Source>();
  /** By source and sequence, the source that has waited longest first. */
  readonly #early = new Map<string, Map<number, StatusEvent>>();
  readonly #remembered = new Map<string, string>();
  #held = 0;
  #repeated = 0;

  /** How many events came again, or so late that they can no longer be told from such. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Takes the next line's event; gives what is now in order. Fails with Divergence. */
  take(event: StatusEvent): readonly InOrder[] {
    const source = this.#sourceOf(event);
    const { sequence } = event;
    const { due } = source;
    if (
      this.#isRepeated(event) ||
      (due !== undefined && sequence !== undefined && sequence < due)
    ) {
      this.#repeated += 1;
      return [];
    }
    if (sequence === undefined) return [{ event, missing: 0, isWhole: source.isWhole }];
    const isStart = due === undefined && sequence <= 1;
    if (due === sequence || isStart) {
      source.isWhole ||= isStart;
      return this.#release(event, sequence, 0);
    }
    this.#hold(event, sequence);
    return this.#held > heldMax ? this.#giveUp() : [];
  }

  /** What was still held at the end, in order. */
  rest(): readonly InOrder[] {
    const released: InOrder[] = [];
    while (this.#held > 0) released.push(...this.#giveUp());
    return released;
  }

  #hold(event: StatusEvent, sequence: number): void {
    const early = this.#early.get(event.source) ?? new Map<number, StatusEvent>();
    this.#early.set(event.source, early.set(sequence, event));
    this.#held += 1;
  }

  /** Nobody waits any longer for what should have come before the first that is held. */
  #giveUp(): readonly InOrder[] {
    const [name = "", early = new Map<number, StatusEvent>()] =
      this.#early.entries().next().value ?? [];
    const first = Math.min(...early.keys());
    const event = this.#letGo(name, first);
    if (event === undefined) return [];
    const source = this.#sourceOf(event);
    source.isWhole = false;
    return this.#release(event, first, source.due === undefined ? 0 : first - source.due);
  }

  /** The event, and all that was held for it. */
  #release(first: StatusEvent, sequence: number, missing: number): readonly InOrder[] {
    const source = this.#sourceOf(first);
    const { isWhole } = source;
    const released: InOrder[] = [{ event: first, missing, isWhole }];
    let due = sequence + 1;
    for (let event; (event = this.#letGo(first.source, due)) !== undefined; due += 1) {
      released.push({ event, missing: 0, isWhole });
    }
    source.due = due;
    return released;
  }

  #letGo(name: string, sequence: number): StatusEvent | undefined {
    const early = this.#early.get(name);
    const event = early?.get(sequence);
    if (early === undefined || event === undefined) return undefined;
    early.delete(sequence);
    this.#held -= 1;
    if (early.size === 0) this.#early.delete(name);
    return event;
  }

  #sourceOf({ source: name }: StatusEvent): Source {
    const source = this.#sources.get(name) ?? { due: undefined, isWhole: false };
    this.#sources.set(name, source);
    return source;
  }

  /** The same source and id is the same event; it may say nothing else the second time. */
  #isRepeated(event: StatusEvent): boolean {
    const { source, id, sequence } = event;
    const saying = JSON.stringify({ ...event, line: 0 });
    const known = this.#remembered.get(`${source} id ${id}`);
    if (known !== undefined && known !== saying) {
      throw new Divergence({
        observed: `another event with the id '${id}' of ${source}`,
        expected: ["the event that had this id before, or a new id"],
        explanation: "source and id together name one event, and this one is not it",
      });
    }
    const holder = sequence === undefined ? id : this.#remembered.get(`${source} at ${sequence}`);
    if (holder !== undefined && holder !== id) {
      throw new Divergence({
        observed: `the sequence ${sequence} of ${source} with the id '${id}'`,
        expected: [`the id '${holder}', or a new sequence`],
        explanation: `the sequence ${sequence} was given to two events`,
      });
    }
    this.#remember(`${source} id ${id}`, saying);
    if (sequence !== undefined) this.#remember(`${source} at ${sequence}`, id);
    return known !== undefined;
  }

  #remember(key: string, value: string): void {
    this.#remembered.set(key, value);
    if (this.#remembered.size <= rememberedMax) return;
    const [oldest = ""] = this.#remembered.keys();
    this.#remembered.delete(oldest);
  }
}
