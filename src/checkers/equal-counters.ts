import { completionCode, type History, kindCode, valueKind } from '../history/history.ts';
import { mayHaveHappened, startOf } from './bounds.ts';
import { type Increments, incrementsOf, Windows } from './counter-windows.ts';
import { impossible, missed, seenTooEarly, sentBack, toldTwice } from './counter-words.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import type { Verdict } from './verdict.ts';

/**
 * Linearizability of one counter whose increments are all equal, in O(n log n).
 *
 * A read that saw v must lie between the v-th and the (v+1)-th increment. So the k-th increment has a window: not
 * before the start of any read that saw fewer than k, not after the end of any read that saw k or more. Both bounds
 * grow with k, so by exchanging neighbours any choice of instants can be sorted, and the question becomes whether
 * unit jobs (the increments, from invocation to completion; of one of unknown fate, to no end, and it need not be done) fill the
 * slots 1 … m and meet their deadlines. Taking the earliest deadline first is optimal for that (Glover 1967, for matchings in convex
 * graphs): it never leaves a slot empty that could be filled, nor a job late that could be on time.
 *
 * Rows are those of one key, in the order of invocation. Returns null where the method does not apply: unequal, negative, broken or
 * floored increments, writes beside the setup.
 */
export function equalCounter(history: History, rows: Uint32Array): Verdict | null {
  const start = startOf(history, rows);
  const step = stepOf(history, rows);
  if (start === null || step === null) return null;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(step)) return null;
  const increments = incrementsOf(history, rows, start, step);
  if (increments.impossible !== -1) return impossible(history, increments);
  const windows = new Windows(history, increments);
  if (windows.twice !== null) return toldTwice(history, windows.twice);
  return fillSlots(history, increments, windows);
}

/** The one positive delta of all increments; 1 where there are none. */
function stepOf(history: History, rows: Uint32Array): number | null {
  const { kind, argument, conditionKind, completion } = history.columns;
  let step: number | null = null;
  for (const row of rows) {
    if (kind[row] !== kindCode.add) continue;
    // A refusal tells of a floor, and what it saw.
    if (completion[row] === completionCode.refused || conditionKind[row] === valueKind.number) return null;
    if (!mayHaveHappened(completion[row]!)) continue;
    if (!(argument[row]! > 0) || (step !== null && argument[row] !== step)) return null;
    step = argument[row]!;
  }
  return step ?? 1;
}

function fillSlots(history: History, increments: Increments, windows: Windows): Verdict {
  const { free } = increments;
  const { invokedAt } = history.columns;
  const heap = new DeadlineHeap(free.length);
  let next = 0;
  for (let k = 1; k <= windows.last; k += 1) {
    const latest = windows.latest[k]!;
    for (; next < free.length && invokedAt[free[next]!]! <= latest; next += 1) {
      heap.push(free[next]!, deadlineOf(history, free[next]!));
    }
    if (windows.earliest[k]! > latest) return sentBack(history, windows, k);
    const chosen = windows.pinned[k] !== -1 ? windows.pinned[k]! : heap.pop();
    if (chosen === -1) return seenTooEarly(history, windows, k);
    if (deadlineOf(history, chosen) < windows.earliest[k]!)
      return missed(history, increments, windows, k, chosen);
  }
  const end = windows.last + 1;
  const isLate = (row: number) => deadlineOf(history, row) < windows.earliest[end]!;
  const late = heap.rows.find(isLate) ?? free.subarray(next).find(isLate);
  return late === undefined ? { type: 'holds' } : missed(history, increments, windows, end, late);
}

/** By when an increment has certainly been done. */
function deadlineOf({ columns }: History, row: number): number {
  return columns.completion[row] === completionCode.ok ? columns.completedAt[row]! : Number.POSITIVE_INFINITY;
}
