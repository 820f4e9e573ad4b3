/**
 * Lanes: what is of one key is done one after another, what is of different keys at once.
 */
export class Lanes {
  readonly #ends = new Map<string, Promise<unknown>>();

  /** Does `work` after all that was asked for of this key before, whether that failed or not. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#ends.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#ends.get(key) === mine) this.#ends.delete(key);
    }
  }
}
