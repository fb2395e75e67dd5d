import { expect, test } from 'vitest';
import { strategy } from '../../src/strategies/gossip.ts';
import { World } from '../support/world.ts';

const keys = 5_000;

test('a node whose disk was lost is repaired in one go, by messages of bounded size', () => {
  const world = worldWithOneEmptyNode();

  const sizes = deliverAll(world, 1);

  expect(world.contents(1)).toHaveLength(keys);
  expect(Math.max(...sizes)).toBeLessThan(1_100);
});

test('mail that arrives twice does not multiply the exchanges', () => {
  const once = deliverAll(worldWithOneEmptyNode(), 1).length;
  const twice = deliverAll(worldWithOneEmptyNode(), 2).length;

  // Each step of an exchange answers each copy, so a chain of five steps may grow to 2 + 4 + 8 + 16 + 32 messages.
  expect(twice).toBeLessThan(15 * once);
});

test('a node alone compares itself with nobody', () => {
  const world = new World(strategy, { nodes: 1, knobs: {}, regions: [] });
  world.boot(0, 'first');
  world.fire(0, world.host(0).timers[0]!);

  expect(world.mail).toEqual([]);
});

test('an interval of zero turns it off, and with it the promise', () => {
  const world = new World(strategy, { nodes: 2, knobs: { 'anti-entropy': 0 }, regions: [] });
  world.boot(0, 'first');

  expect(world.host(0).timers).toEqual([]);
  expect(strategy.guarantees({ 'anti-entropy': 0 })).toEqual([]);
});

function worldWithOneEmptyNode(): World<unknown> {
  const world = new World<unknown>(strategy, { nodes: 2, knobs: {}, regions: [] });
  world.boot(0, 'first');
  world.boot(1, 'first');
  for (let n = 0; n < keys; n += 1) {
    world.request(n, 0, { type: 'write', key: `key${n}`, value: n }, undefined);
  }
  world.crash(1);
  world.boot(1, 'replaced');
  return world;
}

/** Delivers every message so many times. Gives back how many items each one carried. */
function deliverAll(world: World<unknown>, times: number): readonly number[] {
  const sizes: number[] = [];
  while (world.mail.length > 0) {
    const mail = world.mail.shift()!;
    for (let copy = 0; copy < times; copy += 1) {
      sizes.push(itemsIn(mail.message));
      world.deliver(mail);
    }
  }
  return sizes;
}

function itemsIn(message: unknown): number {
  const { items = [], outlines = [] } = message as { items?: unknown[]; outlines?: unknown[] };
  return items.length + outlines.length;
}
