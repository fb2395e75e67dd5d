import { rowOf } from '../../src/history/history.ts';
import type { TrialRecord } from '../../src/history/trial.ts';

/** Stream and index → what was asked there during the load, and when it was due after its start. */
export function questionsOf({ history, window }: TrialRecord): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  for (let i = 0; i < history.length; i += 1) {
    const row = rowOf(history, i);
    if (row.phase === 'setup' || row.phase === 'final') continue;
    const due = row.dueAt === null ? null : row.dueAt - window.loadFrom;
    asked.set(`${row.stream} ${row.index}`, JSON.stringify([row.operation, due]));
  }
  return asked;
}
