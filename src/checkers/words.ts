import { type History, type Row, rowOf } from '../history/history.ts';
import type { Operation, Value } from '../kernel/operation.ts';
import { type Micros, microsPerMillisecond, microsPerSecond } from '../kernel/time.ts';

/** An instant as people read it: seconds, to the millisecond where that is exact, else to the microsecond. */
export function atSecond(at: Micros): string {
  // Checkers part instants at which several things happened.
  const micros = Math.floor(at);
  return `${(micros / microsPerSecond).toFixed(micros % microsPerMillisecond === 0 ? 3 : 6)} s`;
}

/** `, after 4 earlier ones`: what a sentence has no room for; empty where it tells all. */
export function earlierOnes(untold: number): string {
  if (untold <= 0) return '';
  return untold === 1 ? ', after an earlier one' : `, after ${untold} earlier ones`;
}

/** `process 3` */
export function processOf(history: History, row: number): string {
  return `process ${history.columns.process[row]}`;
}

/** `nothing` for a key that was never written. */
export function valueInWords(value: Value | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was read, by a row that is a completed read. */
export function valueRead(history: History, row: number): string {
  const { completion } = rowOf(history, row);
  return valueInWords(completion?.type === 'ok' ? completion.value : undefined);
}

/** `process 1's write of 18` or `process 1's read of 18`. */
export function deedOf(history: History, row: number): string {
  const { process, operation, completion } = rowOf(history, row);
  const whose = `process ${process}'s`;
  if (operation.type !== 'read') return `${whose} ${operationInWords(operation)}`;
  return `${whose} read of ${valueInWords(completion?.type === 'ok' ? completion.value : undefined)}`;
}

export function operationInWords(operation: Operation): string {
  switch (operation.type) {
    case 'read':
      return 'read';
    case 'write':
      return `write of ${valueInWords(operation.value)}`;
    case 'add':
      return `add of ${operation.delta}`;
    case 'cas':
      return `change from ${valueInWords(operation.expected)} to ${valueInWords(operation.value)}`;
    case 'transfer':
      return `transfer of ${operation.amount} from ${operation.key} to ${operation.to}`;
  }
}

/** What became of a row: `process 3 read 17`, `process 1 was refused its add of -1`. */
export function outcomeOf(row: Row, nameKey: boolean): string {
  const { process, operation, completion } = row;
  if (completion?.type === 'refused') {
    return `process ${process} was refused its ${operationInWords(operation)} (${completion.because})`;
  }
  const seen = completion?.type === 'ok' && completion.value !== undefined ? completion.value : undefined;
  const where = nameKey ? ` of ${operation.key}` : '';
  if (operation.type === 'read') return `process ${process} read ${valueInWords(seen)}${where}`;
  const found = seen === undefined ? '' : `, which left ${valueInWords(seen)}`;
  return `process ${process} had its ${operationInWords(operation)} acknowledged${found}`;
}
