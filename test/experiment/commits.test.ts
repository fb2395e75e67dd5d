import { expect, test } from 'vitest';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import { measureTrial } from '../../src/report/measure.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { threadsRuntime } from '../../src/runtimes/threads/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';

const runtimes = { sim: simRuntime, threads: threadsRuntime };

async function trialOn(runtime: keyof typeof runtimes, commits: boolean) {
  const spec = loadSpec('workloads/registers.yaml', strategies, {
    seed: '7',
    duration: '500ms',
    strategies: ['gossip'],
  });
  const { record } = await runTrial({
    spec,
    choice: spec.strategies[0]!,
    trial: 1,
    runtime: runtimes[runtime],
    runtimeOptions: { commits },
  });
  return { record, staleness: measureTrial(record, []).staleness[0]! };
}

test('a run in virtual time tells the exact staleness of every judged read where commits are wanted', async () => {
  const { record, staleness } = await trialOn('sim', true);

  expect(record.commits?.dropped).toBe(0);
  expect(staleness.exactReads).toBe(staleness.judgedReads);
  expect(staleness.exactStaleReads).toBeGreaterThan(staleness.staleReads!);
  expect(staleness.exactStalenessMsMax).toBeGreaterThanOrEqual(staleness.stalenessMsMax!);
});

// On a busy machine a write may stay unanswered, and a stamp may be later than the write that came after it.
test('a run on threads tells the exact staleness of most reads where commits are wanted', async () => {
  const { record, staleness } = await trialOn('threads', true);

  expect(record.commits?.dropped).toBe(0);
  expect(staleness.exactReads).toBeGreaterThan(staleness.judgedReads / 2);
  expect(staleness.exactMissedVersionsMax).toBeGreaterThanOrEqual(0);
});

test.each(['sim', 'threads'] as const)('a run on %s keeps no commits that nobody wants', async (runtime) => {
  const { record, staleness } = await trialOn(runtime, false);

  expect(record.commits).toBeNull();
  expect(staleness).toMatchObject({ exactReads: null, exactStaleReads: null, exactMissedVersionsMax: null });
});
