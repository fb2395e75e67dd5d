import { completionCode, type History, kindCode, valueKind } from '../history/history.ts';

/** What the operations on a counter say of its increments, counted from 1. */
export interface Increments {
  readonly start: number;
  readonly step: number;
  /** Increments that were done or may have been, without those whose answer tells their number; in the order of invocation. */
  readonly free: Uint32Array;
  /** Rows that tell a count: of reads the increments that they saw, of increments their own number. */
  readonly told: Uint32Array;
  readonly counts: Float64Array;
  /** The largest count told. */
  readonly last: number;
  /** The row whose value no number of these increments makes, or −1. */
  readonly impossible: number;
}

/** Reads the rows of a counter once. */
export function incrementsOf(history: History, rows: Uint32Array, start: number, step: number): Increments {
  const { kind, completion, value, valueKind: kinds } = history.columns;
  const free = new Uint32Array(rows.length);
  const told = new Uint32Array(rows.length);
  const counts = new Float64Array(rows.length);
  let frees = 0;
  let tolds = 0;
  let adds = 0;
  let last = 0;
  let impossible = -1;
  for (const row of rows) {
    const code = completion[row]!;
    const isAdd = kind[row] === kindCode.add;
    if (!isAdd && kind[row] !== kindCode.read) continue;
    if (isAdd && (code === completionCode.fail || code === completionCode.refused)) continue;
    if (isAdd) adds += 1;
    if (code === completionCode.ok && kinds[row] !== valueKind.absent) {
      const seen =
        kinds[row] === valueKind.number ? value[row]! : kinds[row] === valueKind.null ? 0 : Number.NaN;
      const count = (seen - start) / step;
      if (impossible === -1 && !(Number.isInteger(count) && count >= (isAdd ? 1 : 0))) impossible = row;
      if (count > last) last = count;
      counts[tolds] = count;
      told[tolds] = row;
      tolds += 1;
    } else if (isAdd) {
      free[frees] = row;
      frees += 1;
    }
  }
  if (impossible === -1 && last > adds) {
    for (let i = 0; i < tolds && impossible === -1; i += 1) if (counts[i]! > adds) impossible = told[i]!;
  }
  return {
    start,
    step,
    free: free.subarray(0, frees),
    told: told.subarray(0, tolds),
    counts: counts.subarray(0, tolds),
    last,
    impossible,
  };
}

/** For each increment k (1 … last + 1): when it may take effect at the earliest and latest, and which row says so. */
export class Windows {
  readonly last: number;
  readonly earliest: Float64Array;
  readonly latest: Float64Array;
  readonly earliestRow: Int32Array;
  readonly latestRow: Int32Array;
  /** The row that is the k-th increment by its own answer, or −1. */
  readonly pinned: Int32Array;
  /** Two rows that are the same increment by their own answers. */
  readonly twice: readonly number[] | null = null;

  constructor({ columns }: History, { told, counts, last }: Increments) {
    const { kind, invokedAt, completedAt } = columns;
    this.last = last;
    this.earliest = new Float64Array(last + 2).fill(Number.NEGATIVE_INFINITY);
    this.latest = new Float64Array(last + 2).fill(Number.POSITIVE_INFINITY);
    this.earliestRow = new Int32Array(last + 2).fill(-1);
    this.latestRow = new Int32Array(last + 2).fill(-1);
    this.pinned = new Int32Array(last + 2).fill(-1);
    for (let i = 0; i < told.length; i += 1) {
      const row = told[i]!;
      const count = counts[i]!;
      const isAdd = kind[row] === kindCode.add;
      this.#notBefore(isAdd ? count : count + 1, invokedAt[row]!, row);
      this.#notAfter(count, completedAt[row]!, row);
      if (!isAdd) continue;
      if (this.pinned[count] !== -1) this.twice ??= [this.pinned[count]!, row];
      this.pinned[count] = row;
    }
    for (let k = 1; k <= last + 1; k += 1)
      this.#notBefore(k, this.earliest[k - 1]!, this.earliestRow[k - 1]!);
    for (let k = last; k >= 1; k -= 1) this.#notAfter(k, this.latest[k + 1]!, this.latestRow[k + 1]!);
  }

  #notBefore(slot: number, moment: number, row: number): void {
    if (moment <= this.earliest[slot]!) return;
    this.earliest[slot] = moment;
    this.earliestRow[slot] = row;
  }

  #notAfter(slot: number, moment: number, row: number): void {
    if (moment >= this.latest[slot]!) return;
    this.latest[slot] = moment;
    this.latestRow[slot] = row;
  }
}
