import { type History, kindCode, valueKind } from '../history/history.ts';
import { checkChains } from './cas-chains.ts';
import { Clusters } from './clusters.ts';
import { deedInWords, didInWords, endOf, explainConflict, type Parties, violated } from './contradiction.ts';
import { ValueIndex } from './value-index.ts';
import type { Verdict } from './verdict.ts';
import { atSecond } from './words.ts';
import { conflictOf } from './zones.ts';

/** Whether the rows of a key are a register with unique values: reads and writes only, no value written twice, none null. */
export function isUniqueRegister(history: History, rows: Uint32Array): boolean {
  const { kind, argument, argumentKind } = history.columns;
  const values = new ValueIndex(rows.length);
  for (const row of rows) {
    if (kind[row] === kindCode.read) continue;
    if (kind[row] !== kindCode.write || argumentKind[row] === valueKind.null) return false;
    if (!values.add(argument[row]!, argumentKind[row]!, row)) return false;
  }
  return true;
}

/**
 * Linearizability of one register with unique values, in O(n log n) (Gibbons and Korach 1997, theorem 4.5): every value seen
 * was made by an update that began before whoever saw it had ended, and the zones of the values can stand one behind the
 * other. An unanswered update counts once its value was seen, and then was done by the end of the first that saw it; one whose
 * value nobody saw can be left out of any order. Rows are those of one key, in the order of invocation.
 *
 * Returns null where the method does not apply: other kinds of operation, a value made twice, or cas that it cannot decide.
 */
export function checkRegister(history: History, rows: Uint32Array): Verdict | null {
  const clusters = Clusters.of(history, rows);
  if (clusters === null) return null;
  const verdict = verdictOn(history, rows, clusters);
  return verdict?.type === 'violated' && clusters.ambiguous ? null : verdict;
}

function verdictOn(history: History, rows: Uint32Array, clusters: Clusters): Verdict | null {
  if (clusters.flaw !== null) return flawInWords(history, clusters);
  if (clusters.chained || clusters.refused.length > 0) return checkChains(history, rows, clusters);
  const conflict = conflictOf(clusters);
  if (conflict === null) return { type: 'holds' };
  return explainConflict(partiesOf(history, rows, clusters), conflict);
}

function partiesOf(history: History, rows: Uint32Array, clusters: Clusters): Parties {
  const { kind, argument, argumentKind, value, valueKind: seen } = history.columns;
  const isIn = (row: number, zone: number) => {
    const maker = clusters.maker[zone]!;
    if (kind[row] === kindCode.write) return row === maker;
    if (maker === -1) return clusters.seenBy(row) === 0;
    return value[row] === argument[maker] && seen[row] === argumentKind[maker];
  };
  return { history, rows, zones: clusters, isIn };
}

function flawInWords(history: History, clusters: Clusters): Verdict {
  const { flawed: row, flaws } = clusters;
  const { invokedAt } = history.columns;
  const when = atSecond(invokedAt[row]!);
  switch (clusters.flaw) {
    case 'misled':
      return violated(
        [row],
        `${deedInWords(history, row)} was answered with another value than it left`,
        flaws,
      );
    case 'mistaken':
      return violated([row], `${didInWords(history, row)} at ${when}, which is what it expected`, flaws);
    case 'too early': {
      const maker = clusters.maker[clusters.seenBy(row)]!;
      const saw = `${deedInWords(history, row)} had completed at ${atSecond(endOf(history, row))}`;
      const began = `${deedInWords(history, maker)} began at ${atSecond(invokedAt[maker]!)}`;
      return violated([row, maker], `${saw}, before ${began}`, flaws);
    }
    default: {
      const nobody = 'which nobody wrote, or whose write had certainly failed';
      return violated([row], `${didInWords(history, row)} at ${when}, ${nobody}`, flaws);
    }
  }
}
