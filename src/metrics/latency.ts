import type { TrialRecord } from '../history/trial.ts';
import { type Distribution, distributionOf } from './percentile.ts';
import { askedAt, codeOfPhase, isAnswered, isOfClass, type LoadPhase, type OperationClass } from './rows.ts';

/** Latency of what was answered; what was not is counted, for its latency is unknown and at least the deadline. */
export interface Latency {
  /** From the due time in open loops (so that waiting for a late client counts), from invocation in closed ones. */
  readonly latency: Distribution | null;
  /** From invocation. */
  readonly service: Distribution | null;
  readonly unanswered: number;
}

export interface LatencySelection {
  readonly phase: LoadPhase;
  readonly operations: OperationClass;
  /** An index in the history's regions, or null for all of them. */
  readonly site: number | null;
}

export function measureLatency({ history }: TrialRecord, selection: LatencySelection): Latency {
  const { columns } = history;
  const phase = codeOfPhase[selection.phase];
  const latencies = new Float64Array(history.length);
  const services = new Float64Array(history.length);
  let answered = 0;
  let unanswered = 0;
  for (let row = 0; row < history.length; row += 1) {
    if (columns.phase[row] !== phase) continue;
    if (selection.site !== null && columns.site[row] !== selection.site) continue;
    if (!isOfClass(columns, row, selection.operations)) continue;
    if (!isAnswered(columns, row)) {
      unanswered += 1;
      continue;
    }
    const completedAt = columns.completedAt[row]!;
    latencies[answered] = completedAt - askedAt(columns, row);
    services[answered] = completedAt - columns.invokedAt[row]!;
    answered += 1;
  }
  return {
    latency: distributionOf(latencies.subarray(0, answered)),
    service: distributionOf(services.subarray(0, answered)),
    unanswered,
  };
}
