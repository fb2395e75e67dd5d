import type { Judgement } from '../checkers/verdict.ts';
import type { TrialRecord } from '../history/trial.ts';
import { judgeReads } from '../metrics/staleness.ts';
import { resultSchemaVersion, type TrialKey, type TrialResult } from './result.ts';
import { faultRows } from './rows/faults.ts';
import { latencyRows } from './rows/latency.ts';
import { stalenessRows } from './rows/staleness.ts';
import { summaryRows } from './rows/summary.ts';
import { timelineRows } from './rows/timeline.ts';
import { verdictRows } from './rows/verdicts.ts';

/** Everything that is reported of one trial: a pure function of its record and of what the checkers said. */
export function measureTrial(record: TrialRecord, judgements: readonly Judgement[]): TrialResult {
  const key: TrialKey = {
    schemaVersion: resultSchemaVersion,
    strategy: record.label,
    trial: record.trial,
  };
  const staleness = judgeReads(record.history);
  return {
    ...key,
    summary: summaryRows(record, key, staleness),
    timeline: timelineRows(record, key, staleness),
    latency: latencyRows(record, key),
    staleness: stalenessRows(record, key, staleness),
    faults: faultRows(record, key),
    verdicts: verdictRows(judgements, key),
  };
}
