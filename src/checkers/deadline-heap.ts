/** Rows of a history, the earliest deadline first: a binary heap in typed arrays. */
export class DeadlineHeap {
  readonly #deadlines: Float64Array;
  readonly #rows: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#deadlines = new Float64Array(capacity);
    this.#rows = new Uint32Array(capacity);
  }

  /** The rows that are left, in no order. */
  get rows(): Uint32Array {
    return this.#rows.subarray(0, this.#size);
  }

  push(row: number, deadline: number): void {
    const deadlines = this.#deadlines;
    const rows = this.#rows;
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (deadlines[parent]! <= deadline) break;
      deadlines[hole] = deadlines[parent]!;
      rows[hole] = rows[parent]!;
      hole = parent;
    }
    deadlines[hole] = deadline;
    rows[hole] = row;
  }

  /** −1 when it is empty. */
  pop(): number {
    if (this.#size === 0) return -1;
    const deadlines = this.#deadlines;
    const rows = this.#rows;
    const top = rows[0]!;
    this.#size -= 1;
    const size = this.#size;
    const deadline = deadlines[size]!;
    const row = rows[size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && deadlines[child + 1]! < deadlines[child]!) child += 1;
      if (deadlines[child]! >= deadline) break;
      deadlines[hole] = deadlines[child]!;
      rows[hole] = rows[child]!;
      hole = child;
    }
    deadlines[hole] = deadline;
    rows[hole] = row;
    return top;
  }
}
