import { ValueIndex } from '../checkers/value-index.ts';
import type { Commits } from '../history/commits.ts';
import { type Columns, type History, valueKind } from '../history/history.ts';
import { type KeyView, keyViews } from './keys.ts';
import { countMissed, earliestFrom, type StaleRead } from './missed-versions.ts';
import { distributionOf } from './percentile.ts';
import {
  initialValue,
  neverVisible,
  phantomValue,
  type RegisterWrites,
  registerWrites,
} from './register-writes.ts';
import { isLoad, isOk } from './rows.ts';
import { numbersIn } from './staleness.ts';

/** One number per row of the history: NaN where the row is no read whose staleness the order of commits tells. */
export interface ExactStaleness {
  readonly age: Float64Array;
  readonly versions: Float64Array;
}

/** The commits of one register, by the positions of its writes in `RegisterWrites`. */
interface Noted {
  readonly version: Float64Array;
  readonly place: Float64Array;
  /** When it was certainly part of the history: noted, acknowledged or seen, whichever came first. */
  readonly since: Float64Array;
}

/**
 * Staleness by the order in which replicas noted that writes were committed: a read misses every version that is newer than
 * the one it saw and was there before the read began. It is never less than what real time alone proves (`judgeReads`).
 *
 * Measured are registers with unique values of which every write that was acknowledged or seen was noted, in an order that
 * real time does not contradict; there `judgeReads` blames a read for no version that is not newer in the order of commits.
 */
export function judgeReadsExactly(
  history: History,
  commits: Commits | null,
  views: readonly KeyView[] = keyViews(history),
): ExactStaleness {
  const blank = () => new Float64Array(history.length).fill(Number.NaN);
  const out: ExactStaleness = { age: blank(), versions: blank() };
  if (commits === null || commits.length === 0) return out;
  const textIds = textsIn(history, commits);
  const rowsOf = rowsByKey(commits, textIds);
  for (const view of views) {
    const writes = view.shape === 'register' ? registerWrites(history.columns, view) : null;
    if (writes === null) continue;
    const noted = notedOf(history.columns, writes, commits, rowsOf.get(view.key) ?? [], textIds);
    if (!isComplete(history.columns, writes, noted)) continue;
    const order = orderOf(noted);
    if (!contradictsRealTime(writes, order)) judgeInOrder(history.columns, writes, noted, order, out);
  }
  return out;
}

/** What the order of commits tells of a set of reads; null where it tells of none. */
export function summariseExactly({ age, versions }: ExactStaleness, rows: Uint32Array) {
  const ages = numbersIn(age, rows);
  return {
    stale: ages.filter((value) => value > 0).length,
    age: distributionOf(ages),
    versions: distributionOf(numbersIn(versions, rows)),
  };
}

/** Where each text of the notes stands among those of the history; −1 where it does not. */
function textsIn(history: History, { texts }: Commits): Int32Array {
  const ids = new Map(history.texts.map((text, id) => [text, id]));
  return Int32Array.from(texts, (text) => ids.get(text) ?? -1);
}

function rowsByKey(commits: Commits, textIds: Int32Array): ReadonlyMap<number, readonly number[]> {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < commits.length; row += 1) {
    const key = textIds[commits.key[row]!]!;
    const rows = rowsOf.get(key);
    if (rows === undefined) rowsOf.set(key, [row]);
    else rows.push(row);
  }
  return rowsOf;
}

/** What several replicas noted of one write says the same; of rounds that carried it on, the first one committed it. */
function notedOf(
  columns: Columns,
  writes: RegisterWrites,
  commits: Commits,
  rows: readonly number[],
  textIds: Int32Array,
): Noted {
  const size = writes.rows.length;
  const positions = new ValueIndex(size);
  for (let i = 0; i < size; i += 1) {
    const row = writes.rows[i]!;
    positions.add(columns.argument[row]!, columns.argumentKind[row]!, i);
  }
  const version = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const place = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const since = writes.ended.slice();
  for (const row of rows) {
    const kind = commits.valueKind[row]!;
    const value = kind === valueKind.text ? textIds[commits.value[row]!]! : commits.value[row]!;
    const i = positions.find(value, kind);
    if (i < 0) continue;
    since[i] = Math.min(since[i]!, commits.at[row]!);
    const [its, itsPlace] = [commits.version[row]!, commits.place[row]!];
    if (its > version[i]! || (its === version[i] && itsPlace >= place[i]!)) continue;
    version[i] = its;
    place[i] = itsPlace;
  }
  return { version, place, since };
}

function isComplete(columns: Columns, { rows, seen }: RegisterWrites, { version }: Noted): boolean {
  const isUnnoted = (row: number, i: number) =>
    version[i] === Number.POSITIVE_INFINITY && (seen[i] === 1 || isOk(columns, row));
  return !rows.some(isUnnoted);
}

/** The positions of the writes that were noted, in the order of commits. */
function orderOf({ version, place }: Noted): Uint32Array {
  const noted = Uint32Array.from(version.keys()).filter((i) => version[i]! < Number.POSITIVE_INFINITY);
  const byPlace = (a: number, b: number) => (place[a] === place[b] ? 0 : place[a]! - place[b]!);
  return noted.sort((a, b) => version[a]! - version[b]! || byPlace(a, b) || a - b);
}

/** Clocks that are skewed can order a write before one that was over when it began: nobody has to see it so. */
function contradictsRealTime({ began, ended }: RegisterWrites, order: Uint32Array): boolean {
  let latestBegan = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    if (latestBegan > ended[i]!) return true;
    latestBegan = Math.max(latestBegan, began[i]!);
  }
  return false;
}

function judgeInOrder(
  columns: Columns,
  writes: RegisterWrites,
  noted: Noted,
  order: Uint32Array,
  out: ExactStaleness,
): void {
  const lost = neverVisible(columns, writes);
  const visible = order.filter((i) => lost[i] === 0);
  const since = Float64Array.from(visible, (i) => noted.since[i]!);
  const earliest = earliestFrom(since);
  const ranks = new Int32Array(writes.rows.length).fill(-1);
  visible.forEach((i, rank) => {
    ranks[i] = rank;
  });
  const stale: StaleRead[] = [];
  for (let i = 0; i < writes.reads.length; i += 1) {
    const row = writes.reads[i]!;
    const source = writes.sources[i]!;
    if (!isLoad(columns, row) || source === phantomValue) continue;
    const from = source === initialValue ? 0 : ranks[source]! + 1;
    const at = columns.invokedAt[row]!;
    const missedSince = earliest[from]!;
    out.age[row] = missedSince < at ? at - missedSince : 0;
    out.versions[row] = 0;
    if (missedSince < at) stale.push({ row, from, at });
  }
  countMissed(since, since.slice().sort(), stale, out.versions);
}
