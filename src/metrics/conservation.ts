import { type Columns, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import { numberRead } from './counters.ts';
import { finalReads, type KeyView, keyViews } from './keys.ts';
import { isOk } from './rows.ts';

/**
 * How much the sum over all accounts changed between the setup and the final reads. Transfers conserve it, whether
 * they were answered or not. Null where there were no transfers, where other updates changed the sum as well, or
 * where an account's initial or final value is not known.
 */
export function sumDifference(
  history: History,
  views: readonly KeyView[] = keyViews(history),
): number | null {
  const { columns } = history;
  if (!onlyTransfersUpdate(history)) return null;
  let difference = 0;
  for (const view of views) {
    const change = changeOf(columns, view);
    if (change === null) return null;
    difference += change;
  }
  return difference;
}

function onlyTransfersUpdate({ columns, length }: History): boolean {
  let transfers = 0;
  for (let row = 0; row < length; row += 1) {
    const kind = columns.kind[row]!;
    if (kind === kindCode.transfer) transfers += 1;
    else if (kind !== kindCode.read && columns.phase[row] !== phaseCode.setup) return false;
  }
  return transfers > 0;
}

function changeOf(columns: Columns, view: KeyView): number | null {
  const last = finalReads(columns, view).at(-1);
  if (last === undefined) return null;
  const final = numberRead(columns, last);
  let initial = 0;
  for (const row of view.rows) {
    if (columns.phase[row] !== phaseCode.setup || columns.kind[row] !== kindCode.write) continue;
    if (!isOk(columns, row) || columns.argumentKind[row] !== valueKind.number) return null;
    initial = columns.argument[row]!;
  }
  return final === null ? null : final - initial;
}
