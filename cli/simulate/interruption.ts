/** Ctrl-C while something is looked for: the first ends the search, a second one the program. */
import { exit } from "../exit-code.ts";

export class Interruption implements Disposable {
  readonly #over = new AbortController();
  readonly #onInterrupt = (): void => {
    if (this.isInterrupted) process.exit(exit.cancelled);
    this.#over.abort();
  };

  constructor() {
    process.on("SIGINT", this.#onInterrupt);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get isInterrupted(): boolean {
    return this.signal.aborted;
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
  }
}
