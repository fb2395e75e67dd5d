import { beforeAll, describe, expect, test } from 'vitest';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { runMatrix } from '../../src/experiment/run.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import type { TrialOutcome } from '../../src/experiment/trial.ts';
import type { TrialResult } from '../../src/report/result.ts';
import type { Runtime } from '../../src/runtimes/cluster.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { threadsRuntime } from '../../src/runtimes/threads/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { questionsOf } from '../support/questions.ts';

/** Scaled down, with its crash and the return. */
const spec = loadSpec(findWorkload('viral-likes'), strategies, { duration: '2s' });

interface Measured {
  readonly questions: ReadonlyMap<string, string>;
  readonly result: TrialResult;
}

/** Label of a strategy → what a runtime made of it. */
async function measure(runtime: Runtime): Promise<ReadonlyMap<string, Measured>> {
  const measured = new Map<string, Measured>();
  const onEvent = (event: Parameters<NonNullable<Parameters<typeof runMatrix>[0]['onEvent']>>[0]) => {
    if (event.type !== 'trial-ends') return;
    const { record } = event.outcome as TrialOutcome;
    measured.set(event.label, { questions: questionsOf(record), result: event.result });
  };
  await runMatrix({ spec, runtime, onEvent });
  return measured;
}

/** The claimed guarantees that were decided: a busy machine may leave a read unanswered, and so a verdict open. */
function verdictsOf({ result }: Measured): ReadonlyMap<string, string> {
  const decided = result.verdicts.filter((row) => row.claimed && row.verdict !== 'unknown');
  return new Map(decided.map((row) => [row.guarantee, row.verdict]));
}

function verdictOn(guarantee: string, { result }: Measured): string | undefined {
  return result.verdicts.find((row) => row.guarantee === guarantee)?.verdict;
}

describe('one experiment, in virtual time and on worker threads', () => {
  let simulated: ReadonlyMap<string, Measured>;
  let real: ReadonlyMap<string, Measured>;
  beforeAll(async () => {
    simulated = await measure(simRuntime);
    real = await measure(threadsRuntime);
  }, 90_000);
  const labels = spec.strategies.map((choice) => choice.label);

  test.each(labels)('%s is asked the same questions, due at the same times', (label) => {
    expect(simulated.get(label)!.questions.size).toBeGreaterThan(500);
    expect(real.get(label)!.questions).toEqual(simulated.get(label)!.questions);
  });

  test.each(labels)('%s keeps the same promises', (label) => {
    const verdicts = verdictsOf(simulated.get(label)!);
    const onThreads = [...verdictsOf(real.get(label)!)];

    expect(onThreads.length).toBeGreaterThan(0);
    for (const [guarantee, verdict] of onThreads) expect(verdict).toBe(verdicts.get(guarantee));
  });

  test.each(['gossip', 'crdt'])('%s shows that it is not linearizable', (label) => {
    expect(verdictOn('linearizable', simulated.get(label)!)).toBe('violated');
    expect(verdictOn('linearizable', real.get(label)!)).toBe('violated');
  });
});
