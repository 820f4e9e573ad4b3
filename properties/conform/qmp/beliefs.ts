/**
 * Beliefs: the states that a job may be in after all that was seen. A status event, or a command,
 * takes each of them further or rules it out; where none is left, the log says what cannot be.
 *
 * There are few different sets, so each is kept once with what follows it: an automaton that is
 * made while it is used. After the first of a kind, an event is one look-up.
 */
import type { Status } from "../../../machines/status.ts";
import { allStates, cancels, gone, stateAfter, stateOf, type State } from "./state.ts";

/** All sets of one way to judge; `without` leaves out one rule, to see what it is good for. */
export class BeliefSets {
  readonly #sets = new Map<string, Beliefs>();
  readonly #numbers = new Map<State, number>();
  readonly without: string | undefined;
  readonly none: Beliefs;
  /** There is no job. */
  readonly gone: Beliefs;
  /** Nothing is known, not even whether there is a job. */
  readonly anything: Beliefs;
  readonly created: Beliefs;

  constructor(without?: string) {
    this.without = without;
    this.none = this.of([]);
    this.gone = this.of([gone]);
    this.anything = this.of(allStates);
    this.created = this.of([stateOf({ status: "created", isUserPaused: false, cancel: "no" })]);
  }

  of(states: Iterable<State>): Beliefs {
    const unique = [...new Set(states)].toSorted((a, b) => this.#numberOf(a) - this.#numberOf(b));
    const key = unique.map((state) => this.#numberOf(state)).join();
    const found = this.#sets.get(key) ?? new Beliefs(this, unique);
    this.#sets.set(key, found);
    return found;
  }

  #numberOf(state: State): number {
    const number = this.#numbers.get(state) ?? this.#numbers.size;
    this.#numbers.set(state, number);
    return number;
  }
}

export class Beliefs {
  readonly states: readonly State[];
  /** The status, where all agree on it. */
  readonly status: State["status"] | undefined;
  readonly #sets: BeliefSets;
  readonly #after = new Map<Status, Beliefs>();
  #opened: Beliefs | undefined;

  constructor(sets: BeliefSets, states: readonly State[]) {
    this.#sets = sets;
    this.states = states;
    const [first] = states;
    this.status = states.every(({ status }) => status === first?.status)
      ? first?.status
      : undefined;
  }

  get isEmpty(): boolean {
    return this.states.length === 0;
  }

  /** What is left after a status event. */
  after(to: State["status"]): Beliefs {
    let after = this.#after.get(to);
    if (after === undefined) {
      const { without } = this.#sets;
      after = this.#sets.of(this.states.flatMap((state) => stateAfter(state, to, without) ?? []));
      this.#after.set(to, after);
    }
    return after;
  }

  /** With whatever others may have asked of the job unseen. */
  opened(): Beliefs {
    this.#opened ??= this.map(({ status }) =>
      status === "null" || status === "created"
        ? [stateOf({ status, isUserPaused: false, cancel: "no" })]
        : [false, true].flatMap((isUserPaused) =>
            cancels.map((cancel) => stateOf({ status, isUserPaused, cancel })),
          ),
    );
    return this.#opened;
  }

  /** As a forced cancel leaves it. */
  forced(): Beliefs {
    return this.map((state) =>
      state.status === "null"
        ? [state]
        : [stateOf({ ...state, isUserPaused: false, cancel: "force" })],
    );
  }

  /** As an error that stops the job leaves it: paused, and the user is to resume it. */
  stopped(): Beliefs {
    return this.map((state) =>
      state.status === "null" ? [] : [stateOf({ ...state, isUserPaused: true })],
    );
  }

  or(others: Beliefs): Beliefs {
    return others === this ? this : this.#sets.of([...this.states, ...others.states]);
  }

  only(holds: (state: State) => boolean): Beliefs {
    return this.#sets.of(this.states.filter((state) => holds(state)));
  }

  map(change: (state: State) => readonly State[]): Beliefs {
    return this.#sets.of(this.states.flatMap((state) => change(state)));
  }
}
