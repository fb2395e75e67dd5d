import { bruteForce, type Told } from './histories.ts';

/**
 * What the rows of a witness say by themselves. Of all others, what was seen is forgotten, and when an update was asked and answered:
 * it may have been done at any time, or never.
 */
export function saysAlone(rows: readonly Told[], witness: readonly number[]): readonly Told[] {
  return sortedRows(rows).flatMap((row, i) => {
    if (witness.includes(i) || row.completion?.type === 'fail') return [row];
    if (row.operation.type === 'read' || row.completion?.type === 'refused') return [];
    return [
      { ...(row.process === undefined ? {} : { process: row.process }), from: -1, operation: row.operation },
    ];
  });
}

/** Rows as `historyOf` numbers them. */
export function sortedRows(rows: readonly Told[]): readonly Told[] {
  return [...rows].sort((a, b) => a.from - b.from);
}

/** Whether a witness contradicts itself, and without any one of its rows does not. */
export function isMinimal(rows: readonly Told[], witness: readonly number[]): boolean {
  if (bruteForce(saysAlone(rows, witness))) return false;
  return witness.every((left) =>
    bruteForce(
      saysAlone(
        rows,
        witness.filter((row) => row !== left),
      ),
    ),
  );
}
