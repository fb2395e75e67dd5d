/** Counts of marked positions below a limit, each step in logarithmic time (Fenwick 1994). */
export class MarkCounter {
  readonly #sums: Uint32Array;

  constructor(size: number) {
    this.#sums = new Uint32Array(size + 1);
  }

  mark(position: number): void {
    for (let i = position + 1; i < this.#sums.length; i += i & -i) this.#sums[i]! += 1;
  }

  /** How many marked positions lie below `limit`. */
  below(limit: number): number {
    let sum = 0;
    for (let i = limit; i > 0; i -= i & -i) sum += this.#sums[i]!;
    return sum;
  }
}
