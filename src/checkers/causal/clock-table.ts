/** A chunk has about a million numbers, and at most as many rows. */
const chunkBits = 20;
const numbersPerChunk = 2 ** chunkBits;

interface Chunk {
  readonly width: number;
  readonly numbers: Int32Array;
}

/** Vector clocks, stored one behind the other. Row 0 is all zeros, and so is whatever lies beyond the width of a clock. */
export class ClockTable {
  readonly #chunks: Chunk[] = [{ width: 0, numbers: new Int32Array(0) }];
  /** How many rows the last chunk has, and may have. */
  #rows = 1;
  #room = 1;
  #numbers = 0;

  /** How many numbers it has room for. */
  get size(): number {
    return this.#numbers;
  }

  /** Copies the clock and tells its row. The first chunk for a width is small, and each further one larger. */
  store(clock: Int32Array): number {
    let chunk = this.#chunks.at(-1)!;
    if (chunk.width !== clock.length || this.#rows === this.#room) {
      const most = Math.max(1, Math.floor(numbersPerChunk / clock.length));
      this.#room = Math.min(most, chunk.width === clock.length ? this.#room * 2 : 16);
      chunk = { width: clock.length, numbers: new Int32Array(this.#room * clock.length) };
      this.#chunks.push(chunk);
      this.#numbers += chunk.numbers.length;
      this.#rows = 0;
    }
    // For as few numbers as these, a loop is faster than the method that copies.
    const { numbers } = chunk;
    const from = this.#rows * clock.length;
    for (let column = 0; column < clock.length; column += 1) numbers[from + column] = clock[column]!;
    this.#rows += 1;
    return (this.#chunks.length - 1) * numbersPerChunk + this.#rows - 1;
  }

  at(row: number, column: number): number {
    const { width, numbers } = this.#chunks[row >>> chunkBits]!;
    return column < width ? numbers[(row & (numbersPerChunk - 1)) * width + column]! : 0;
  }

  /** Raises each number of `clock`, which is no narrower, to that of the row. */
  mergeInto(clock: Int32Array, row: number): void {
    const { width, numbers } = this.#chunks[row >>> chunkBits]!;
    const from = (row & (numbersPerChunk - 1)) * width;
    for (let column = 0; column < width; column += 1) {
      const number = numbers[from + column]!;
      if (number > clock[column]!) clock[column] = number;
    }
  }
}
