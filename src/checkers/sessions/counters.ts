import { completionCode, type History, kindCode, valueKind } from '../../history/history.ts';
import { rowsByKey } from '../keys.ts';

/** A value below what its session knew to be there. */
export interface LowRead {
  readonly row: number;
  readonly value: number;
  /** An earlier row of the session: what it saw, or its last acknowledged add. */
  readonly knew: number;
  /** The least value that would do. */
  readonly least: number;
  readonly age: number;
}

/** What sessions saw of counters that only grow. */
export interface CounterSessions {
  /** Counters that were judged. */
  readonly keys: number;
  /** Counters among them whose adds differ: a value may then break more than its size shows. */
  readonly unequal: number;
  /** Reads below what the session had seen before. */
  readonly backwards: LowReads;
  /** Reads below what the session had added itself. */
  readonly withoutOwn: LowReads;
}

/** How many there are, and the one that is lowest. */
export interface LowReads {
  readonly count: number;
  readonly worst: LowRead | null;
}

/** What a session knows of one counter. */
interface Known {
  seen: number;
  seenAt: number;
  added: number;
  addedAt: number;
}

/**
 * Counters that only grow, by value, in O(n): what was visible stays visible under monotonic reads, so a session never sees
 * less than before; and under read your writes never less than its own acknowledged adds. With equal increments that is
 * all that can be asked of the values.
 */
export function counterSessionsOf(history: History): CounterSessions {
  const found = { keys: 0, unequal: 0, backwards: nothing(), withoutOwn: nothing() };
  for (const { rows } of rowsByKey(history)) {
    const counter = growingCounter(history, rows);
    if (counter === null) continue;
    found.keys += 1;
    if (!counter.equal) found.unequal += 1;
    judgeCounter(history, rows, found);
  }
  return found;
}

interface Tally {
  count: number;
  worst: LowRead | null;
}

interface Found {
  readonly backwards: Tally;
  readonly withoutOwn: Tally;
}

/** Null for keys that are not read and added to alone, or that may shrink: also a write may take away what was there. */
function growingCounter(history: History, rows: Uint32Array): { readonly equal: boolean } | null {
  const { kind, completion, argument } = history.columns;
  let delta: number | null = null;
  let equal = true;
  for (const row of rows) {
    if (kind[row] === kindCode.read || completion[row] === completionCode.fail) continue;
    if (kind[row] !== kindCode.add || !(argument[row]! > 0)) return null;
    equal &&= delta === null || delta === argument[row];
    delta = argument[row]!;
  }
  return delta === null ? null : { equal };
}

function judgeCounter(history: History, rows: Uint32Array, found: Found): void {
  const { kind, process, completion, argument, value, valueKind: seen } = history.columns;
  const sessions = new Map<number, Known>();
  for (const row of rows) {
    const code = completion[row]!;
    if (code === completionCode.info || code === completionCode.open) sessions.delete(process[row]!);
    if (code !== completionCode.ok) continue;
    let known = sessions.get(process[row]!);
    if (known === undefined) {
      known = { seen: Number.NEGATIVE_INFINITY, seenAt: -1, added: 0, addedAt: -1 };
      sessions.set(process[row]!, known);
    }
    if (kind[row] === kindCode.add) known.added += argument[row]!;
    const told = seen[row] === valueKind.number ? value[row]! : seen[row] === valueKind.null ? 0 : null;
    if (told !== null) judgeValue(history, row, told, known, found);
    if (kind[row] === kindCode.add) known.addedAt = row;
  }
}

function judgeValue(history: History, row: number, told: number, known: Known, found: Found): void {
  const { invokedAt, completedAt } = history.columns;
  const low = (knew: number, least: number): LowRead => {
    return { row, value: told, knew, least, age: knew === row ? 0 : invokedAt[row]! - completedAt[knew]! };
  };
  if (told < known.seen) note(found.backwards, low(known.seenAt, known.seen));
  else {
    known.seen = told;
    known.seenAt = row;
  }
  if (told < known.added) note(found.withoutOwn, low(known.addedAt < 0 ? row : known.addedAt, known.added));
}

function nothing(): Tally {
  return { count: 0, worst: null };
}

function note(tally: Tally, read: LowRead): void {
  tally.count += 1;
  if (tally.worst === null || read.least - read.value > tally.worst.least - tally.worst.value)
    tally.worst = read;
}
