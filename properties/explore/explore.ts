/**
 * The explorer: walks everything that can happen in a space, breadth first, so that whatever goes
 * wrong is shown by the shortest sequence of messages that leads to it. Start here, then space.ts; the
 * space of the lifecycle is lifecycle-space.ts, what must come true in the end is liveness.ts.
 *
 * A visited state is kept as its key alone, with the message that first led to it: the states
 * themselves are dropped once they are expanded, and found again by saying the messages again.
 */
import type { Violation } from "../invariants/invariants.ts";
import { Column } from "./column.ts";
import { Graph } from "./graph.ts";
import { livenessOf } from "./liveness.ts";
import type { Found, Space } from "./space.ts";

export interface Exploring<S, M> {
  readonly onState?: (state: S) => void;
  readonly onStep?: (before: S, message: M, next: S) => void;
  /** Called every few hundred states. */
  readonly onProgress?: (soFar: { readonly states: number; readonly open: number }) => void;
  /** Stops there, and says that it is not complete. */
  readonly statesMax?: number;
  /** Stops at the first violation. */
  readonly bail?: boolean;
}

export interface Exploration<M> {
  readonly states: number;
  /** Steps from one state to another. */
  readonly transitions: number;
  /** The longest of the shortest ways to a state. */
  readonly depth: number;
  /**
   * Of each sentence the first violation; the shortest first. What must come true in the end is
   * judged only when everything was seen, and no step of it was broken.
   */
  readonly violations: readonly Found<M>[];
  /** Everything was seen. */
  readonly isComplete: boolean;
}

const progressStates = 250;

const restless: Violation = {
  id: "E2",
  text: "E2 where nothing moves by itself every job says what it waits for: one says nothing",
};

/** Walks the space. */
export function explore<S, M>(space: Space<S, M>, how: Exploring<S, M> = {}): Exploration<M> {
  const walk = new Walk(space, how);
  walk.run();
  return walk.result();
}

class Walk<S, M> {
  readonly #space: Space<S, M>;
  readonly #how: Exploring<S, M>;
  readonly #graph: Graph<S, M>;
  readonly #known = new Map<string, number>();
  readonly #depths = new Column();
  readonly #found = new Map<string, Found<M>>();
  #frontier: S[] = [];
  #isStopped = false;
  #isBroken = false;

  constructor(space: Space<S, M>, how: Exploring<S, M>) {
    this.#space = space;
    this.#how = how;
    this.#graph = new Graph(space);
  }

  run(): void {
    for (const root of this.#space.roots) this.#reach(root, -1, undefined);
    let expanded = 0;
    while (this.#frontier.length > 0) {
      const level = this.#frontier;
      this.#frontier = [];
      for (const state of level) {
        if (this.#isStopped) return;
        this.#expand(state, expanded);
        expanded += 1;
      }
    }
  }

  result(): Exploration<M> {
    const isComplete = !this.#isStopped;
    const inTheEnd = isComplete && !this.#isBroken ? livenessOf(this.#graph) : [];
    return {
      states: this.#graph.size,
      transitions: this.#graph.edges,
      depth: this.#depths.at(this.#depths.length - 1),
      violations: [...this.#found.values(), ...inTheEnd],
      isComplete,
    };
  }

  #expand(state: S, from: number): void {
    const { onStep, bail = false } = this.#how;
    this.#graph.open(from);
    let isMoving = false;
    for (const message of this.#space.messages(state)) {
      const { next, broken } = this.#space.step(state, message);
      onStep?.(state, message, next);
      if (broken.length > 0) {
        [this.#isBroken, isMoving] = [true, true];
        this.#keep(broken, [...this.#graph.pathTo(from), message]);
        if (bail) this.#isStopped = true;
        if (this.#isStopped) return;
        continue;
      }
      if (next === state) continue;
      const to = this.#reach(next, from, message);
      if (to !== from) this.#graph.connect(to, message);
      if (to !== from && this.#space.by(message) === "system") isMoving = true;
      if (this.#isStopped) return;
    }
    if (isMoving || this.#space.isEnd(state) || this.#space.rest(state) !== undefined) return;
    this.#keep([restless], this.#graph.pathTo(from));
    this.#isStopped ||= bail;
  }

  /** The number of the state, which is a new one when nothing was known of its key. */
  #reach(state: S, parent: number, message: M | undefined): number {
    const key = this.#space.key(state);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { onState, onProgress, statesMax = Infinity } = this.#how;
    const number = this.#graph.add(state, parent, message);
    this.#known.set(key, number);
    this.#depths.push(parent === -1 ? 0 : this.#depths.at(parent) + 1);
    this.#frontier.push(state);
    onState?.(state);
    if (this.#graph.size % progressStates === 0) {
      onProgress?.({ states: this.#graph.size, open: this.#frontier.length });
    }
    if (this.#graph.size >= statesMax) this.#isStopped = true;
    return number;
  }

  /** What lies behind a broken step is not walked: it would only show the same again. */
  #keep(broken: readonly Violation[], sequence: readonly M[]): void {
    for (const { id, text } of broken) {
      if (!this.#found.has(id)) this.#found.set(id, { id, text, sequence });
    }
  }
}
