import type { Judgement } from '../checkers/verdict.ts';
import { Recorder } from '../history/recorder.ts';
import type { TrialRecord } from '../history/trial.ts';
import { judgeReadsExactly } from '../metrics/exact-staleness.ts';
import { keyViews } from '../metrics/keys.ts';
import { judgeReads } from '../metrics/staleness.ts';
import { resultSchemaVersion, type TrialKey, type TrialResult } from './result.ts';
import { atomicityRows } from './rows/atomicity.ts';
import { faultRows } from './rows/faults.ts';
import { latencyRows } from './rows/latency.ts';
import { stalenessRows } from './rows/staleness.ts';
import { summaryRows } from './rows/summary.ts';
import { timelineRows } from './rows/timeline.ts';
import { verdictRows } from './rows/verdicts.ts';
import { visibilityRows } from './rows/visibility.ts';

/** Everything that is reported of one trial: a pure function of its record and of what the checkers said. */
export function measureTrial(record: TrialRecord, judgements: readonly Judgement[]): TrialResult {
  const key: TrialKey = {
    schemaVersion: resultSchemaVersion,
    strategy: record.label,
    trial: record.trial,
  };
  const views = keyViews(record.history);
  const staleness = judgeReads(record.history, views);
  return {
    ...key,
    summary: summaryRows(record, key, staleness, views),
    timeline: timelineRows(record, key, staleness),
    latency: latencyRows(record, key),
    staleness: stalenessRows(
      record,
      key,
      staleness,
      judgeReadsExactly(record.history, record.commits, views),
    ),
    visibility: visibilityRows(record, key, staleness),
    atomicity: atomicityRows(record.history, key, views),
    faults: faultRows(record, key, staleness),
    verdicts: verdictRows(judgements, key),
  };
}

/** What is known of a trial that broke before it had a record. */
export type BrokenTrial = Pick<TrialRecord, 'label' | 'strategy' | 'trial' | 'seed' | 'openLoop'> & {
  /** The stack of what broke it. */
  readonly broken: string;
};

/** The result of a trial of which nothing was measured but that it broke. */
export function brokenTrial(known: BrokenTrial): TrialResult {
  const result = measureTrial({ ...nothingMeasured(), ...known }, []);
  return { ...result, summary: result.summary.map((row) => ({ ...row, family: '' })) };
}

function nothingMeasured(): Omit<TrialRecord, keyof BrokenTrial> {
  return {
    family: 'eventual',
    kinds: [],
    history: new Recorder(0).history([], []),
    commits: null,
    window: { loadFrom: 0, measuredFrom: 0, measuredTo: 0, loadTo: 0 },
    faults: [],
    cost: { messages: 0, bytes: 0, crossRegionMessages: 0, crossRegionBytes: 0 },
    convergence: null,
    contents: new Map(),
    generatorLateness: null,
    deliveryLateness: null,
    partial: false,
  };
}
