import { beforeEach, describe, expect, test } from 'vitest';
import { Administrator, type Staff } from '../../src/runtimes/administrator.ts';

let said: string[];
let carried: number;
let administrator: Administrator;

beforeEach(() => {
  said = [];
  carried = 0;
  const staff: Staff = {
    admit: (node) => said.push(`admit ${node}`),
    announce: () => said.push(`epoch ${administrator.membership.epoch}`),
    dismiss: (node) => said.push(`dismiss ${node}`),
    carried: () => carried,
  };
  administrator = new Administrator([0, 1, 2], staff);
});

describe('an administrator', () => {
  test('admits a newcomer, which serves once its epoch is settled', () => {
    administrator.ask('join', 3, 100);

    expect(administrator.membership).toEqual({ epoch: 2, members: [0, 1, 2, 3] });
    expect(administrator.joins(3)).toBe(true);
    expect(administrator.serving()).toEqual([0, 1, 2]);

    administrator.settled(2, 150);

    expect(administrator.serving()).toEqual([0, 1, 2, 3]);
    expect(said).toEqual(['admit 3', 'epoch 2', 'epoch 2']);
  });

  test('leaves a node out at once, and dismisses it when its epoch is settled', () => {
    administrator.ask('leave', 1, 100);

    expect(administrator.serves(1)).toBe(false);
    expect(administrator.hosts(1)).toBe(true);

    administrator.settled(2, 150);

    expect(administrator.hosts(1)).toBe(false);
    expect(said).toEqual(['epoch 2', 'dismiss 1', 'epoch 2']);
  });

  test('begins a change only when the one before it is settled', () => {
    administrator.ask('leave', 1, 100);
    administrator.ask('join', 1, 110);

    expect(administrator.membership.members).toEqual([0, 2]);
    expect(administrator.idle).toBe(false);

    administrator.settled(2, 150);

    expect(administrator.membership).toEqual({ epoch: 3, members: [0, 1, 2] });
  });

  test('takes an epoch for settled once, and only the present one', () => {
    administrator.ask('join', 3, 100);

    administrator.settled(1, 120);
    expect(administrator.idle).toBe(false);

    administrator.settled(2, 130);
    administrator.settled(2, 140);
    expect(administrator.changes()).toMatchObject([{ type: 'join', node: 3, asked: 100, settled: 130 }]);
  });

  test('does nothing where there is nothing to do, and keeps the last member', () => {
    administrator.ask('join', 0, 1);
    administrator.ask('leave', 7, 2);
    for (const node of [0, 1, 2]) {
      administrator.ask('leave', node, 3);
      administrator.settled(administrator.membership.epoch, 4);
    }

    expect(administrator.membership.members).toEqual([2]);
    expect(administrator.changes().map(({ node }) => node)).toEqual([0, 1]);
  });

  test('counts what a change moves from its beginning to its end', () => {
    carried = 1_000;
    administrator.ask('join', 3, 100);
    carried = 1_400;

    expect(administrator.changes()[0]!.bytes).toBe(400);

    carried = 1_500;
    administrator.settled(2, 150);
    carried = 9_000;

    expect(administrator.changes()[0]!.bytes).toBe(500);
  });
});
