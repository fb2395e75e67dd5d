import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/kernel/random.ts';
import { seconds } from '../../src/kernel/time.ts';
import { never, RoughLink } from '../../src/runtimes/rough-link.ts';
import { harmless } from '../../src/topology/degradations.ts';
import type { LinkTraits } from '../../src/topology/link.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { propertyRuns } from '../support/histories.ts';
import { smallTopology } from '../support/topologies.ts';

const near = { type: 'constant', value: 1_000 } as const;
const world = smallTopology(2, 1, near, near);

/** Two nodes and the clients of one region (2), with the same traits on every link. */
function topologyWith(traits: LinkTraits): Topology {
  return { ...world, traits: [traits], traitOf: world.links.map(() => 0) };
}

function linkWith(traits: LinkTraits, seed = 'rough', to = 1): RoughLink {
  return new RoughLink(topologyWith(traits), seed, 0, to);
}

/** What becomes of messages that are sent one after the other. */
function sendAll(
  link: RoughLink,
  messages: readonly (readonly [now: number, delay: number, bytes: number])[],
) {
  return messages.map(([now, delay, bytes]) => {
    link.send(now, delay, bytes);
    return [link.first, link.second] as const;
  });
}

const messages = fc
  .array(fc.tuple(fc.nat(10_000), fc.nat(50_000), fc.nat(10_000)), { minLength: 1, maxLength: 50 })
  .map((all) => all.sort((a, b) => a[0] - b[0]));
const bandwidth = fc.integer({ min: 1, max: 10_000_000 });

describe('a link that keeps order', () => {
  test('delivers as was sent, under any delays, sizes, losses, copies and faults', () => {
    const effects = fc.record({
      slowBy: fc.double({ min: 0.1, max: 10, noNaN: true }),
      addDelay: fc.nat(100_000),
      loss: fc.constantFrom(0, 0.3),
      duplicate: fc.constantFrom(0, 0.5),
      reorderChance: fc.constantFrom(0, 0.5),
      reorderUpTo: fc.nat(100_000),
    });
    fc.assert(
      fc.property(messages, fc.option(bandwidth), effects, fc.nat(), (all, bytes, faults, seed) => {
        const limit = bytes === null ? {} : { bandwidth: bytes };
        const link = linkWith({ ...limit, fifo: true, loss: 0.1, duplicate: 0.1 }, String(seed));
        const half = Math.floor(all.length / 2);
        const before = sendAll(link, all.slice(0, half));
        link.suffer(faults);

        const arrivals = [...before, ...sendAll(link, all.slice(half))].flat().filter((at) => at !== never);

        expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
      }),
      { numRuns: propertyRuns },
    );
  });
});

describe('a link with a bandwidth', () => {
  test('sends messages one after the other, each as long as its size takes', () => {
    const link = linkWith({ bandwidth: 1_000_000 });

    const arrivals = sendAll(link, [
      [0, 1_000, 500],
      [100, 1_000, 500],
      [5_000, 1_000, 250],
    ]);

    expect(arrivals.map(([first]) => first)).toEqual([1_500, 2_000, 6_250]);
  });

  test('never has more bytes on their way out than it has room for', () => {
    fc.assert(
      fc.property(messages, bandwidth, (all, limit) => {
        const arrivals = sendAll(
          linkWith({ bandwidth: limit }),
          all.map(([now, , bytes]) => [now, 0, bytes]),
        ).map(([first]) => first);

        const total = all.reduce((sum, [, , bytes]) => sum + bytes, 0);
        const last = Math.max(...arrivals);
        expect(last).toBeGreaterThanOrEqual(all[0]![0] + Math.floor((total / limit) * seconds(1)));
        all.forEach(([now, , bytes], i) => {
          expect(arrivals[i]).toBeGreaterThanOrEqual(now + Math.floor((bytes / limit) * seconds(1)));
        });
      }),
      { numRuns: propertyRuns },
    );
  });

  test('sends what is lost on the way all the same', () => {
    const link = linkWith({ bandwidth: 1_000_000 });
    link.suffer({ ...harmless, loss: 1 });
    link.send(0, 1_000, 500);
    const lost = link.first;
    link.suffer();
    link.send(0, 1_000, 500);

    expect([lost, link.first]).toEqual([never, 2_000]);
  });
});

describe('chances', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => [i * 10, 1_000, 0] as const);
  const shareOf = (
    all: readonly (readonly [number, number])[],
    is: (first: number, second: number) => boolean,
  ) => all.filter(([first, second]) => is(first, second)).length / all.length;

  test('of loss, of copies and of being held back come as often as they say', () => {
    const lossy = sendAll(linkWith({ loss: 0.2 }), many);
    const copying = sendAll(linkWith({ duplicate: 0.05 }), many);
    const holding = sendAll(linkWith({ reorder: { chance: 0.3, upTo: 5_000 } }), many);

    expect(shareOf(lossy, (first) => first === never)).toBeCloseTo(0.2, 1.5);
    expect(shareOf(copying, (_, second) => second !== never)).toBeCloseTo(0.05, 1.5);
    const held = holding.map(([first], i) => first - many[i]![0] - 1_000);
    expect(held.filter((extra) => extra > 0).length / many.length).toBeCloseTo(0.3, 1.5);
    expect(Math.max(...held)).toBeLessThanOrEqual(5_000);
  });

  test('of a link add to those of the faults on it', () => {
    const link = linkWith({ loss: 0.5 });
    link.suffer({ ...harmless, loss: 0.5 });

    const all = sendAll(link, many);

    expect(shareOf(all, (first) => first === never)).toBeCloseTo(0.75, 1.5);
  });

  test('do not change the delay of any message that arrives', () => {
    const random = randomStream('delays', 'drawn');
    const drawn = many.map(([now]) => [now, random.below(5_000), 0] as const);
    const rough = sendAll(linkWith({ loss: 0.3, duplicate: 0.3 }), drawn);

    const late = rough.filter(([first], i) => first !== never && first !== drawn[i]![0] + drawn[i]![1]);

    expect(late).toEqual([]);
  });

  test('of copies leave requests and replies alone', () => {
    const toClients = sendAll(linkWith({ duplicate: 1 }, 'rough', 2), many);
    const toNode = sendAll(linkWith({ duplicate: 1 }), many);

    expect(shareOf(toClients, (_, second) => second !== never)).toBe(0);
    expect(shareOf(toNode, (_, second) => second !== never)).toBe(1);
  });
});

test('faults slow a link down by a factor and a time, and it is as before when they are over', () => {
  const link = linkWith({});
  link.suffer({ ...harmless, slowBy: 3, addDelay: 500 });
  link.send(0, 1_000, 0);
  const during = link.first;
  link.suffer();
  link.send(0, 1_000, 0);

  expect([during, link.first]).toEqual([3_500, 1_000]);
});
