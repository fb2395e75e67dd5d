import { describe, expect, it } from 'vitest';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { ExperimentRefusedError, runMatrix } from '../../src/experiment/run.ts';
import type { ExperimentSpec } from '../../src/experiment/spec.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { questionsOf } from '../support/questions.ts';

function spec(workload: string, overrides: Parameters<typeof loadSpec>[2]): ExperimentSpec {
  return loadSpec(findWorkload(workload), strategies, overrides);
}

/** Stream and index → what was asked there, and when it was due. */
async function questions(experiment: ExperimentSpec, label: string): Promise<ReadonlyMap<string, string>> {
  const choice = experiment.strategies.find((strategy) => strategy.label === label)!;
  const { record } = await runTrial({ spec: experiment, choice, trial: 1, runtime: simRuntime });
  return questionsOf(record);
}

describe('the questions of a run', () => {
  it('are the same for every strategy, and due at the same times, in an open loop with a crash', async () => {
    const experiment = spec('viral-likes', { duration: '2s' });

    const [first, ...others] = await Promise.all(
      ['gossip', 'crdt', 'quorum', 'lock'].map((label) => questions(experiment, label)),
    );

    expect(first!.size).toBeGreaterThan(500);
    for (const other of others) expect(other).toEqual(first);
  });

  it('are the same wherever both strategies have asked, in a closed loop', async () => {
    const experiment = spec('registers', { duration: '300ms' });

    const [gossip, quorum] = [await questions(experiment, 'gossip'), await questions(experiment, 'quorum')];

    const both = [...quorum.keys()].filter((place) => gossip.has(place));
    expect(both.length).toBeGreaterThan(100);
    for (const place of both) expect(gossip.get(place)).toBe(quorum.get(place));
  });

  it('are others with another seed', async () => {
    const one = await questions(spec('viral-likes', { duration: '500ms', seed: '1' }), 'gossip');
    const two = await questions(spec('viral-likes', { duration: '500ms', seed: '2' }), 'gossip');

    expect(one).not.toEqual(two);
  });
});

describe('a run that cannot be done as asked', () => {
  it('is refused before it starts when its history would not fit in memory', async () => {
    const experiment = spec('viral-likes', {});
    const huge: ExperimentSpec = {
      ...experiment,
      load: {
        type: 'open',
        arrivals: 'poisson',
        rate: [{ from: 1e9, to: 1e9, lasts: 1e9 }],
        shares: [1, 0, 0],
      },
    };

    const refusal = runMatrix({ spec: huge, runtime: simRuntime });

    await expect(refusal).rejects.toThrow(ExperimentRefusedError);
    await expect(refusal).rejects.toThrow(/may need [\d.]+ GiB and [\d.]+ GiB are free/);
  });

  it('is refused when the runtime lacks a fault, with both lists', async () => {
    const lame = { ...simRuntime, name: 'lame', offers: ['pause'] as const };

    const refusal = runMatrix({ spec: spec('viral-likes', {}), runtime: lame });

    await expect(refusal).rejects.toThrow(/the schedule needs crash; the runtime offers pause/);
  });
});
