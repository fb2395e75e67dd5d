import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, processOf } from './words.ts';

/** The adds of one key, summed up so that bounds at any instant take a binary search. */
class Sums {
  readonly #times: Float64Array;
  readonly #totals: Float64Array;

  constructor(steps: readonly { readonly at: number; readonly amount: number }[]) {
    const sorted = steps.filter((step) => step.amount !== 0).sort((a, b) => a.at - b.at);
    this.#times = Float64Array.from(sorted, (step) => step.at);
    this.#totals = new Float64Array(sorted.length + 1);
    sorted.forEach((step, i) => {
      this.#totals[i + 1] = this.#totals[i]! + step.amount;
    });
  }

  /** The sum of what lies before `at`, and of what lies at it too if `inclusive`. */
  until(at: number, inclusive: boolean): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const time = this.#times[middle]!;
      if (time < at || (inclusive && time === at)) low = middle + 1;
      else high = middle;
    }
    return this.#totals[low]!;
  }
}

/** What a key that is only added to and read can show at most and at least. */
export interface AddBounds {
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
  const adds = [...rows].filter((row) => kind[row] === kindCode.add && mayHaveHappened(completion[row]!));
  const sums = (sign: 1 | -1, at: Float64Array, of: readonly number[]) =>
    new Sums(of.map((row) => ({ at: at[row]!, amount: sign * Math.max(0, sign * argument[row]!) })));
  const acknowledged = adds.filter((row) => completion[row] === completionCode.ok);
  const gains = { done: sums(1, completedAt, acknowledged), begun: sums(1, invokedAt, adds) };
  const losses = { done: sums(-1, completedAt, acknowledged), begun: sums(-1, invokedAt, adds) };
  return {
    between: (from, to) => ({
      least: base + gains.done.until(from, false) + losses.begun.until(to, true),
      most: base + gains.begun.until(to, true) + losses.done.until(from, false),
    }),
  };
}

/**
 * A refutation of linearizability that is sound and fast, for keys with adds of any size: some value seen is out of
 * bounds. Null where the method does not apply, `holds` only says that nothing was found.
 */
export function checkBounds(history: History, rows: Uint32Array): Verdict | null {
  const bounds = addBounds(history, rows);
  if (bounds === null) return null;
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
