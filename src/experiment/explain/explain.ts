import type { Judgement } from '../../checkers/verdict.ts';
import { rowOf } from '../../history/history.ts';
import type { TrialRecord } from '../../history/trial.ts';
import type { Guarantee } from '../../kernel/guarantee.ts';
import type { Micros } from '../../kernel/time.ts';
import { drawScene } from '../../report/space-time/draw.ts';
import { Trace } from '../../runtimes/sim/trace.ts';
import { tracedSimRuntime } from '../../runtimes/sim/traced.ts';
import type { Topology } from '../../topology/topology.ts';
import { runTrial, type TrialRequest } from '../trial.ts';
import { journeysOf } from './relevance.ts';
import { sceneOf } from './scene.ts';

/** Entries of a trace that a picture may be made from: more than any witness needs, and bounded. */
const entriesKept = 2_000_000;

/** A violation with a witness, as a judge found it. */
export type Violation = Judgement & { readonly verdict: { readonly type: 'violated' } };

/**
 * The violation to explain: the first of those that are wanted, else of a promise, else of all; undefined where none is shown
 * by operations.
 */
export function firstViolation(
  judgements: readonly Judgement[],
  wanted: readonly Guarantee[] = [],
): Violation | undefined {
  const violations = judgements.filter(
    (judgement): judgement is Violation =>
      judgement.verdict.type === 'violated' && judgement.verdict.witness.length > 0,
  );
  return (
    violations.find(({ guarantee }) => wanted.includes(guarantee)) ??
    violations.find(({ claimed }) => claimed) ??
    violations[0]
  );
}

/** A trace that will hold what `explain` needs of the same run, run once more: the time of the witness. */
export function traceFor({ history }: TrialRecord, { verdict }: Violation): Trace {
  const { invokedAt, completedAt } = history.columns;
  const ends = verdict.witness.map((row) =>
    Number.isNaN(completedAt[row]!) ? invokedAt[row]! : completedAt[row]!,
  );
  const from: Micros = Math.min(...verdict.witness.map((row) => invokedAt[row]!));
  return new Trace({ from, until: Math.max(...ends), limit: entriesKept });
}

/** Runs a trial in virtual time once more, now with a trace, and draws a violation that its first run, `record`, has shown. */
export async function explainTrial(
  request: Omit<TrialRequest, 'runtime'>,
  record: TrialRecord,
  violation: Violation,
): Promise<string> {
  const trace = traceFor(record, violation);
  await runTrial({ ...request, runtime: tracedSimRuntime(trace, request.strategy) });
  return explain(trace, record, violation, request.spec.topology);
}

/** Draws why a violation came about, as an SVG: the witness, the messages behind it, and the faults of that time. */
export function explain(trace: Trace, record: TrialRecord, violation: Violation, topology: Topology): string {
  const { guarantee, claimed, verdict } = violation;
  const rows = verdict.witness.map((row) => rowOf(record.history, row));
  return drawScene(
    sceneOf({
      title: `${record.label} ${claimed ? 'breaks its promise' : 'is not'} "${guarantee}"`,
      sentence: sentenceOf(verdict.sentence),
      rows,
      journeys: journeysOf(trace, rows, topology),
      faults: record.faults,
      topology,
    }),
  );
}

function sentenceOf(words: string): string {
  const sentence = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
