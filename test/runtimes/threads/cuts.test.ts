import { expect, test } from 'vitest';
import { Cuts } from '../../../src/runtimes/threads/cuts.ts';
import { SharedState } from '../../../src/runtimes/threads/shared-state.ts';
import { noDelay } from '../../support/threads.ts';
import { smallTopology } from '../../support/topologies.ts';

/** Nodes 0 and 2 in asia, node 1 in america; then the clients of asia (3), america (4) and europe (5), which has no node. */
function fixture() {
  const small = smallTopology(3, 3, noDelay, noDelay);
  const nodes = small.nodes.map((node) => (node.id === 2 ? { ...node, region: 'asia' } : node));
  const topology = { ...small, nodes };
  const state = new SharedState(topology);
  return { state, cuts: new Cuts(topology, state) };
}

test('clients are cut off from a node once every node of their region is, in that direction', () => {
  const { state, cuts } = fixture();

  cuts.cut([[0, 1]]);
  const half = state.isCut(3, 1);
  cuts.cut([[2, 1]]);

  expect(half).toBe(false);
  expect([state.isCut(3, 1), state.isCut(1, 3)]).toEqual([true, false]);
});

test('clients are never cut off from nodes of their own region, nor where their region has no node', () => {
  const { state, cuts } = fixture();

  cuts.cut([
    [0, 2],
    [2, 0],
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 1],
  ]);

  expect([state.isCut(3, 0), state.isCut(3, 2), state.isCut(5, 0), state.isCut(5, 1)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([state.isCut(4, 0), state.isCut(0, 4)]).toEqual([true, true]);
});

test('a link that two faults cut works again when both have healed', () => {
  const { state, cuts } = fixture();
  cuts.cut([[0, 1]]);
  cuts.cut([[0, 1]]);

  cuts.heal([[0, 1]]);
  const healedOnce = state.isCut(0, 1);
  cuts.heal([[0, 1]]);

  expect([healedOnce, state.isCut(0, 1)]).toEqual([true, false]);
});
