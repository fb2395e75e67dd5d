import { expect, test } from 'vitest';
import { threadsRuntime } from '../../../src/runtimes/threads/runtime.ts';
import type { LinkDegradation, LinkTraits } from '../../../src/topology/link.ts';
import type { Topology } from '../../../src/topology/topology.ts';
import { noDelay, ObedientCluster, unawaited } from '../../support/threads.ts';
import { smallTopology } from '../../support/topologies.ts';

const world = smallTopology(2, 1, noDelay, noDelay);
const site = 2;

function withTraits(traits: LinkTraits): Topology {
  const traitOf = world.links.map((_, link) => (Math.floor(link / 3) === link % 3 ? -1 : 0));
  return { ...world, traits: [traits], traitOf };
}

const degrade = (
  cluster: ObedientCluster,
  links: readonly (readonly [number, number])[],
  degradation: LinkDegradation,
) => cluster.cluster.apply({ type: 'degrade', links, degradation });
const restore = (
  cluster: ObedientCluster,
  links: readonly (readonly [number, number])[],
  degradation: LinkDegradation,
) => cluster.cluster.apply({ type: 'restore', links, degradation });

test('a link that loses everything is silent until it is restored', async () => {
  const cluster = await ObedientCluster.open('ring', world);
  const both = [
    [site, 1],
    [1, site],
  ] as const;
  const local = (node: number) => cluster.write(node, 'local-x', node);

  await degrade(cluster, both, { loss: 1 });
  const lost = await cluster.ask(unawaited(local(1)), local(0));
  await cluster.crash(1);
  const lostRefusal = await cluster.ask(unawaited(local(1)), local(0));
  await cluster.restart(1);
  await restore(cluster, both, { loss: 1 });
  const restored = await cluster.ask(local(1));
  await cluster.stop();

  expect(lost).toEqual([null, { type: 'ok' }]);
  expect(lostRefusal).toEqual([null, { type: 'ok' }]);
  expect(restored).toEqual([{ type: 'ok' }]);
});

test('a link that is slowed down delays mail by at least as much as all faults on it together', async () => {
  const cluster = await ObedientCluster.open('ring', world);
  const back = [[0, site]] as const;
  const read = cluster.read(0, 'local-x');

  await degrade(cluster, back, { addDelay: 20_000 });
  await degrade(cluster, back, { addDelay: 10_000 });
  const asked = cluster.cluster.now();
  await cluster.ask(read);
  const slow = cluster.cluster.now() - asked;
  await cluster.stop();

  expect(slow).toBeGreaterThanOrEqual(30_000);
});

test('a link that repeats delivers each message twice and counts it once', async () => {
  const cluster = await ObedientCluster.open('ring', withTraits({ duplicate: 1 }));
  await cluster.ask(cluster.write(0, 'all-x', 1), cluster.read(1, 'all-x'));
  const { cost } = await cluster.stop();

  // The write, and an answer to each of its two copies.
  expect(cost.messages).toBe(3);
});

test('a link with a bandwidth takes its time over large messages', async () => {
  const cluster = await ObedientCluster.open('ring', withTraits({ bandwidth: 1_000_000 }));
  const asked = cluster.cluster.now();
  await cluster.ask(cluster.write(0, 'local-x', 'x'.repeat(30_000)));
  const took = cluster.cluster.now() - asked;
  await cluster.stop();

  expect(took).toBeGreaterThanOrEqual(30_000);
});

test('a topology in which nodes take a service time is refused by name before anything is opened', async () => {
  const setup = {
    topology: { ...world, serviceTime: noDelay },
    strategy: { name: 'none', module: 'nowhere', knobs: {} },
    seed: '1',
  };

  await expect(threadsRuntime.open(setup)).rejects.toThrow(
    'the runtime threads cannot make nodes take a service time: leave it out, or use the runtime sim',
  );
});
