import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import type { Verdict } from './verdict.ts';

/** The operations on one key, brought to "how many increments were seen". */
interface CounterHistory {
  readonly adds: readonly Increment[];
  readonly reads: readonly Observation[];
}

/** An increment that must take effect by `deadline`; one of unknown fate has none, and need not take effect. */
interface Increment {
  readonly row: number;
  readonly release: number;
  readonly deadline: number;
  /** The slot that its own answer names, or 0. */
  readonly slot: number;
}

interface Observation {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Linearizability of one counter whose increments are all equal, in O(n log n).
 *
 * A read that saw v must lie between the v-th and the (v+1)-th increment. So the k-th increment has a window: not
 * before the start of any read that saw fewer than k, not after the end of any read that saw k or more. Both bounds
 * grow with k, so by exchanging neighbours any choice of instants can be sorted, and the question becomes whether
 * unit jobs (the increments, from invocation to completion) fill the slots 1 … m and meet their deadlines. Taking
 * the earliest deadline first is optimal for that: it never leaves a slot empty that could be filled.
 *
 * Returns null where the method does not apply: unequal, negative or floored increments, writes beside the setup.
 */
export function equalCounter(history: History, rows: Iterable<number>): Verdict | null {
  const base = baseOf(history, rows);
  const step = stepOf(history, rows);
  if (base === null || step === null) return null;
  const counter = observe(history, rows, base, step);
  if ('type' in counter) return counter;
  return fillSlots(history, counter);
}

/** The value before the first increment: 0, or what the setup wrote. */
function baseOf(history: History, rows: Iterable<number>): number | null {
  const { kind, phase, completion, argument, argumentKind } = history.columns;
  let base = 0;
  let writes = 0;
  for (const row of rows) {
    if (kind[row] === kindCode.read || kind[row] === kindCode.add || completion[row] === completionCode.fail)
      continue;
    const initial = kind[row] === kindCode.write && phase[row] === phaseCode.setup;
    if (!initial || completion[row] !== completionCode.ok || argumentKind[row] !== valueKind.number)
      return null;
    base = argument[row]!;
    writes += 1;
  }
  return writes > 1 ? null : base;
}

/** The one positive delta of all increments; 1 where there are none. */
function stepOf(history: History, rows: Iterable<number>): number | null {
  const { kind, argument, conditionKind } = history.columns;
  let step: number | null = null;
  for (const row of rows) {
    if (kind[row] !== kindCode.add) continue;
    const floored = conditionKind[row] === valueKind.number;
    if (floored || !(argument[row]! > 0) || (step !== null && argument[row] !== step)) return null;
    step = argument[row]!;
  }
  return step ?? 1;
}

function observe(
  history: History,
  rows: Iterable<number>,
  base: number,
  step: number,
): CounterHistory | Verdict {
  const { kind, completion, value, valueKind: kinds, invokedAt, completedAt } = history.columns;
  const adds: Increment[] = [];
  const reads: Observation[] = [];
  for (const row of rows) {
    if (kind[row] === kindCode.write) continue;
    const ok = completion[row] === completionCode.ok;
    const told = ok && kinds[row] !== valueKind.absent;
    const seen = told ? (numberSeen(history, row) - base) / step : 0;
    const least = kind[row] === kindCode.add ? 1 : 0;
    if (told && !(Number.isInteger(seen) && seen >= least)) {
      return {
        type: 'violated',
        witness: [row],
        sentence: `${who(history, row)} saw ${value[row]}, which no number of increments of ${step} makes of ${base}`,
      };
    }
    if (kind[row] === kindCode.read && told) {
      reads.push({ row, from: invokedAt[row]!, to: completedAt[row]!, count: seen });
    } else if (kind[row] === kindCode.add && ok) {
      adds.push({ row, release: invokedAt[row]!, deadline: completedAt[row]!, slot: seen });
    } else if (kind[row] === kindCode.add && mayHaveHappened(completion[row]!)) {
      adds.push({ row, release: invokedAt[row]!, deadline: Number.POSITIVE_INFINITY, slot: 0 });
    }
  }
  return { adds, reads };
}

/** Nothing written counts as 0, and what is not a number as none. */
function numberSeen(history: History, row: number): number {
  const kind = history.columns.valueKind[row];
  if (kind === valueKind.null) return 0;
  return kind === valueKind.number ? history.columns.value[row]! : Number.NaN;
}

function mayHaveHappened(completion: number): boolean {
  return completion === completionCode.info || completion === completionCode.open;
}

/** For each slot k (1 … m + 1): when the k-th increment may take effect at the earliest and latest, and which row says so. */
class Windows {
  readonly last: number;
  readonly earliest: Float64Array;
  readonly latest: Float64Array;
  readonly earliestRow: Int32Array;
  readonly latestRow: Int32Array;

  constructor({ adds, reads }: CounterHistory) {
    this.last = Math.max(
      0,
      maximum(reads, (read) => read.count),
      maximum(adds, (add) => add.slot),
    );
    this.earliest = new Float64Array(this.last + 2).fill(Number.NEGATIVE_INFINITY);
    this.latest = new Float64Array(this.last + 2).fill(Number.POSITIVE_INFINITY);
    this.earliestRow = new Int32Array(this.last + 2).fill(-1);
    this.latestRow = new Int32Array(this.last + 2).fill(-1);
    for (const read of reads) {
      this.#notBefore(read.count + 1, read.from, read.row);
      this.#notAfter(read.count, read.to, read.row);
    }
    for (const add of adds) {
      if (add.slot === 0) continue;
      this.#notBefore(add.slot, add.release, add.row);
      this.#notAfter(add.slot, add.deadline, add.row);
    }
    for (let k = 1; k <= this.last + 1; k += 1) {
      this.#notBefore(k, this.earliest[k - 1]!, this.earliestRow[k - 1]!);
    }
    for (let k = this.last; k >= 1; k -= 1) this.#notAfter(k, this.latest[k + 1]!, this.latestRow[k + 1]!);
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

function fillSlots(history: History, counter: CounterHistory): Verdict {
  const windows = new Windows(counter);
  const free = counter.adds.filter((add) => add.slot === 0).sort((a, b) => a.release - b.release);
  const pinned = new Map<number, Increment>();
  for (const add of counter.adds) {
    if (add.slot === 0) continue;
    const other = pinned.get(add.slot);
    if (other !== undefined) return sameSlot(history, other.row, add.row);
    pinned.set(add.slot, add);
  }
  const queue = new DeadlineQueue();
  let next = 0;
  for (let k = 1; k <= windows.last; k += 1) {
    while (next < free.length && free[next]!.release <= windows.latest[k]!) {
      queue.push(free[next]!);
      next += 1;
    }
    if (windows.earliest[k]! > windows.latest[k]!) return backwards(history, windows, k);
    const chosen = pinned.get(k) ?? queue.pop();
    if (chosen === undefined) return tooEarly(history, windows, k);
    if (chosen.deadline < windows.earliest[k]!) return missed(history, windows, k, chosen.row);
  }
  const rest = [...queue.items(), ...free.slice(next)];
  const end = windows.last + 1;
  const late = rest.find((add) => add.deadline < windows.earliest[end]!);
  return late === undefined ? { type: 'holds' } : missed(history, windows, end, late.row);
}

function sameSlot(history: History, one: number, two: number): Verdict {
  return {
    type: 'violated',
    witness: [one, two].sort((a, b) => a - b),
    sentence: `${who(history, one)} and ${who(history, two)} were both told that theirs made the count ${history.columns.value[one]}`,
  };
}

/** Whoever bounds slot k from above saw it before whoever bounds it from below began, and did not. */
function backwards(history: History, windows: Windows, slot: number): Verdict {
  const [earlier, later] = [windows.latestRow[slot]!, windows.earliestRow[slot]!];
  const { value, invokedAt, completedAt, valueKind: kinds } = history.columns;
  const saw = kinds[later] === valueKind.number ? value[later] : 'nothing';
  return {
    type: 'violated',
    witness: [earlier, later].sort((a, b) => a - b),
    sentence: `${who(history, later)} saw ${saw} in an operation begun at ${at(invokedAt[later]!)}, although ${who(history, earlier)} had seen ${value[earlier]} by ${at(completedAt[earlier]!)}`,
  };
}

/** Whoever bounds slot k from above saw the k-th increment before enough of them had even been asked for. */
function tooEarly(history: History, windows: Windows, slot: number): Verdict {
  const row = windows.latestRow[slot]!;
  const { value, completedAt } = history.columns;
  return {
    type: 'violated',
    witness: [row],
    sentence: `${who(history, row)} saw ${value[row]} by ${at(completedAt[row]!)}, more than the increments that could have happened by then`,
  };
}

/** Whoever bounds slot k from below began after the increment had completed and did not count it. */
function missed(history: History, windows: Windows, slot: number, add: number): Verdict {
  const row = windows.earliestRow[slot]!;
  const { value, invokedAt, completedAt, valueKind: kinds } = history.columns;
  const saw = kinds[row] === valueKind.number ? value[row] : 'nothing';
  return {
    type: 'violated',
    witness: [add, row].sort((a, b) => a - b),
    sentence: `${who(history, row)} saw ${saw} in an operation begun at ${at(invokedAt[row]!)}, although ${who(history, add)} had completed one more increment at ${at(completedAt[add]!)}`,
  };
}

function who(history: History, row: number): string {
  return `process ${history.columns.process[row]}`;
}

function at(moment: number): string {
  return `${(moment / 1e6).toFixed(6)} s`;
}

function maximum<T>(items: readonly T[], of: (item: T) => number): number {
  let most = 0;
  for (const item of items) most = Math.max(most, of(item));
  return most;
}

/** A binary heap of increments, the earliest deadline first. */
class DeadlineQueue {
  readonly #heap: Increment[] = [];

  items(): readonly Increment[] {
    return this.#heap;
  }

  push(item: Increment): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(item);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (heap[parent]!.deadline <= item.deadline) break;
      heap[hole] = heap[parent]!;
      hole = parent;
    }
    heap[hole] = item;
  }

  pop(): Increment | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const item = heap.pop();
    if (item === undefined || heap.length === 0) return top;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.deadline < heap[child]!.deadline) child += 1;
      if (heap[child]!.deadline >= item.deadline) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = item;
    return top;
  }
}
