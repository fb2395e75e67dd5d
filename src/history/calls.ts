import type { Plain } from '../kernel/operation.ts';
import { type History, type Row, rowOf } from './history.ts';
import type { RecordedCall } from './recorded.ts';

const nanosPerMicro = 1_000;

/**
 * Our own history in the shape of other recorders', times in nanoseconds as Jepsen counts them. They know no refusal: it becomes
 * `fail`, which says less, and neither the floor of an add nor what an update told of the value that it left is told.
 */
export function callsOf(history: History): readonly RecordedCall[] {
  return Array.from({ length: history.length }, (_, row) => callOf(rowOf(history, row)));
}

/** One row as a call. Its line is its row, from 1. */
export function callOf({ row, process, operation, completion, invokedAt, completedAt }: Row): RecordedCall {
  const outcome = completion?.type === 'refused' ? 'fail' : (completion?.type ?? 'info');
  const input = inputOf(operation);
  const seen = operation.type === 'read' && completion?.type === 'ok' ? (completion.value ?? null) : input;
  return {
    process: String(process),
    function: operation.type,
    key: operation.type === 'transfer' ? null : operation.key,
    input,
    output: outcome === 'ok' ? seen : undefined,
    outcome,
    invokedAt: invokedAt * nanosPerMicro,
    completedAt: completedAt === null ? Number.POSITIVE_INFINITY : completedAt * nanosPerMicro,
    line: row + 1,
  };
}

function inputOf(operation: Row['operation']): Plain {
  switch (operation.type) {
    case 'read':
      return null;
    case 'write':
      return operation.value;
    case 'add':
      return operation.delta;
    case 'cas':
      return [operation.expected, operation.value];
    case 'transfer': {
      const { key, to, amount, floor } = operation;
      return { from: key, to, amount, ...(floor === null ? {} : { floor }) };
    }
  }
}
