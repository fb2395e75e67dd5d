import { type Columns, kindCode, phaseCode, valueKind } from '../history/history.ts';
import type { Micros } from '../kernel/time.ts';
import { deltaFor, type KeyView } from './keys.ts';
import { isOk, isUnknown } from './rows.ts';
import { ascendingOrder, columnOf, countBelow, countUpTo, permuted } from './sorted.ts';

/** Sums of fractions are rounded; differences below this share of the sum are not findings. */
export const roundingShare = 1e-9;

/** Amounts that were added to a counter in one direction, as running sums over time. */
export class Movement {
  /** When the acknowledged ones completed, ascending; and the sum of all before each, with the total last. */
  readonly #completedAt: Float64Array;
  readonly #completed: Float64Array;
  /** The same by invocation, for all that took effect or may have done so. */
  readonly #invokedAt: Float64Array;
  readonly #invoked: Float64Array;

  constructor(columns: Columns, rows: readonly number[], amounts: readonly number[]) {
    const acknowledged: number[] = [];
    for (let i = 0; i < rows.length; i += 1) if (isOk(columns, rows[i]!)) acknowledged.push(i);
    const completedAt = columnOf(acknowledged, (i) => columns.completedAt[rows[i]!]!);
    const byCompletion = ascendingOrder(completedAt);
    this.#completedAt = permuted(completedAt, byCompletion);
    this.#completed = runningSums(byCompletion, (i) => amounts[acknowledged[i]!]!);
    const invokedAt = columnOf(rows, (row) => columns.invokedAt[row]!);
    const byInvocation = ascendingOrder(invokedAt);
    this.#invokedAt = permuted(invokedAt, byInvocation);
    this.#invoked = runningSums(byInvocation, (i) => amounts[i]!);
  }

  get acknowledged(): number {
    return this.#completed[this.#completedAt.length]!;
  }

  /** With those whose fate is unknown. */
  get possible(): number {
    return this.#invoked[this.#invokedAt.length]!;
  }

  /** What a read that begins at `at` must contain. */
  completedBefore(at: Micros): number {
    return this.#completed[countBelow(this.#completedAt, at)]!;
  }

  /** When the latest that was acknowledged before `at` completed; null where there was none. */
  lastCompletedBefore(at: Micros): Micros | null {
    const before = countBelow(this.#completedAt, at);
    return before === 0 ? null : this.#completedAt[before - 1]!;
  }

  /** What a read that completes at `at` may contain. */
  invokedUpTo(at: Micros): number {
    return this.#invoked[countUpTo(this.#invokedAt, at)]!;
  }

  /**
   * The latest time since which a read that begins at `at` can have missed `amount`: it may always have seen the
   * oldest updates and missed the newest, so this is the completion of the oldest among the newest that make up
   * the amount. Null where all of them together make up less.
   */
  missedSince(at: Micros, amount: number): Micros | null {
    const before = countBelow(this.#completedAt, at);
    const seen = this.#completed[before]! - amount;
    const oldest = countUpTo(this.#completed, seen + tolerance(seen), before + 1) - 1;
    return oldest < 0 || before === 0 ? null : this.#completedAt[Math.min(oldest, before - 1)]!;
  }
}

/** A key that is only added to, with all that a black-box measure needs to know about it. */
export interface Counter {
  readonly base: number;
  /** When the initial value was acknowledged; null where there was none. */
  readonly baseAt: Micros | null;
  readonly rises: Movement;
  readonly falls: Movement;
  readonly risesOnly: boolean;
  readonly fallsOnly: boolean;
}

/** Null when the initial value was not acknowledged and so nobody knows what to expect. */
export function counterOf(columns: Columns, view: KeyView): Counter | null {
  let base = 0;
  let baseAt: Micros | null = null;
  const rows = { rises: [] as number[], falls: [] as number[] };
  const amounts = { rises: [] as number[], falls: [] as number[] };
  for (const row of view.rows) {
    if (columns.kind[row] === kindCode.write) {
      if (!isOk(columns, row)) return null;
      base = columns.argumentKind[row] === valueKind.number ? columns.argument[row]! : 0;
      baseAt = columns.completedAt[row]!;
      continue;
    }
    if (!isOk(columns, row) && !isUnknown(columns, row)) continue;
    const delta = deltaFor(columns, row, view.key);
    if (delta === 0) continue;
    const direction = delta > 0 ? 'rises' : 'falls';
    rows[direction].push(row);
    amounts[direction].push(Math.abs(delta));
  }
  return {
    base,
    baseAt,
    rises: new Movement(columns, rows.rises, amounts.rises),
    falls: new Movement(columns, rows.falls, amounts.falls),
    risesOnly: rows.falls.length === 0,
    fallsOnly: rows.rises.length === 0 && rows.falls.length > 0,
  };
}

/** The least and the most that a read over this time can return if every acknowledged update before it counts once. */
export function rangeOf(
  counter: Counter,
  invokedAt: Micros,
  completedAt: Micros,
): { low: number; high: number } {
  const { base, rises, falls } = counter;
  return {
    low: base + rises.completedBefore(invokedAt) - falls.invokedUpTo(completedAt),
    high: base + rises.invokedUpTo(completedAt) - falls.completedBefore(invokedAt),
  };
}

/** The number that a read returned; nothing written counts as 0. Null where it returned something else. */
export function numberRead(columns: Columns, row: number): number | null {
  switch (columns.valueKind[row]) {
    case valueKind.number:
      return columns.value[row]!;
    case valueKind.text:
      return null;
    default:
      return 0;
  }
}

/** Rows of a key that read it and were answered with a number, in the order of the history. */
export function numericReads(columns: Columns, view: KeyView): readonly number[] {
  const reads: number[] = [];
  for (const row of view.rows) {
    const isAnsweredRead =
      columns.kind[row] === kindCode.read && isOk(columns, row) && columns.phase[row] !== phaseCode.setup;
    if (isAnsweredRead && columns.valueKind[row] !== valueKind.text) reads.push(row);
  }
  return reads;
}

export function tolerance(sum: number): number {
  return roundingShare * Math.max(1, Math.abs(sum));
}

function runningSums(order: Uint32Array, amountOf: (position: number) => number): Float64Array {
  const sums = new Float64Array(order.length + 1);
  for (let i = 0; i < order.length; i += 1) sums[i + 1] = sums[i]! + amountOf(order[i]!);
  return sums;
}
