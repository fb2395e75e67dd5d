import type { History } from '../history/history.ts';
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
  const { answered, unanswered } = selectRows(history, selection);
  const latencies = new Float64Array(answered.length);
  const services = new Float64Array(answered.length);
  for (let i = 0; i < answered.length; i += 1) {
    const row = answered[i]!;
    const completedAt = columns.completedAt[row]!;
    latencies[i] = completedAt - askedAt(columns, row);
    services[i] = completedAt - columns.invokedAt[row]!;
  }
  return { latency: distributionOf(latencies), service: distributionOf(services), unanswered };
}

function selectRows(history: History, { phase, operations, site }: LatencySelection) {
  const { columns, length } = history;
  const code = codeOfPhase[phase];
  const answered = new Uint32Array(length);
  let count = 0;
  let unanswered = 0;
  for (let row = 0; row < length; row += 1) {
    if (columns.phase[row] !== code || !isOfClass(columns, row, operations)) continue;
    if (site !== null && columns.site[row] !== site) continue;
    if (isAnswered(columns, row)) {
      answered[count] = row;
      count += 1;
    } else {
      unanswered += 1;
    }
  }
  return { answered: answered.subarray(0, count), unanswered };
}
