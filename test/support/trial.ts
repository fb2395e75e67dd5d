import type { History } from '../../src/history/history.ts';
import type { FaultRecord, TrialRecord } from '../../src/history/trial.ts';

/** The record of a trial around a history, measured over its whole length unless told otherwise. */
export function trialOf(history: History, known: Partial<TrialRecord> = {}): TrialRecord {
  const { columns, length } = history;
  let end = 0;
  for (let row = 0; row < length; row += 1) {
    const completedAt = columns.completedAt[row]!;
    end = Math.max(end, columns.invokedAt[row]!, Number.isNaN(completedAt) ? 0 : completedAt);
  }
  return {
    label: 'gossip',
    strategy: 'gossip',
    family: 'eventual',
    trial: 1,
    seed: 'seed/trial/1',
    kinds: ['read', 'write'],
    openLoop: length > 0 && !Number.isNaN(columns.dueAt[0]!),
    history,
    commits: null,
    window: { loadFrom: 0, measuredFrom: 0, measuredTo: end, loadTo: end },
    faults: [],
    cost: { messages: 0, bytes: 0, crossRegionMessages: 0, crossRegionBytes: 0 },
    convergence: null,
    contents: new Map(),
    generatorLateness: null,
    deliveryLateness: null,
    partial: false,
    broken: null,
    ...known,
  };
}

/** A crash of `america-1`; times in milliseconds. */
export function crash(began: number, ended: number | null): FaultRecord {
  return {
    label: 'crash of america-1',
    type: 'crash',
    nodes: [1],
    began: began * 1_000,
    effective: began * 1_000,
    ended: ended === null ? null : ended * 1_000,
  };
}
