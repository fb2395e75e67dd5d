import type { History } from '../history/history.ts';
import { judgeCounter } from './counter-staleness.ts';
import { type KeyView, keyViews } from './keys.ts';
import { type Distribution, distributionOf } from './percentile.ts';
import { judgeRegister } from './register-staleness.ts';
import { blankColumns, type StalenessColumns } from './staleness-columns.ts';

/** Judges every read of the load by what real time proves (see docs/metrics.md), in O(n log n). */
export function judgeReads(
  history: History,
  views: readonly KeyView[] = keyViews(history),
): StalenessColumns {
  const out = blankColumns(history.length);
  for (const view of views) {
    if (view.shape === 'register') judgeRegister(history.columns, view, out);
    else if (view.shape === 'counter') judgeCounter(history.columns, view, out);
  }
  return out;
}

/** The staleness of a set of reads; distributions are over all judged reads, fresh ones counting as 0. */
export interface Staleness {
  readonly judged: number;
  readonly stale: number;
  readonly age: Distribution | null;
  /** Over the stale reads alone. */
  readonly ageOfStale: Distribution | null;
  readonly versions: Distribution | null;
  readonly increments: Distribution | null;
  readonly behind: Distribution | null;
  /** The share of what counters should have shown that they did show; null where nothing was expected. */
  readonly harvest: number | null;
}

export function summariseStaleness(columns: StalenessColumns, rows: Uint32Array): Staleness {
  const age = numbersIn(columns.age, rows);
  const ageOfStale = age.filter((value) => value > 0);
  return {
    judged: age.length,
    stale: ageOfStale.length,
    age: distributionOf(age),
    ageOfStale: distributionOf(ageOfStale),
    versions: distributionOf(numbersIn(columns.versions, rows)),
    increments: distributionOf(numbersIn(columns.increments, rows)),
    behind: distributionOf(numbersIn(columns.behind, rows)),
    harvest: harvestOf(columns, rows),
  };
}

/** The numbers that stand in these rows. */
export function numbersIn(column: Float64Array, rows: Uint32Array): Float64Array {
  const values = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const value = column[rows[i]!]!;
    if (Number.isNaN(value)) continue;
    values[count] = value;
    count += 1;
  }
  return values.subarray(0, count);
}

function harvestOf({ behind, expected }: StalenessColumns, rows: Uint32Array): number | null {
  let shown = 0;
  let due = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    if (!(expected[row]! > 0)) continue;
    due += expected[row]!;
    shown += expected[row]! - Math.min(behind[row]!, expected[row]!);
  }
  return due > 0 ? shown / due : null;
}
