import { expect, test } from 'vitest';
import { type Evidence, sceneOf } from '../../../src/experiment/explain/scene.ts';
import type { Row } from '../../../src/history/history.ts';
import { smallTopology } from '../../support/topologies.ts';

const delay = { type: 'constant', value: 1_000 } as const;
const topology = smallTopology(3, 3, delay, delay);

function row(known: Partial<Row>): Row {
  return {
    row: 0,
    stream: 0,
    index: 0,
    process: 0,
    site: 0,
    node: 0,
    attempts: 1,
    phase: 'measured',
    operation: { type: 'read', key: 'x' },
    dueAt: null,
    invokedAt: 100_000,
    completedAt: 200_000,
    completion: { type: 'ok', value: 7 },
    ...known,
  };
}

function evidence(known: Partial<Evidence>): Evidence {
  return { title: 't', sentence: 's', rows: [row({})], journeys: [], faults: [], topology, ...known };
}

test('the read that the sentence accuses is the wrong one; where it names no time, the last that was answered', () => {
  const rows = [
    row({ process: 1, invokedAt: 100_000 }),
    row({ process: 2, invokedAt: 300_000, completedAt: 400_000 }),
    row({ process: 3, invokedAt: 350_000, completedAt: null, completion: null }),
  ];
  const wrongIn = (sentence: string) =>
    sceneOf(evidence({ rows, sentence })).operations.map(({ wrong }) => wrong);

  expect(wrongIn('process 1 read 7 at 0.100 s although process 2 read 7 at 0.300 s')).toEqual([
    true,
    false,
    false,
  ]);
  expect(wrongIn('no order agrees')).toEqual([false, true, false]);
});

test('bars say in words what was asked and what came of it, with keys where there are several', () => {
  const texts = (rows: readonly Row[]) => sceneOf(evidence({ rows })).operations.map(({ text }) => text);
  const write = { type: 'write', key: 'x', value: 5 } as const;

  expect(
    texts([
      row({ completion: { type: 'ok', value: null } }),
      row({ operation: write, completion: { type: 'ok' } }),
      row({ operation: write, completion: { type: 'info', error: 'deadline passed' } }),
      row({
        operation: { type: 'cas', key: 'x', expected: 1, value: 2 },
        completion: { type: 'refused', because: 'mismatch' },
      }),
      row({
        operation: { type: 'add', key: 'x', delta: -1, floor: 0 },
        completion: { type: 'fail', error: 'no' },
      }),
    ]),
  ).toEqual([
    'reads nothing',
    'writes 5',
    'writes 5 (no answer)',
    'changes 1 to 2 (refused)',
    'adds -1 (failed)',
  ]);
  expect(texts([row({}), row({ operation: { type: 'write', key: 'y', value: 5 } })])).toEqual([
    'reads 7 from x',
    'writes 5 to y',
  ]);
});

test('faults of the time are shaded on lanes of whom they strike, and called without names that the lane has', () => {
  const fault = (label: string, nodes: readonly number[], began: number, ended: number | null) => ({
    label,
    type: 'any',
    nodes,
    began,
    effective: began,
    ended,
  });
  const faults = [
    fault('crash of asia-1, disk lost', [0], 120_000, 150_000),
    fault('clock skew of asia-1 by +5 ms', [0], 0, null),
    fault('disk of asia-1 slow by 5 ms', [0], 150_000, 900_000),
    fault('partition of asia from europe', [0, 2], 90_000, 110_000),
    fault('pause of asia-1', [0], 300_000, 400_000),
    fault('pause of europe-1', [2], 120_000, 130_000),
  ];

  const scene = sceneOf(evidence({ faults }));

  expect(scene.lanes.map(({ name }) => name)).toEqual(['process 0', topology.nodes[0]!.name]);
  expect(scene.faults.map(({ short, lanes, to }) => [short, lanes, to])).toEqual([
    ['crash, disk lost', [1], 150_000],
    ['clock skew by +5 ms', [1], null],
    ['disk slow by 5 ms', [1], null],
    ['partition of asia from europe', [1], 110_000],
  ]);
});
