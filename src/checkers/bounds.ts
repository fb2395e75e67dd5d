import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, processOf } from './words.ts';
import { countBefore, countUpTo, sortedBy } from './zones.ts';

/** Amounts by time, summed up so that bounds at any instant take a binary search. */
class Sums {
  readonly #times: Float64Array;
  readonly #totals: Float64Array;

  /** `at` tells the time of a row. */
  constructor(rows: Uint32Array, at: Float64Array, amountOf: (row: number) => number) {
    const sorted = sortedBy(at, Int32Array.from(rows));
    this.#times = new Float64Array(sorted.length);
    this.#totals = new Float64Array(sorted.length + 1);
    for (let i = 0; i < sorted.length; i += 1) {
      const row = sorted[i]!;
      this.#times[i] = at[row]!;
      this.#totals[i + 1] = this.#totals[i]! + amountOf(row);
    }
  }

  /** The sum of what lies before `at`. */
  before(at: number): number {
    return this.#totals[countBefore(this.#times, at)]!;
  }

  /** The sum of what lies before `at` or at it. */
  upTo(at: number): number {
    return this.#totals[countUpTo(this.#times, at)]!;
  }
}

/** What a key that is only added to and read can show at most and at least. */
export interface AddBounds {
  /** Whether all amounts are whole, so that their sums do not depend on the order in which they are added. */
  readonly exact: boolean;
  /** The bounds of a value seen by an operation between two instants. */
  between(invokedAt: number, completedAt: number): { readonly least: number; readonly most: number };
}

/**
 * Sums of adds by time, or null where the key is changed by anything else than adds and one write of a number in the setup.
 * Adds completed before an operation began are in what it sees; of those begun before it ended, every subset may be.
 */
export function addBounds(history: History, rows: Uint32Array): AddBounds | null {
  const base = startOf(history, rows);
  if (base === null) return null;
  const { kind, completion, argument, invokedAt, completedAt } = history.columns;
  const adds = rows.filter((row) => kind[row] === kindCode.add && mayHaveHappened(completion[row]!));
  const acknowledged = adds.filter((row) => completion[row] === completionCode.ok);
  const gain = (row: number) => Math.max(0, argument[row]!);
  const loss = (row: number) => Math.min(0, argument[row]!);
  const gains = { done: new Sums(acknowledged, completedAt, gain), begun: new Sums(adds, invokedAt, gain) };
  const losses = { done: new Sums(acknowledged, completedAt, loss), begun: new Sums(adds, invokedAt, loss) };
  return {
    exact: Number.isInteger(base) && adds.every((row) => Number.isInteger(argument[row])),
    between: (from, to) => ({
      least: base + gains.done.before(from) + losses.begun.upTo(to),
      most: base + gains.begun.upTo(to) + losses.done.before(from),
    }),
  };
}

/**
 * A refutation of linearizability that is sound and fast, for keys with adds of any size: some value seen is out of
 * bounds. Null where the method does not apply, `holds` only says that nothing was found.
 */
export function checkBounds(history: History, rows: Uint32Array): Verdict | null {
  const bounds = addBounds(history, rows);
  if (bounds === null || !bounds.exact) return null;
  const { completion, value, valueKind: kinds, invokedAt, completedAt } = history.columns;
  for (const row of rows) {
    if (completion[row] !== completionCode.ok || kinds[row] === valueKind.absent) continue;
    const seen = kinds[row] === valueKind.number ? value[row]! : 0;
    const { least, most } = bounds.between(invokedAt[row]!, completedAt[row]!);
    if (seen < least)
      return outOfBounds(history, row, seen, `at least ${least} had been acknowledged before`);
    if (seen > most) return outOfBounds(history, row, seen, `at most ${most} had been asked for by then`);
  }
  return { type: 'holds' };
}

function outOfBounds(history: History, row: number, seen: number, although: string): Verdict {
  const { invokedAt, completedAt } = history.columns;
  const when = `between ${atSecond(invokedAt[row]!)} and ${atSecond(completedAt[row]!)}`;
  return {
    type: 'violated',
    witness: [row],
    sentence: `${processOf(history, row)} saw the sum ${seen} ${when} although ${although}`,
  };
}

/** The value that the setup wrote, else 0; null where anything but adds changes the key, or an answer may be older than the setup. */
export function startOf(history: History, rows: Uint32Array): number | null {
  const { kind, phase, completion, argument, argumentKind, invokedAt, completedAt } = history.columns;
  let setup = -1;
  let first = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (!mayHaveHappened(completion[row]!)) continue;
    if (kind[row] === kindCode.read || kind[row] === kindCode.add) {
      first = Math.min(first, invokedAt[row]!);
      continue;
    }
    const initial = kind[row] === kindCode.write && phase[row] === phaseCode.setup && setup === -1;
    if (!initial || completion[row] !== completionCode.ok || argumentKind[row] !== valueKind.number)
      return null;
    setup = row;
  }
  if (setup === -1) return 0;
  return completedAt[setup]! < first ? argument[setup]! : null;
}

/** Whether it was done, or may have been. */
export function mayHaveHappened(code: number): boolean {
  return code === completionCode.ok || code === completionCode.info || code === completionCode.open;
}
