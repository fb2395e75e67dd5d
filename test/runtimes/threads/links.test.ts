import { expect, test } from 'vitest';
import type { Cost } from '../../../src/runtimes/cluster.ts';
import type { Topology } from '../../../src/topology/topology.ts';
import type { Reply } from '../../support/ask-in-turn.ts';
import { noDelay, ObedientCluster, transports, unawaited, undelayed } from '../../support/threads.ts';
import { smallTopology } from '../../support/topologies.ts';

const jitter = { type: 'uniform', minimum: 0, maximum: 2_000 } as const;

test('rings and ports give the same answers, at the same cost', async () => {
  const outcomes: { replies: Reply[]; cost: Cost }[] = [];
  for (const transport of transports) {
    const cluster = await ObedientCluster.open(transport);
    const replies = await cluster
      .launch(
        ...Array.from({ length: 50 }, (_, i) => cluster.write(i % 3, `all-${i % 7}`, i)),
        cluster.write(1, 'all-large', 'x'.repeat(100_000)),
        ...Array.from({ length: 7 }, (_, i) => cluster.read(i % 3, `all-${i}`)),
        cluster.write(0, 'timer', 1),
      )
      .result();
    const { cost } = await cluster.stop();
    outcomes.push({ replies, cost });
  }

  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[0]?.cost).toMatchObject({ messages: 51 * 4, crossRegionMessages: 0 });
  expect(outcomes[0]?.cost.bytes).toBeGreaterThan(200_000);
});

test('mail is never delivered before its delay is over, and delays are told per pair of regions', async () => {
  const near = { type: 'constant', value: 1_000 } as const;
  const far = { type: 'constant', value: 20_000 } as const;
  const cluster = await ObedientCluster.open('ring', smallTopology(2, 2, near, far));

  const asked = cluster.cluster.now();
  await cluster.ask(cluster.write(0, 'all-x', 1));
  const answered = cluster.cluster.now();
  const { realisedDelays, deliveryLateness, cost } = await cluster.stop();

  expect(answered - asked).toBeGreaterThanOrEqual(2 * 1_000 + 2 * 20_000);
  expect(cost.crossRegionMessages).toBe(2);
  expect(deliveryLateness?.count).toBe(4);
  const pairs = realisedDelays.map(({ from, to, count }) => ({ from, to, count }));
  expect(pairs).toEqual([
    { from: 'asia', to: 'asia', count: 2 },
    { from: 'asia', to: 'america', count: 1 },
    { from: 'america', to: 'asia', count: 1 },
  ]);
  // Histograms are exact to a hundredth.
  const atLeast = [1_000, 20_000, 20_000].map((delay) => delay * 0.99);
  realisedDelays.forEach(({ p50 }, i) => {
    expect(p50).toBeGreaterThanOrEqual(atLeast[i]!);
  });
});

test('mail that a paused node finds when it goes on does not count as late', async () => {
  const delay = { type: 'constant', value: 1_000 } as const;
  const cluster = await ObedientCluster.open('ring', smallTopology(2, 1, delay, delay));
  await cluster.cluster.apply({ type: 'pause', nodes: [1] });
  // Two reads take four delays, so the message of the write is due before they are done.
  const read = cluster.read(0, 'local-x');
  await cluster.ask(unawaited(cluster.write(0, 'all-x', 1)), read, read);

  await cluster.cluster.apply({ type: 'resume', nodes: [1] });
  await cluster.ask(cluster.write(0, 'all-y', 1));
  const { deliveryLateness } = await cluster.stop();

  // Twice a request, a message, its answer and a reply, and both ways of two reads, less the message that waited.
  expect(deliveryLateness?.count).toBe(2 * 4 + 2 * 2 - 1);
});

test('nothing was delayed, and so nothing was late, where links have no delay', async () => {
  const cluster = await ObedientCluster.open('ring');
  await cluster.ask(cluster.write(0, 'all-x', 1));

  const { deliveryLateness, realisedDelays } = await cluster.stop();

  expect([deliveryLateness, realisedDelays]).toEqual([null, []]);
});

test('links with jitter reorder mail, and with fifo they do not', async () => {
  const received = async (topology: Topology) => {
    const cluster = await ObedientCluster.open('ring', topology);
    await cluster.ask(cluster.write(0, 'fill', 500), cluster.write(0, 'fill', 0));
    if (topology.fifo) await cluster.holds(1, 'fill-0', 500);
    const inOrder = (await cluster.cluster.contents()).get(1)?.get('fill-0') ?? 0;
    await cluster.stop();
    return inOrder;
  };

  const unordered = await received(smallTopology(2, 1, jitter, jitter));
  const ordered = await received(smallTopology(2, 1, jitter, jitter, true));

  expect(unordered).toBeLessThan(500);
  expect(ordered).toBe(500);
});

test('clients behind a cut hear nothing, not even of a death', async () => {
  const cluster = await ObedientCluster.open('ring', smallTopology(2, 2, noDelay, noDelay));
  const cuts = [[0, 1] as const, [1, 0] as const];
  const local = (node: number) => cluster.write(node, 'local-x', node);

  await cluster.cluster.apply({ type: 'cut', cuts });
  const behind = await cluster.ask(unawaited(local(1)), local(0));
  await cluster.crash(1);
  const behindDead = await cluster.ask(unawaited(local(1)), local(0));
  await cluster.cluster.apply({ type: 'heal', cuts });
  const healed = await cluster.ask(local(1));
  await cluster.stop();

  expect(behind).toEqual([null, { type: 'ok' }]);
  expect(behindDead).toEqual([null, { type: 'ok' }]);
  expect(healed).toEqual([{ type: 'fail', error: 'connection refused' }]);
});

test('requests to different lives of a node are kept apart', async () => {
  const cluster = await ObedientCluster.open('ring', undelayed);
  const lives: unknown[] = [];
  for (let life = 1; life <= 5; life += 1) {
    const [answer] = await cluster.ask(cluster.read(1, 'life'));
    lives.push(answer);
    await cluster.crash(1);
    await cluster.restart(1);
  }
  await cluster.stop();

  expect(lives).toEqual(
    [1, 2, 3, 4, 5].map((life) => ({ type: 'ok', value: [life, life === 1 ? 'first' : 'restart'] })),
  );
});
