import {
  completionCode,
  decodeValue,
  type History,
  kindCode,
  operationOf,
  valueKind,
} from '../history/history.ts';
import type { Value } from '../kernel/operation.ts';
import { isRefusal } from './clusters.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf, processOf, valueInWords } from './words.ts';
import type { Conflict, Zones } from './zones.ts';

/** Zones and whose they are. */
export interface Parties {
  readonly history: History;
  readonly rows: Uint32Array;
  readonly zones: Zones;
  /** Whether a row made or saw a value of a zone. */
  isIn(row: number, zone: number): boolean;
}

/**
 * The fewest rows that show a conflict, in words. Something of one zone (a) stands between the other's (b): three rows, where a single
 * row of b began after one of a had completed and was completed before another of a began; else four.
 */
export function explainConflict(parties: Parties, { outer, inner, count }: Conflict): Verdict {
  const between = rowBetween(parties, outer);
  if (between !== -1) return threeRows(parties, outer, between, count);
  const otherwise = rowBetween(parties, inner);
  if (otherwise !== -1) return threeRows(parties, inner, otherwise, count);
  return fourRows(parties, outer, inner, count);
}

export function violated(rows: readonly number[], sentence: string, count: number): Verdict {
  const witness = [...new Set(rows)].filter((row) => row >= 0).sort((a, b) => a - b);
  return { type: 'violated', witness, sentence, count };
}

/** When an operation that says something was answered; Infinity where nothing was. */
export function endOf({ columns }: History, row: number): number {
  const code = columns.completion[row];
  const answered = code === completionCode.ok || code === completionCode.refused;
  return answered ? columns.completedAt[row]! : Number.POSITIVE_INFINITY;
}

/** Of the answered rows of other zones that lie between the ends of this one, the update that was completed last, else the read. */
function rowBetween({ history, rows, zones, isIn }: Parties, zone: number): number {
  const { invokedAt, completedAt } = history.columns;
  const from = zones.f[zone]!;
  const to = zones.s[zone]!;
  let found = -1;
  for (let i = countInvoked(history, rows, from); i < rows.length; i += 1) {
    const row = rows[i]!;
    if (invokedAt[row]! >= to) break;
    if (!(completedAt[row]! < to) || (found !== -1 && !isBetter(history, row, found))) continue;
    if (tellsValue(history, row) && !isIn(row, zone)) found = row;
  }
  return found;
}

/** How many rows had been invoked by an instant; they are in the order of invocation. */
function countInvoked({ columns }: History, rows: Uint32Array, at: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns.invokedAt[rows[middle]!]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBetter({ columns }: History, row: number, found: number): boolean {
  const update = isUpdate(columns.kind[row]!);
  if (update !== isUpdate(columns.kind[found]!)) return update;
  return columns.completedAt[row]! > columns.completedAt[found]!;
}

/** Whether its answer tells which value was there. */
function tellsValue(history: History, row: number): boolean {
  const { kind, completion, valueKind: seen } = history.columns;
  if (completion[row] === completionCode.refused)
    return isRefusal(history, row) && seen[row] !== valueKind.absent;
  if (completion[row] !== completionCode.ok) return false;
  return kind[row] !== kindCode.read || seen[row] !== valueKind.absent;
}

function isUpdate(kind: number): boolean {
  return kind !== kindCode.read;
}

function threeRows(parties: Parties, zone: number, between: number, count: number): Verdict {
  const { invokedAt } = parties.history.columns;
  const older = olderThan(parties, zone, invokedAt[between]!);
  const stale = lastInvoked(parties, zone);
  const sentence = `${staleInWords(parties.history, stale, between)}${chainInWords(parties.history, older, stale)}`;
  return violated([older, between, stale], sentence, count);
}

/** Each came before the other: whichever is newer, something saw the older one too late. */
function fourRows(parties: Parties, one: number, two: number, count: number): Verdict {
  const { history, zones } = parties;
  const { invokedAt } = history.columns;
  const [lastOfOne, lastOfTwo] = [
    laterThan(parties, one, zones.f[two]!),
    laterThan(parties, two, zones.f[one]!),
  ];
  const firstOfOne = olderThan(parties, one, invokedAt[lastOfTwo]!);
  const firstOfTwo = olderThan(parties, two, invokedAt[lastOfOne]!);
  const rows = [firstOfOne, lastOfOne, firstOfTwo, lastOfTwo];
  const stale = staleInWords(history, lastOfOne, firstOfTwo);
  const otherwise = staleInWords(history, lastOfTwo, firstOfOne);
  // What began after something of the other zone had completed is certainly newer.
  if (history.columns.kind[lastOfTwo] === kindCode.write) return violated(rows, stale, count);
  if (history.columns.kind[lastOfOne] === kindCode.write) return violated(rows, otherwise, count);
  const chains = `${chainInWords(history, firstOfOne, lastOfOne)}${chainInWords(history, firstOfTwo, lastOfTwo)}`;
  return violated(rows, `${stale}; and ${otherwise}: either way one of them is stale${chains}`, count);
}

/** Of what a zone's rows completed before `at`, the update that did so last, else what completed first; −1 for the time before all. */
function olderThan({ history, rows, zones, isIn }: Parties, zone: number, at: number): number {
  const first = zones.f[zone]!;
  if (first === Number.NEGATIVE_INFINITY) return -1;
  let found = -1;
  for (const row of rows) {
    if (history.columns.invokedAt[row]! >= at) break;
    const end = endOf(history, row);
    if (!(end < at)) continue;
    const update = made(history, row);
    if (!(update || end === first) || !isIn(row, zone)) continue;
    if (found === -1 || (update && (!made(history, found) || end > endOf(history, found)))) found = row;
  }
  return found;
}

/** Whether it made a value. */
function made({ columns }: History, row: number): boolean {
  return isUpdate(columns.kind[row]!) && columns.completion[row] !== completionCode.refused;
}

/** A write of the zone that began after `at`, else what was invoked last. */
function laterThan(parties: Parties, zone: number, at: number): number {
  const { history, rows, isIn } = parties;
  const { kind, invokedAt } = history.columns;
  const write = rows.find((row) => kind[row] === kindCode.write && invokedAt[row]! > at && isIn(row, zone));
  return write ?? lastInvoked(parties, zone);
}

function lastInvoked({ history, rows, zones, isIn }: Parties, zone: number): number {
  const { invokedAt } = history.columns;
  const last = zones.s[zone]!;
  for (let i = countInvoked(history, rows, last) - 1; i >= 0; i -= 1) {
    if (invokedAt[rows[i]!]! < last) break;
    if (isIn(rows[i]!, zone)) return rows[i]!;
  }
  return -1;
}

/** `process 3 read 17 at 2.104 s although process 1's write of 18 had completed at 2.071 s` */
export function staleInWords(history: History, stale: number, newer: number): string {
  const { invokedAt } = history.columns;
  const missed = `${deedInWords(history, newer)} had completed at ${atSecond(endOf(history, newer))}`;
  return `${didInWords(history, stale)} at ${atSecond(invokedAt[stale]!)} although ${missed}`;
}

/** Why two values stand side by side. */
function chainInWords(history: History, one: number, two: number): string {
  if (one === -1) return '';
  const [from, to] = [valueAt(history, one), valueAt(history, two)];
  return from === to ? '' : `, and nothing but changes leads from ${from} to ${to}`;
}

/** The value that a row left or saw. */
export function valueAt(history: History, row: number): string {
  const operation = operationOf(history, row);
  const makes = operation.type === 'write' || operation.type === 'cas';
  return valueInWords(makes && made(history, row) ? operation.value : toldBy(history, row));
}

function toldBy(history: History, row: number): Value | undefined {
  return decodeValue(history, history.columns.valueKind[row]!, history.columns.value[row]!);
}

/** What a row did, with its process as the subject. */
export function didInWords(history: History, row: number): string {
  const operation = operationOf(history, row);
  const who = processOf(history, row);
  if (operation.type === 'read') return `${who} read ${valueAt(history, row)}`;
  if (operation.type !== 'cas') return `${who} wrote ${valueAt(history, row)}`;
  const change = `${valueInWords(operation.expected)} to ${valueInWords(operation.value)}`;
  if (history.columns.completion[row] !== completionCode.refused) return `${who} changed ${change}`;
  const told = toldBy(history, row) === undefined ? '' : `, which saw ${valueAt(history, row)}`;
  return `${who} was refused its change from ${change}${told}`;
}

/** What a row did, as a thing. */
export function deedInWords(history: History, row: number): string {
  if (history.columns.completion[row] !== completionCode.refused) return deedOf(history, row);
  const told = toldBy(history, row) === undefined ? '' : `, which saw ${valueAt(history, row)},`;
  return `${processOf(history, row)}'s refused change${told}`;
}
