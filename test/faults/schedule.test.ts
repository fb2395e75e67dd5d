import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutsOf, type Fault, needsOf, type PartitionFault } from '../../src/faults/fault.ts';
import { faultLabel } from '../../src/faults/labels.ts';
import { overlapsOf } from '../../src/faults/overlaps.ts';
import { actionsOf, edgesOf, kindsNeeded, refusalOf } from '../../src/faults/schedule.ts';
import { knownNodesOf } from '../../src/faults/targets.ts';
import { seconds } from '../../src/kernel/time.ts';
import { buildTopology, withNodes } from '../../src/topology/build.ts';
import { topologyPresets } from '../../src/topology/presets.ts';

/** asia-1, asia-2, america-1, america-2, europe-1. */
const topology = buildTopology(withNodes(topologyPresets['world-3x1']!.plan, 5));

function crash(node: number, at: number, until: number | null, disk: 'kept' | 'lost' = 'kept'): Fault {
  const span = { at: seconds(at), until: until === null ? null : seconds(until) };
  return { type: 'crash', target: { type: 'node', node }, ...span, disk };
}

function pause(region: string, at: number, until: number): Fault {
  return { type: 'pause', target: { type: 'region', region }, at: seconds(at), until: seconds(until) };
}

function partition(
  sides: readonly (readonly number[])[],
  at: number,
  until: number,
  direction: 'both' | 'one-way' = 'both',
): PartitionFault {
  return { type: 'partition', sides, at: seconds(at), until: seconds(until), direction };
}

const roleCrash: Fault = {
  type: 'crash',
  target: { type: 'role', role: 'holder', key: 'tweet:0' },
  at: seconds(1),
  until: seconds(2),
  disk: 'kept',
};

describe('edges', () => {
  test('come in the order of their times, and at one instant ends before starts', () => {
    const faults = [crash(0, 4, 7), crash(1, 1, 4), partition([[0], [1]], 4, 5)];

    const edges = edgesOf(faults, topology).map(({ at, fault, type }) => `${at / 1e6} ${type} ${fault}`);

    expect(edges).toEqual(['1 start 1', '4 end 1', '4 start 0', '4 start 2', '5 end 2', '7 end 0']);
  });

  test('carry the actions that begin and end each fault', () => {
    const actions = edgesOf([crash(2, 1, 3, 'lost'), pause('asia', 4, 5)], topology).map(
      ({ action }) => action,
    );

    expect(actions).toEqual([
      { type: 'crash', nodes: [2] },
      { type: 'restart', nodes: [2], disk: 'lost' },
      { type: 'pause', nodes: [0, 1] },
      { type: 'resume', nodes: [0, 1] },
    ]);
  });

  test('of a partition cut its links and heal the same ones', () => {
    const [start, end] = edgesOf([partition([[0], [1, 2]], 1, 2, 'one-way')], topology);
    const cuts = [
      [0, 1],
      [0, 2],
    ];

    expect(start?.action).toEqual({ type: 'cut', cuts });
    expect(end?.action).toEqual({ type: 'heal', cuts });
  });

  test('leave a role open until the strike', () => {
    const edges = edgesOf([roleCrash], topology);

    expect(edges.map(({ action }) => action)).toEqual([null, null]);
    expect(actionsOf(roleCrash, [3], topology).start).toEqual({ type: 'crash', nodes: [3] });
    expect(knownNodesOf(roleCrash, topology)).toBeNull();
  });

  test('have no end where only the end of the load ends the fault', () => {
    expect(edgesOf([crash(0, 4, null)], topology).map(({ type }) => type)).toEqual(['start']);
  });

  test('start and end every fault once, whatever the schedule', () => {
    const fault = fc
      .tuple(fc.nat(4), fc.nat(9), fc.integer({ min: 1, max: 5 }))
      .map(([node, at, lasts]) => crash(node, at, at + lasts));
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 10 }), (faults) => {
        const edges = edgesOf(faults, topology);

        expect(edges).toHaveLength(2 * faults.length);
        expect(edges.map(({ at }) => at)).toEqual(edges.map(({ at }) => at).toSorted((a, b) => a - b));
        faults.forEach((_, index) => {
          expect(edges.filter((edge) => edge.fault === index).map(({ type }) => type)).toEqual([
            'start',
            'end',
          ]);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a runtime that lacks a kind of fault', () => {
  test('refuses the schedule with both lists', () => {
    const faults = [
      crash(0, 1, 2),
      crash(1, 1, 2, 'lost'),
      crash(2, 1, 2, 'lost'),
      partition([[0], [1]], 1, 2),
    ];

    const because = refusalOf(faults, { name: 'threads', offers: ['crash', 'pause'] });

    expect(because).toBe(
      'the runtime threads cannot do disk-loss, partition: ' +
        'the schedule needs crash, disk-loss, partition; the runtime offers crash, pause',
    );
  });

  test('takes a schedule that asks for no more than it offers', () => {
    expect(refusalOf([crash(0, 1, 2)], { name: 'sim', offers: ['crash'] })).toBeNull();
    expect(refusalOf([], { name: 'engine', offers: [] })).toBeNull();
    expect(refusalOf([crash(0, 1, 2)], { name: 'engine', offers: [] })).toContain('the runtime offers none');
  });
});

test('the kinds that a schedule needs are told once each', () => {
  expect(kindsNeeded([crash(0, 1, 2), crash(1, 1, 2), pause('asia', 1, 2)])).toEqual(['crash', 'pause']);
  expect(needsOf(crash(0, 1, 2, 'lost'))).toBe('disk-loss');
});

describe('overlaps', () => {
  const because = (faults: readonly Fault[]) =>
    overlapsOf(faults, topology).map((overlap) => overlap.because);

  test('a crashed node cannot crash or pause', () => {
    expect(because([crash(0, 4, 7), crash(0, 5, 8)])).toEqual(['asia-1 is already crashed']);
    expect(because([crash(1, 4, 7), pause('asia', 5, 6)])).toEqual(['asia-2 is already crashed']);
    expect(because([pause('asia', 1, 9), crash(1, 4, 7)])).toEqual(['asia-2 is already paused']);
  });

  test('a fault without an end overlaps all that follows', () => {
    expect(because([crash(0, 4, null), crash(0, 9, 10)])).toEqual(['asia-1 is already crashed']);
  });

  test('a link cannot be cut twice, in either order of the schedule', () => {
    const whole = partition(
      [
        [0, 1],
        [2, 3, 4],
      ],
      1,
      5,
    );
    const inside = partition([[0], [4]], 2, 3);

    expect(because([whole, inside])).toEqual(['the link from asia-1 to europe-1 is already cut']);
    expect(because([inside, whole])).toEqual(['the link from asia-1 to europe-1 is already cut']);
    expect(overlapsOf([inside, whole], topology)[0]).toMatchObject({ earlier: 1, later: 0 });
  });

  test('other links, other nodes and later times do not clash', () => {
    expect(because([crash(0, 4, 7), crash(0, 7, 8)])).toEqual([]);
    expect(because([crash(0, 4, 7), crash(1, 5, 8), partition([[0], [1]], 5, 6)])).toEqual([]);
    expect(because([partition([[0], [1]], 1, 5, 'one-way'), partition([[1], [0]], 2, 3, 'one-way')])).toEqual(
      [],
    );
    expect(because([roleCrash, crash(0, 1, 2)])).toEqual([]);
  });
});

describe('members', () => {
  const change = (type: 'join' | 'leave', node: number, at: number, until: number | null = null): Fault => ({
    type,
    target: { type: 'node', node },
    at: seconds(at),
    until: until === null ? null : seconds(until),
  });
  const because = (...faults: readonly Fault[]) =>
    overlapsOf(faults, topology).map((overlap) => overlap.because);

  test('who has joined is as good as any other, and who has left may join again', () => {
    expect(
      because(change('join', 4, 1), crash(4, 2, 3), change('leave', 4, 5), change('join', 4, 6)),
    ).toEqual([]);
  });

  test('nobody joins twice, or leaves while it is to leave anyway, and who is gone cannot crash', () => {
    expect(because(change('join', 4, 1), change('join', 4, 2))).toEqual(['europe-1 has already joined']);
    expect(because(change('join', 4, 1, 5), change('leave', 4, 2))).toEqual(['europe-1 has already left']);
    expect(because(change('leave', 4, 1), crash(4, 2, 3))).toEqual(['europe-1 has already left']);
  });

  test('whoever stands by cannot be struck', () => {
    expect(because(change('join', 4, 5), pause('europe', 1, 2))).toEqual(['europe-1 is no member yet']);
  });
});

test('what has no length starts before it ends, after what else ends then', () => {
  const restart: Fault = {
    type: 'restart',
    target: { type: 'node', node: 0 },
    at: 4,
    until: 4,
    disk: 'kept',
  };
  const before: Fault = { ...restart, type: 'crash', at: 1 };
  const after: Fault = { ...restart, type: 'pause', target: { type: 'node', node: 1 }, until: 9 };

  const edges = edgesOf([restart, before, after], topology);

  expect(edges.map(({ at, fault, type }) => `${at} ${type} ${fault}`)).toEqual([
    '1 start 1',
    '4 end 1',
    '4 start 0',
    '4 start 2',
    '4 end 0',
    '9 end 2',
  ]);
});

test.each([
  ['crash of america-1', crash(2, 1, 2)],
  ['crash of america-1, disk lost', crash(2, 1, 2, 'lost')],
  ['crash of the holder of tweet:0', roleCrash],
  ['pause of asia', pause('asia', 1, 2)],
  [
    'partition of asia from america and europe',
    partition(
      [
        [0, 1],
        [2, 3, 4],
      ],
      1,
      2,
    ),
  ],
  ['partition of asia-1 from america and asia-2', partition([[0], [1, 2, 3]], 1, 2)],
  ['partition of asia from america from europe', partition([[0, 1], [2, 3], [4]], 1, 2)],
  ['one-way partition of asia from europe', partition([[0, 1], [4]], 1, 2, 'one-way')],
])('people call it: %s', (label, fault) => {
  expect(faultLabel(fault, topology)).toBe(label);
});

test('a partition cuts every link between sides and none inside one', () => {
  const cuts = cutsOf(partition([[0, 1], [2], [3]], 1, 2)).map(String);

  expect(cuts).toHaveLength(10);
  expect(cuts).not.toContain('0,1');
  expect(cuts).toContain('3,2');
});
