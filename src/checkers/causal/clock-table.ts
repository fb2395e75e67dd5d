/** Rows of a chunk of clocks are stored together; a chunk has about a million numbers. */
const numbersPerChunk = 2 ** 20;

/** Vector clocks of one width, stored one behind the other. Row 0 is all zeros. */
export class ClockTable {
  readonly #width: number;
  readonly #rowsPerChunk: number;
  readonly #chunks: Int32Array[] = [];
  #rows = 0;

  /** For at most so many clocks. */
  constructor(width: number, clocks: number) {
    this.#width = width;
    this.#rowsPerChunk = Math.max(1, Math.min(clocks + 1, Math.floor(numbersPerChunk / Math.max(1, width))));
    this.store(new Int32Array(width));
  }

  /** Copies the clock and tells its row. */
  store(clock: Int32Array): number {
    const place = this.#rows % this.#rowsPerChunk;
    if (place === 0) this.#chunks.push(new Int32Array(this.#rowsPerChunk * this.#width));
    this.#chunks.at(-1)!.set(clock, place * this.#width);
    this.#rows += 1;
    return this.#rows - 1;
  }

  at(row: number, column: number): number {
    const chunk = Math.floor(row / this.#rowsPerChunk);
    return this.#chunks[chunk]![(row - chunk * this.#rowsPerChunk) * this.#width + column]!;
  }

  /** Raises each number of `clock` to that of the row. */
  mergeInto(clock: Int32Array, row: number): void {
    const chunk = Math.floor(row / this.#rowsPerChunk);
    const from = (row - chunk * this.#rowsPerChunk) * this.#width;
    const numbers = this.#chunks[chunk]!;
    for (let column = 0; column < this.#width; column += 1) {
      const number = numbers[from + column]!;
      if (number > clock[column]!) clock[column] = number;
    }
  }
}
