import { type Columns, type History, kindCode, noText, phaseCode } from '../history/history.ts';
import { isOk } from './rows.ts';

/**
 * What the history makes of a key: written as a whole (`register`), only added to after at most one initial write
 * (`counter`), or both, and then no black-box measure can tell what a read should have returned (`mixed`).
 */
export type KeyShape = 'register' | 'counter' | 'mixed';

/** All that happened to one key. */
export interface KeyView {
  /** Its index in the history's texts. */
  readonly key: number;
  readonly shape: KeyShape;
  /** Rows that touch it, in the order of the history; a transfer is listed under both of its keys. */
  readonly rows: Uint32Array;
}

/** Every key that the history touches, in the order of their first appearance in its texts. */
export function keyViews(history: History): readonly KeyView[] {
  const { columns, texts } = history;
  const starts = new Uint32Array(texts.length + 1);
  forEachTouch(history, (key) => {
    starts[key + 1]! += 1;
  });
  for (let key = 0; key < texts.length; key += 1) starts[key + 1]! += starts[key]!;
  const next = starts.slice(0, texts.length);
  const rows = new Uint32Array(starts[texts.length]!);
  forEachTouch(history, (key, row) => {
    rows[next[key]!] = row;
    next[key]! += 1;
  });
  const views: KeyView[] = [];
  for (let key = 0; key < texts.length; key += 1) {
    const touching = rows.subarray(starts[key]!, starts[key + 1]!);
    if (touching.length > 0) views.push({ key, rows: touching, shape: shapeOf(columns, touching) });
  }
  return views;
}

/** What an `add` or a `transfer` adds to a key; 0 for everything else. */
export function deltaFor(columns: Columns, row: number, key: number): number {
  switch (columns.kind[row]) {
    case kindCode.add:
      return columns.argument[row]!;
    case kindCode.transfer:
      return (
        (columns.to[row] === key ? columns.argument[row]! : 0) -
        (columns.key[row] === key ? columns.argument[row]! : 0)
      );
    default:
      return 0;
  }
}

/** The rows that read a key once more after all was quiet, and were answered. */
export function finalReads(columns: Columns, view: KeyView): readonly number[] {
  const reads: number[] = [];
  for (let i = view.rows.length - 1; i >= 0; i -= 1) {
    const row = view.rows[i]!;
    if (columns.phase[row] !== phaseCode.final) continue;
    if (columns.kind[row] === kindCode.read && isOk(columns, row)) reads.push(row);
  }
  return reads.reverse();
}

function shapeOf(columns: Columns, rows: Uint32Array): KeyShape {
  let adds = 0;
  let initialWrites = 0;
  let laterWrites = 0;
  for (const row of rows) {
    const kind = columns.kind[row]!;
    if (kind === kindCode.add || kind === kindCode.transfer) adds += 1;
    else if (kind === kindCode.cas) laterWrites += 1;
    else if (kind === kindCode.write && columns.phase[row] === phaseCode.setup) initialWrites += 1;
    else if (kind === kindCode.write) laterWrites += 1;
  }
  if (adds === 0) return 'register';
  return laterWrites === 0 && initialWrites <= 1 ? 'counter' : 'mixed';
}

function forEachTouch(history: History, visit: (key: number, row: number) => void): void {
  const { columns } = history;
  for (let row = 0; row < history.length; row += 1) {
    const key = columns.key[row]!;
    const to = columns.to[row]!;
    visit(key, row);
    if (to !== noText && to !== key) visit(to, row);
  }
}
