import { describe, expect, test } from 'vitest';
import {
  ancestorsOf,
  assertNodeFits,
  ballotAbove,
  latestOf,
  noVersion,
  proposerOf,
  successorOf,
  type Version,
} from '../../../src/strategies/quorum/ballot.ts';

function version(accepted: number, ancestors: readonly number[]): Version {
  return { accepted, value: 'v', ancestors };
}

describe('a ballot', () => {
  test('is above the floor and names its proposer', () => {
    expect(ballotAbove(12_002, 1)).toBe(13_001);
    expect(ballotAbove(0, 0)).toBe(1_000);
    expect(proposerOf(13_001)).toBe(1);
    expect(successorOf(13_001)).toBe(14_001);
  });

  test('has room for nodes below 1,000', () => {
    expect(() => assertNodeFits(999)).not.toThrow();
    expect(() => assertNodeFits(1_000)).toThrow(/1000/);
  });
});

describe('a lineage', () => {
  test('begins empty', () => {
    expect(ancestorsOf(1_000, noVersion)).toEqual([]);
  });

  test('keeps the latest ballot of every other proposer, newest first', () => {
    expect(ancestorsOf(6_000, version(5_001, [4_000, 3_002]))).toEqual([5_001, 3_002]);
  });

  test('does not grow when a proposer builds on itself', () => {
    const base = version(5_000, [3_002]);

    expect(ancestorsOf(6_000, base)).toBe(base.ancestors);
  });

  test('tells the latest ballot of a proposer that a value contains', () => {
    const value = version(5_001, [4_000, 3_002]);

    expect([0, 1, 2, 3].map((node) => latestOf(node, value))).toEqual([4_000, 5_001, 3_002, 0]);
  });
});
