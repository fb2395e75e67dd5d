import { type Columns, completionCode, type History, kindCode, phaseCode } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import type { Micros } from '../kernel/time.ts';

/** A stretch of the shared clock, its end excluded. */
export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

/** Reads and updates are measured apart, and together. */
export const operationClasses = ['all', 'read', 'write'] as const;
export type OperationClass = (typeof operationClasses)[number];

/** The phases in which load is offered, and where each began and ended. */
export const loadPhases = ['warm-up', 'measured', 'cool-down'] as const;
export type LoadPhase = (typeof loadPhases)[number];

export const codeOfPhase: Readonly<Record<LoadPhase, number>> = {
  'warm-up': phaseCode.warmUp,
  measured: phaseCode.measured,
  'cool-down': phaseCode.coolDown,
};

export function spanOfPhase({ window }: TrialRecord, phase: LoadPhase): Span {
  switch (phase) {
    case 'warm-up':
      return { from: window.loadFrom, to: window.measuredFrom };
    case 'measured':
      return { from: window.measuredFrom, to: window.measuredTo };
    case 'cool-down':
      return { from: window.measuredTo, to: window.loadTo };
  }
}

/** Whether a row was asked by the load, and not to set up or to read the final values. */
export function isLoad(columns: Columns, row: number): boolean {
  const phase = columns.phase[row]!;
  return phase >= phaseCode.warmUp && phase <= phaseCode.coolDown;
}

export function isRead(columns: Columns, row: number): boolean {
  return columns.kind[row] === kindCode.read;
}

export function isOfClass(columns: Columns, row: number, operations: OperationClass): boolean {
  return operations === 'all' || (operations === 'read') === isRead(columns, row);
}

/** When the question was put: when it was due in open loops, when it was invoked in closed ones. */
export function askedAt(columns: Columns, row: number): Micros {
  const due = columns.dueAt[row]!;
  return Number.isNaN(due) ? columns.invokedAt[row]! : due;
}

/** An answer, `ok` or `refused`; anything else is a failure to answer. */
export function isAnswered(columns: Columns, row: number): boolean {
  const code = columns.completion[row]!;
  return code === completionCode.ok || code === completionCode.refused;
}

export function isOk(columns: Columns, row: number): boolean {
  return columns.completion[row] === completionCode.ok;
}

/** Whether an update may have taken effect or may do so yet, though nobody said so. */
export function isUnknown(columns: Columns, row: number): boolean {
  const code = columns.completion[row]!;
  return code === completionCode.info || code === completionCode.open;
}

/** Rows parted into groups, each in the order of the history. */
export interface Groups {
  /** Where each group starts in `rows`, and one more entry for the end. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** Parts the rows of a history into `count` groups by a counting sort; a row of group −1 is left out. */
export function groupRows(history: History, count: number, groupOf: (row: number) => number): Groups {
  const groups = new Int32Array(history.length);
  const starts = new Uint32Array(count + 1);
  for (let row = 0; row < history.length; row += 1) {
    const group = groupOf(row);
    groups[row] = group;
    if (group >= 0) starts[group + 1]! += 1;
  }
  for (let group = 0; group < count; group += 1) starts[group + 1]! += starts[group]!;
  const next = starts.slice(0, count);
  const rows = new Uint32Array(starts[count]!);
  for (let row = 0; row < history.length; row += 1) {
    const group = groups[row]!;
    if (group < 0) continue;
    rows[next[group]!] = row;
    next[group]! += 1;
  }
  return { starts, rows };
}

export function rowsOfGroup(groups: Groups, group: number): Uint32Array {
  return groups.rows.subarray(groups.starts[group]!, groups.starts[group + 1]!);
}
