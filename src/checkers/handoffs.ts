import type { Columns, History } from '../history/history.ts';

/** Two operations of one process that touch: the second began at the very instant at which the first had ended. */
export interface Handoff {
  readonly from: number;
  readonly to: number;
}

/** Operations as intervals, by their place in a list. */
export interface Intervals {
  readonly begin: Float64Array;
  /** Infinity or NaN where nothing was answered. */
  readonly end: Float64Array;
}

/**
 * Intervals that touch count as concurrent, since a clock shows one time for instants that follow each other closely. A process does one thing
 * at a time, though: of its own operations the first one came before the second. To say so, an instant at which a process hands over
 * becomes several: what begins, then end and beginning of each handoff in turn, then what ends. Where one process hands over this is exactly
 * what is known; where several do, it is one of the ways in which they may have followed each other.
 */
function parted({ begin, end }: Intervals, handoffs: readonly Handoff[]): Intervals | null {
  const perInstant = countByInstant(begin, handoffs);
  let most = 0;
  for (const count of perInstant.values()) most = Math.max(most, count);
  // A power of two, so that sums are exact, and small enough for all parts of an instant to be within one unit of time.
  let unit = 1;
  while (unit * (2 * most + 2) > 1) unit /= 2;
  const parts = { begin: begin.slice(), end: end.slice() };
  for (const [at, count] of perInstant) if (at + unit === at || at + count * 2 * unit === at) return null;
  for (let i = 0; i < end.length; i += 1) {
    const count = perInstant.get(end[i]!);
    if (count !== undefined) parts.end[i] = end[i]! + (2 * count + 1) * unit;
  }
  const before = new Map<number, number>();
  for (const { from, to } of handoffs) {
    const at = begin[to]!;
    const number = (before.get(at) ?? 0) + 1;
    before.set(at, number);
    parts.end[from] = at + (2 * number - 1) * unit;
    parts.begin[to] = at + 2 * number * unit;
  }
  return parts;
}

/** The handoffs in lists of at most one process an instant: what each list says is certain, whatever the others say. */
function oneAnInstant(begin: Float64Array, handoffs: readonly Handoff[]): readonly (readonly Handoff[])[] {
  const lists: Handoff[][] = [];
  const before = new Map<number, number>();
  const listOf = new Map<number, number>();
  for (const handoff of handoffs) {
    const at = begin[handoff.to]!;
    // What took no time was begun by a handoff of the same process at the same instant.
    let number = begin[handoff.from] === at ? listOf.get(handoff.from) : undefined;
    if (number === undefined) {
      number = before.get(at) ?? 0;
      before.set(at, number + 1);
    }
    listOf.set(handoff.to, number);
    const list = lists[number] ?? [];
    list.push(handoff);
    lists[number] = list;
  }
  return lists;
}

function countByInstant(begin: Float64Array, handoffs: readonly Handoff[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { to } of handoffs) counts.set(begin[to]!, (counts.get(begin[to]!) ?? 0) + 1);
  return counts;
}

/** The handoffs between operations, given in the order of invocation, whose processes have these names; `isOver` tells which were answered. */
export function handoffsIn(
  { begin, end }: Intervals,
  processOf: (at: number) => string | number,
  isOver: (at: number) => boolean,
): readonly Handoff[] {
  const last = new Map<string | number, number>();
  const handoffs: Handoff[] = [];
  for (let at = 0; at < begin.length; at += 1) {
    const process = processOf(at);
    const before = last.get(process);
    if (before !== undefined && end[before] === begin[at]) handoffs.push({ from: before, to: at });
    if (isOver(at)) last.set(process, at);
  }
  return handoffs;
}

/**
 * The verdict on operations of which some touch. `judge` gives it on intervals that do not. What every way of parting them allows or
 * forbids is certain; `unknown` where several processes hand over at one instant, and how they followed each other would decide.
 */
export function judgeParted<V extends { readonly type: 'holds' | 'violated' | 'unknown' }>(
  intervals: Intervals,
  handoffs: readonly Handoff[],
  judge: (parted: Intervals) => V,
): V | { readonly type: 'unknown'; readonly because: string } {
  const parts = parted(intervals, handoffs);
  if (parts === null) {
    return {
      type: 'unknown',
      because: 'its times are too large to part instants at which a process goes on',
    };
  }
  const all = judge(parts);
  const lists = oneAnInstant(intervals.begin, handoffs);
  if (all.type === 'holds' || lists.length === 1) return all;
  let undecided: V | null = null;
  for (const some of lists) {
    const verdict = judge(parted(intervals, some)!);
    if (verdict.type === 'violated') return verdict;
    if (verdict.type === 'unknown') undecided = verdict;
  }
  if (undecided !== null) return undecided;
  return {
    type: 'unknown',
    because:
      'several processes were answered and went on at one instant, and which of them did so first decides',
  };
}

/** Whether any process began something at the instant at which it had been answered. */
export function hasHandoffs({ columns, length }: History): boolean {
  const { process, invokedAt, completedAt } = columns;
  const last = new LastRows(columns);
  for (let row = 0; row < length; row += 1) {
    const before = last.replace(process[row]!, row);
    if (before !== -1 && completedAt[before] === invokedAt[row]) return true;
  }
  return false;
}

/** The row of each process that was looked at last. */
class LastRows {
  readonly #rows: Map<number, number> | Int32Array;

  constructor({ process }: Columns) {
    let most = 0;
    for (const one of process) most = Math.max(most, one);
    // Processes are numbered from 0, a new one for each that was retired; a table is several times faster than a map.
    this.#rows = most < 4 * process.length ? new Int32Array(most + 1).fill(-1) : new Map<number, number>();
  }

  replace(process: number, row: number): number {
    const rows = this.#rows;
    if (rows instanceof Map) {
      const before = rows.get(process) ?? -1;
      rows.set(process, row);
      return before;
    }
    const before = rows[process]!;
    rows[process] = row;
    return before;
  }
}
