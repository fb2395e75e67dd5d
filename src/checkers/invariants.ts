import { completionCode, type History, kindCode, operationOf, valueKind } from '../history/history.ts';
import { type FlooredKey, flooredKeys, type Step } from './floors.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, operationInWords, processOf } from './words.ts';

/** Whether any update asks not to go below a floor; without one these invariants say nothing. */
export function hasFloors({ columns, length }: History): boolean {
  for (let row = 0; row < length; row += 1) {
    const kind = columns.kind[row]!;
    const isUpdate = kind === kindCode.add || kind === kindCode.transfer;
    if (isUpdate && columns.conditionKind[row] === valueKind.number) return true;
  }
  return false;
}

/** Nobody ever sees a value below the floor that every update which lowers it asked for. */
export function checkFloors(history: History): Verdict {
  const keys = flooredKeys(history);
  let first: { readonly key: FlooredKey; readonly row: number; readonly value: number } | null = null;
  let count = 0;
  for (const key of keys) {
    for (const { row, value } of key.seen) {
      if (value >= key.floor) continue;
      count += 1;
      if (first === null || row < first.row) first = { key, row, value };
    }
  }
  if (first === null) return keys.length > 0 ? { type: 'holds' } : noFloor;
  const { key, row, value } = first;
  const when = atSecond(history.columns.completedAt[row]!);
  const seer = `${processOf(history, row)} was told at ${when} that ${key.name} is ${value}`;
  return {
    type: 'violated',
    witness: [row],
    sentence: `${seer}, though whatever lowers it was to leave at least ${key.floor}`,
    count,
  };
}

/** No more is ever taken than there was: what was acknowledged stays within the supply that there can have been by then. */
export function checkSupply(history: History): Verdict {
  const keys = flooredKeys(history);
  const unknown = keys.find(({ supply }) => supply === null);
  for (const key of keys) {
    if (key.supply === null) continue;
    const oversold = firstOversale(history, key, key.supply);
    if (oversold !== null) return oversold;
  }
  if (unknown !== undefined) {
    return { type: 'unknown', because: `${unknown.name} was also written, so its supply is not known` };
  }
  return keys.length > 0 ? { type: 'holds' } : noFloor;
}

const noFloor: Verdict = {
  type: 'unknown',
  because: 'no key has a floor that all updates which lower it respect',
};

/** Takings by their acknowledgement, against gains by their beginning: equal times count as overlapping. */
function firstOversale(history: History, { name, floor, takings, gains }: FlooredKey, supply: number) {
  const { completion, completedAt, invokedAt } = history.columns;
  const taken = takings
    .filter(({ row }) => completion[row] === completionCode.ok)
    .sort((a, b) => completedAt[a.row]! - completedAt[b.row]!);
  const gained = [...gains].sort((a, b) => invokedAt[a.row]! - invokedAt[b.row]!);
  let [sum, there, next] = [0, supply, 0];
  for (const [i, { row, amount }] of taken.entries()) {
    const at = completedAt[row]!;
    for (; next < gained.length && invokedAt[gained[next]!.row]! <= at; next += 1)
      there += gained[next]!.amount;
    sum += amount;
    if (sum <= there + tolerance * Math.max(1, there)) continue;
    const last = `${processOf(history, row)}'s ${operationInWords(operationOf(history, row))}`;
    const all = `acknowledged takings from ${name} came to ${sum} at ${atSecond(at)} with ${last}`;
    const most = `${there} could be taken by then${floor === 0 ? '' : ` without going below ${floor}`}`;
    return {
      type: 'violated' as const,
      witness: fewest(taken.slice(0, i + 1), there),
      sentence: `${all}, though at most ${most}`,
    };
  }
  return null;
}

/** Sums of fractions are rounded. */
const tolerance = 1e-9;

/** The greatest takings that together are more than there was. */
function fewest(taken: readonly Step[], there: number): readonly number[] {
  const rows: number[] = [];
  let sum = 0;
  for (const { row, amount } of [...taken].sort((a, b) => b.amount - a.amount || a.row - b.row)) {
    if (sum > there) break;
    rows.push(row);
    sum += amount;
  }
  return rows.sort((a, b) => a - b);
}
