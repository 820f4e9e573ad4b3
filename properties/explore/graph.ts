/**
 * The graph of what was walked: numbered states, and the steps between them in the order in which
 * they were taken, as plain columns of numbers.
 */
import { Column } from "./column.ts";
import type { By, Space } from "./space.ts";

const codes: Readonly<Record<By, number>> = { user: 0, system: 1, fault: 2 };
const kindBits = 2;

export class Graph<S, M> {
  readonly space: Space<S, M>;
  readonly #parents = new Column();
  readonly #messages: (M | undefined)[] = [];
  /** Where the steps of a state begin; states are opened in the order of their numbers. */
  readonly #starts = new Column();
  readonly #targets = new Column();
  readonly #kinds = new Column();
  readonly #debts = new Column();
  readonly #ends = new Column();
  readonly #roots = new Map<number, S>();

  constructor(space: Space<S, M>) {
    this.space = space;
  }

  get size(): number {
    return this.#parents.length;
  }

  get edges(): number {
    return this.#targets.length;
  }

  add(state: S, parent: number, message: M | undefined): number {
    const number = this.size;
    this.#parents.push(parent);
    this.#messages.push(message);
    const { debts = [] } = this.space;
    this.#debts.push(debts.reduce((bits, debt, bit) => bits | (+debt.isOwed(state) << bit), 0));
    this.#ends.push(+this.space.isEnd(state));
    if (parent === -1) this.#roots.set(number, state);
    return number;
  }

  /** The steps that are connected next begin here. */
  open(number: number): void {
    if (number !== this.#starts.length) throw new Error(`opened out of order: ${number}`);
    this.#starts.push(this.edges);
  }

  connect(to: number, message: M): void {
    const agent = this.space.agent?.(message) ?? -1;
    this.#targets.push(to);
    this.#kinds.push(codes[this.space.by(message)] | ((agent + 1) << kindBits));
  }

  firstEdge(number: number): number {
    return number < this.#starts.length ? this.#starts.at(number) : this.edges;
  }

  target(edge: number): number {
    return this.#targets.at(edge);
  }

  isBy(edge: number, by: By): boolean {
    return (this.#kinds.at(edge) & ((1 << kindBits) - 1)) === codes[by];
  }

  /** Whose step it is; -1 for nobody's. */
  agent(edge: number): number {
    return (this.#kinds.at(edge) >> kindBits) - 1;
  }

  owes(number: number, debt: number): boolean {
    return (this.#debts.at(number) & (1 << debt)) !== 0;
  }

  isEnd(number: number): boolean {
    return this.#ends.at(number) === 1;
  }

  /** The messages that first led to the state. */
  pathTo(number: number): readonly M[] {
    const path: M[] = [];
    for (let at = number; at > -1; at = this.#parents.at(at)) {
      const message = this.#messages[at];
      if (message !== undefined) path.push(message);
    }
    return path.toReversed();
  }

  /** The state itself, found by saying again what led to it. */
  state(number: number): S {
    let root = number;
    while (this.#parents.at(root) !== -1) root = this.#parents.at(root);
    const first = this.#roots.get(root) as S;
    const { space } = this;
    return this.pathTo(number).reduce((state, message) => space.step(state, message).next, first);
  }
}
