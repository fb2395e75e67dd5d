import { expect, test } from 'vitest';
import type { Fault } from '../../src/faults/fault.ts';
import { standbyOf } from '../../src/faults/standby.ts';
import { smallTopology } from '../support/topologies.ts';

const instant = { type: 'constant', value: 0 } as const;
const topology = smallTopology(4, 2, instant, instant);

function change(type: 'join' | 'leave', at: number, node: number): Fault {
  return { type, at, until: null, target: { type: 'node', node } };
}

test('a node stands by where the first that is said of it is that it joins', () => {
  expect(standbyOf([change('join', 10, 3), change('leave', 20, 3)], topology)).toEqual([3]);
  expect(standbyOf([change('join', 20, 3), change('leave', 10, 3)], topology)).toEqual([]);
});

test('a region that joins stands by as a whole', () => {
  const join: Fault = { type: 'join', at: 5, until: null, target: { type: 'region', region: 'america' } };

  expect(standbyOf([join, change('leave', 1, 0)], topology)).toEqual([1, 3]);
});
