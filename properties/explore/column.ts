/** A column: whole numbers of 32 bits in a row that grows, at four bytes each. */

const firstLength = 1_024;

export class Column {
  #values = new Int32Array(firstLength);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** The value at an index that was pushed; 0 beyond. */
  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
