import { describe, expect, it } from 'vitest';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { runMatrix } from '../../src/experiment/run.ts';
import type { ExperimentSpec } from '../../src/experiment/spec.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { milliseconds } from '../../src/kernel/time.ts';
import { measureTrial } from '../../src/report/measure.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';

const join: Fault = {
  type: 'join',
  at: milliseconds(400),
  until: null,
  target: { type: 'node', node: 2 },
};
const leave: Fault = { ...join, type: 'leave', at: milliseconds(1_200), target: { type: 'node', node: 0 } };

function spec(faults: readonly Fault[], ...names: string[]): ExperimentSpec {
  const loaded = loadSpec(findWorkload('viral-likes'), strategies, { duration: '2s', strategies: names });
  return { ...loaded, faults };
}

async function trial(faults: readonly Fault[], name: string) {
  const experiment = spec(faults, name);
  const choice = experiment.strategies[0]!;
  const { record } = await runTrial({ spec: experiment, choice, trial: 1, runtime: simRuntime });
  return record;
}

describe('a node that joins under load', () => {
  it('is asked by clients only once it serves', async () => {
    const record = await trial([join], 'crdt');

    const { columns, length } = record.history;
    const [fault] = record.faults;
    const asked = Array.from({ length }, (_, row) => row).filter((row) => columns.node[row] === 2);
    const first = Math.min(...asked.map((row) => columns.invokedAt[row]!));
    expect(asked.length).toBeGreaterThan(10);
    expect(fault!.ended).not.toBeNull();
    expect(first).toBeGreaterThanOrEqual(fault!.ended!);
  });

  it('shows in the report how long it took and what it moved', async () => {
    const record = await trial([join], 'gossip');

    const row = measureTrial(record, []).faults.find(
      ({ region, operations }) => region === 'all' && operations === 'all',
    )!;
    expect(row).toMatchObject({ type: 'join', label: 'join of america-1' });
    expect(row.settledMs).toBeGreaterThan(0);
    expect(row.movedBytes).toBeGreaterThan(0);
    expect(row.endedMs).toBe(row.beganMs + row.settledMs!);
  });

  it('agrees with the others in the end', async () => {
    const record = await trial([join], 'crdt');

    expect(record.convergence?.agreed).toBe(true);
    expect([...record.contents.keys()]).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a node that leaves under load', () => {
  it('counts no more in the end, and no acknowledged like goes with it', async () => {
    const record = await trial([leave], 'crdt');

    expect([...record.contents.keys()]).toEqual([1, 2, 3, 4]);
    expect(record.faults[0]!.membership?.took).toBeGreaterThan(0);
    const { summary } = measureTrial(record, []);
    const measured = summary.find(({ phase }) => phase === 'measured')!;
    expect(measured.acknowledgedIncrements).toBeGreaterThan(100);
    expect(measured.lostIncrements).toBe(0);
  });

  it('comes back where the leave has an end, which counts as a fault of its own', async () => {
    const record = await trial([{ ...leave, until: milliseconds(1_600) }], 'gossip');

    expect(record.faults.map(({ type }) => type)).toEqual(['leave', 'join']);
    expect([...record.contents.keys()]).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a strategy that cannot change its members', () => {
  it('is left out of a run in which nodes join, by name', async () => {
    const experiment = spec([join], 'gossip', 'lock');

    const { leftOut, trials } = await runMatrix({ spec: experiment, runtime: simRuntime });

    expect(leftOut).toEqual([{ label: 'lock', kinds: ['join'] }]);
    expect(trials.map(({ strategy }) => strategy)).toEqual(['gossip']);
  });

  it('is refused before the run starts when no other is left', async () => {
    const running = runMatrix({ spec: spec([leave], 'lock'), runtime: simRuntime });

    await expect(running).rejects.toThrow('lock refuses leave');
  });
});
