import { describe, expect, test } from 'vitest';
import type { LinkChoice, Place } from '../../src/faults/fault.ts';
import { linksOf, nodesOfTarget } from '../../src/faults/targets.ts';
import { smallTopology } from '../support/topologies.ts';

const delay = { type: 'constant', value: 1 } as const;
/** Nodes 0 and 2 in asia, 1 in america; 3 and 4 are the clients of asia and america. */
const topology = smallTopology(3, 2, delay, delay);
const asia: Place = { type: 'region', region: 'asia' };
const america: Place = { type: 'region', region: 'america' };
const node2: Place = { type: 'node', node: 2 };

function links(choice: LinkChoice): readonly string[] {
  return linksOf(choice, topology).map(([from, to]) => `${from}→${to}`);
}

describe('links', () => {
  test('between two regions are those of their nodes and of their clients, in both directions or in one', () => {
    expect(links({ type: 'between', from: asia, to: america, direction: 'one-way' })).toEqual([
      '0→1',
      '0→4',
      '2→1',
      '2→4',
      '3→1',
    ]);
    expect(links({ type: 'between', from: asia, to: america, direction: 'both' })).toHaveLength(10);
  });

  test('of a place lead to everything else, and not about inside it', () => {
    expect(links({ type: 'of', place: node2 })).toEqual([
      '0→2',
      '1→2',
      '2→0',
      '2→1',
      '2→3',
      '2→4',
      '3→2',
      '4→2',
    ]);
    expect(links({ type: 'of', place: asia })).not.toContain('0→2');
    expect(links({ type: 'of', place: asia })).not.toContain('3→0');
  });

  test('of a region and itself are those inside it', () => {
    expect(links({ type: 'between', from: asia, to: asia, direction: 'both' })).toEqual([
      '0→2',
      '0→3',
      '2→0',
      '2→3',
      '3→0',
      '3→2',
    ]);
  });

  test('are all of them but those between clients', () => {
    const all = links({ type: 'all' });

    expect(all).toHaveLength(5 * 4 - 2);
    expect(all).not.toContain('3→4');
  });
});

test('a target is a node, a region or all; a role is known only when it is struck', () => {
  expect(nodesOfTarget({ type: 'all' }, topology)).toEqual([0, 1, 2]);
  expect(nodesOfTarget(asia, topology)).toEqual([0, 2]);
  expect(nodesOfTarget(node2, topology)).toEqual([2]);
  expect(nodesOfTarget({ type: 'role', role: 'holder' }, topology)).toBeNull();
});
