import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../../src/kernel/time.ts';
import { never } from '../../../src/runtimes/rough-link.ts';
import { SimCluster } from '../../../src/runtimes/sim/cluster.ts';
import { Network } from '../../../src/runtimes/sim/network.ts';
import type { DirectedLink, LinkDegradation, LinkTraits } from '../../../src/topology/link.ts';
import { siteOf, type Topology } from '../../../src/topology/topology.ts';
import { type Answer, type AskInput, askAll } from '../../support/ask-all.ts';
import { propertyRuns } from '../../support/histories.ts';
import { type Script, scripted } from '../../support/scripted.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const far = { type: 'log-normal', median: milliseconds(50), sigma: 0.2 } as const;
/** Node 0 and its clients in asia, node 1 in america, node 2 in europe. */
const world = smallTopology(3, 3, near, far);
const ends = 6;

function withTraits(traits: LinkTraits): Topology {
  const traitOf = world.links.map((_, link) => (Math.floor(link / ends) === link % ends ? -1 : 0));
  return { ...world, traits: [traits], traitOf };
}

/** When messages that leave one after the other arrive, each over a link in turn. */
function arrivalsOf(network: Network, links: readonly DirectedLink[], rounds = 5): unknown[] {
  return Array.from({ length: rounds }, (_, round) =>
    links.map(([from, to]) => {
      const at = network.arrival(from, to, round * 1_000, 'a message', undefined);
      return at === never ? network.arrivals(from, to) : [at];
    }),
  ).flat();
}

const everyLink: readonly DirectedLink[] = Array.from(
  { length: ends * ends },
  (_, link): DirectedLink => [Math.floor(link / ends), link % ends],
).filter(([from, to]) => from !== to);

describe('faults on links', () => {
  const chance = fc.constantFrom(0, 0.3, 1);
  const degradation: fc.Arbitrary<LinkDegradation> = fc.record({
    slowBy: fc.constantFrom(1, 2, 10),
    addDelay: fc.nat(100_000),
    loss: chance,
    duplicate: chance,
    reorder: fc.record({ chance, upTo: fc.nat(50_000) }),
  });
  const strike = fc.tuple(fc.subarray([...everyLink], { minLength: 1 }), degradation);

  test('leave no trace once they are undone, in any order', () => {
    fc.assert(
      fc.property(fc.array(strike, { minLength: 1, maxLength: 3 }), fc.boolean(), (strikes, forwards) => {
        const struck = new Network(world, 'seed', true);
        const calm = new Network(world, 'seed', true);
        for (const [links, what] of strikes) struck.degrade(links, what);
        arrivalsOf(struck, everyLink, 1);
        arrivalsOf(calm, everyLink, 1);
        for (const [links, what] of forwards ? strikes : strikes.toReversed()) struck.restore(links, what);

        expect(arrivalsOf(struck, everyLink)).toEqual(arrivalsOf(calm, everyLink));
      }),
      { numRuns: Math.ceil(propertyRuns / 10) },
    );
  });

  test('and chances of links change nothing about other links, nor the delay of what still arrives', () => {
    const rough = new Network(withTraits({ loss: 0.3, duplicate: 0.3 }), 'seed', true);
    const calm = new Network(world, 'seed', true);
    calm.degrade([[0, 1]], { loss: 0.5, reorder: { chance: 0, upTo: 1 } });

    const plain = arrivalsOf(new Network(world, 'seed', true), everyLink) as number[][];
    const firstOf = (arrivals: unknown[]) =>
      (arrivals as number[][]).map(([first], i) => (first === undefined ? plain[i]![0] : first));

    expect(firstOf(arrivalsOf(rough, everyLink))).toEqual(plain.flat());
    expect(firstOf(arrivalsOf(calm, everyLink))).toEqual(plain.flat());
  });

  test('keep a link cut that is cut', () => {
    const network = new Network(world, 'seed', true);
    network.cut([[0, 1]]);
    network.degrade([[0, 1]], { duplicate: 1 });

    const during = arrivalsOf(network, [[0, 1]], 1);
    network.restore([[0, 1]], { duplicate: 1 });
    const after = arrivalsOf(network, [[0, 1]], 1);
    network.heal([[0, 1]]);

    expect([during, after]).toEqual([[[]], [[]]]);
    expect(network.fate(0, 1)).toBe('lost');
    expect(arrivalsOf(network, [[0, 1]], 1)).toEqual([[expect.any(Number)]]);
  });
});

function open(script: Script, topology: Topology): SimCluster {
  const strategy = scripted(script);
  const reference = { name: strategy.name, module: '', knobs: {} };
  return new SimCluster({ topology, strategy: reference, seed: '7' }, strategy);
}

/** Node 0 sends to node 1 as many numbers as there are in its mail box of this test. */
function sending(count: number, received: unknown[]): Script {
  return {
    onStart: (env, out) => {
      if (env.id === 0) for (let i = 0; i < count; i += 1) out.send(1, i);
    },
    onMessage: (env, _, message) => received.push([env.monotonic(), message]),
  };
}

describe('a simulated cluster', () => {
  test('loses messages, and counts them as sent', async () => {
    const received: unknown[] = [];
    const cluster = open(sending(1_000, received), withTraits({ loss: 0.25 }));
    await cluster.sleepUntil(milliseconds(1_000));

    expect(received.length / 1_000).toBeCloseTo(0.75, 1.3);
    expect((await cluster.cost()).messages).toBe(1_000);
  });

  test('delivers copies, and does not count them as sent', async () => {
    const received: unknown[] = [];
    const cluster = open(sending(3, received), withTraits({ duplicate: 1 }));
    await cluster.sleepUntil(milliseconds(1_000));

    const messages = received.map((pair) => (pair as [number, number])[1]);
    expect(messages.toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
    expect((await cluster.stop()).cost.messages).toBe(3);
  });

  test('delivers big messages later than small ones, and later still behind others', async () => {
    const received: unknown[] = [];
    const steady = smallTopology(3, 3, near, { type: 'constant', value: milliseconds(50) });
    const { traits, traitOf } = withTraits({ bandwidth: 10_000 });
    const cluster = open(
      {
        onStart: (env, out) => {
          // 100 bytes each, by the estimate: two for the head of the text.
          if (env.id === 0) for (const letter of ['a', 'b', 'c']) out.send(1, letter.repeat(97));
        },
        onMessage: (env, _, message) => received.push([String(message)[0], env.monotonic()]),
      },
      { ...steady, traits: traits!, traitOf: traitOf! },
    );
    await cluster.sleepUntil(milliseconds(1_000));

    expect(received).toEqual([
      ['a', milliseconds(60)],
      ['b', milliseconds(70)],
      ['c', milliseconds(80)],
    ]);
  });

  test('loses requests and replies, and the client hears nothing', async () => {
    const cluster = open({ onRequest: (_, request, out) => out.reply(request, { type: 'ok' }) }, world);
    const asia = siteOf(world, 'asia');
    const all: AskInput = {
      asks: [0, 1, 2].map((node) => ({
        at: 0,
        site: asia,
        node,
        operation: { type: 'read', key: 'a' } as const,
      })),
      until: milliseconds(1_000),
    };
    await cluster.apply({
      type: 'degrade',
      links: [
        [asia, 0],
        [1, asia],
      ],
      degradation: { loss: 1 },
    });

    const answers = await cluster.launchHere<AskInput, (Answer | null)[]>(askAll, all).result();

    expect(answers.map((answer) => answer?.completion.type)).toEqual([undefined, undefined, 'ok']);
  });
});
