import { completionCode, type History } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import type { Micros } from '../kernel/time.ts';
import {
  codeOfPhase,
  isAnswered,
  isLoad,
  isOfClass,
  type LoadPhase,
  type OperationClass,
  type Span,
} from './rows.ts';
import { ascendingOrder, columnOf, countBelow } from './sorted.ts';

/** How the questions of one phase ended. */
export interface Tally {
  readonly asked: number;
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  /** Unknown, and those still open at the end. */
  readonly info: number;
}

export function tally({ history }: TrialRecord, phase: LoadPhase, operations: OperationClass): Tally {
  const { columns } = history;
  const code = codeOfPhase[phase];
  const counts = new Uint32Array(Object.keys(completionCode).length);
  for (let row = 0; row < history.length; row += 1) {
    if (columns.phase[row] === code && isOfClass(columns, row, operations)) {
      counts[columns.completion[row]!]! += 1;
    }
  }
  return tallyOf(counts);
}

/** From counts in the order of the codes of completions. */
export function tallyOf(counts: Uint32Array): Tally {
  const ok = counts[completionCode.ok]!;
  const refused = counts[completionCode.refused]!;
  const failed = counts[completionCode.fail]!;
  const info = counts[completionCode.info]! + counts[completionCode.open]!;
  return { asked: ok + refused + failed + info, ok, refused, failed, info };
}

/**
 * The share of what was due that was answered. Null where nothing was due, and in closed loops, which stop asking
 * while nothing answers and so would flatter.
 */
export function yieldOf({ asked, ok, refused }: Tally, openLoop: boolean): number | null {
  return openLoop && asked > 0 ? (ok + refused) / asked : null;
}

/** The rows of answered operations of the load, in the order of their completion. */
export function answeredRows({ columns, length }: History): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (!isLoad(columns, row) || !isAnswered(columns, row)) continue;
    rows[count] = row;
    count += 1;
  }
  const order = ascendingOrder(columnOf(rows.subarray(0, count), (row) => columns.completedAt[row]!));
  for (let i = 0; i < count; i += 1) order[i] = rows[order[i]!]!;
  return order;
}

/** When answers came, in ascending order; of one region, or of all where `site` is null. */
export function successTimes(
  { columns }: History,
  answered: Uint32Array,
  site: number | null,
  operations: OperationClass,
): Float64Array {
  const times = new Float64Array(answered.length);
  let count = 0;
  for (let i = 0; i < answered.length; i += 1) {
    const row = answered[i]!;
    if (site !== null && columns.site[row] !== site) continue;
    if (!isOfClass(columns, row, operations)) continue;
    times[count] = columns.completedAt[row]!;
    count += 1;
  }
  return times.subarray(0, count);
}

/** The longest time within a span in which no answer came; null where the span is empty. */
export function longestGap(successes: Float64Array, within: Span): Micros | null {
  if (!(within.to > within.from)) return null;
  let longest = 0;
  let last = within.from;
  for (let i = countBelow(successes, within.from); i < successes.length; i += 1) {
    const at = successes[i]!;
    if (at >= within.to) break;
    longest = Math.max(longest, at - last);
    last = at;
  }
  return Math.max(longest, within.to - last);
}
