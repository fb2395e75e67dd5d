import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/kernel/operation.ts';
import { milliseconds } from '../../../src/kernel/time.ts';
import type { Cluster, ClusterSetup } from '../../../src/runtimes/cluster.ts';
import { simRuntime } from '../../../src/runtimes/sim/runtime.ts';
import { siteOf } from '../../../src/topology/topology.ts';
import type { Answer, Ask, AskInput } from '../../support/ask-all.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const far = { type: 'constant', value: milliseconds(50) } as const;
const topology = smallTopology(3, 3, near, far);
const asia = siteOf(topology, 'asia');

function setup(strategy: string): ClusterSetup {
  const module = new URL(`../../support/${strategy}.ts`, import.meta.url).href;
  return { topology, strategy: { name: strategy, module, knobs: {} }, seed: '1', options: { freeze: true } };
}

function ask(cluster: Cluster, asks: readonly (Omit<Ask, 'site'> & { site?: number })[]) {
  const program = { module: new URL('../../support/ask-all.ts', import.meta.url).href, name: 'askAll' };
  return cluster.launch<AskInput, (Answer | null)[]>(program, {
    asks: asks.map((question) => ({ site: asia, ...question })),
    until: milliseconds(1_000),
  });
}

const write: Operation = { type: 'write', key: 'a', value: 'v' };
const read: Operation = { type: 'read', key: 'a' };

describe('a cluster in virtual time', () => {
  test('a request takes the round trip of its link', async () => {
    const cluster = await simRuntime.open(setup('local-register'));

    const answers = await ask(cluster, [
      { at: 0, node: 0, operation: write },
      { at: 0, node: 1, operation: read },
    ]).result();

    expect(answers[0]).toMatchObject({ at: milliseconds(2), completion: { type: 'ok', value: 'v' } });
    expect(answers[1]).toMatchObject({ at: milliseconds(100), completion: { type: 'ok', value: null } });
  });

  test('counters that lack one add each do not agree, though they show the same sum', async () => {
    const module = new URL('../../../src/strategies/crdt.ts', import.meta.url).href;
    const knobs = { batch: 0, 'anti-entropy': milliseconds(200) };
    const cluster = await simRuntime.open({ topology, strategy: { name: 'crdt', module, knobs }, seed: '1' });
    const nodes = topology.nodes.map(({ id }) => id);
    const cuts = nodes.flatMap((from) => nodes.flatMap((to) => (from === to ? [] : [[from, to] as const])));
    await cluster.apply({ type: 'cut', cuts });
    const add: Operation = { type: 'add', key: 'a', delta: 1, floor: null };

    await ask(
      cluster,
      topology.nodes.map(({ id, region }) => ({
        at: 0,
        node: id,
        site: siteOf(topology, region),
        operation: add,
      })),
    ).result();
    const shown = [...(await cluster.contents()).values()].map((contents) => contents.get('a'));
    const agreedApart = await cluster.agrees();
    await cluster.apply({ type: 'heal', cuts });
    await cluster.sleepUntil(milliseconds(20_000));

    expect(new Set(shown)).toEqual(new Set([1]));
    expect(agreedApart).toBe(false);
    expect(await cluster.agrees()).toBe(true);
  });

  test('a dead node refuses after the round trip', async () => {
    const cluster = await simRuntime.open(setup('local-register'));
    await cluster.apply({ type: 'crash', nodes: [1] });

    const answers = await ask(cluster, [{ at: 0, node: 1, operation: write }]).result();

    expect(answers[0]).toMatchObject({
      at: milliseconds(100),
      completion: { type: 'fail', error: 'connection refused' },
    });
  });

  test('a program starts when it is launched, also when its controller sleeps next', async () => {
    const cluster = await simRuntime.open(setup('local-register'));
    await cluster.sleepUntil(milliseconds(5));
    const job = ask(cluster, [{ at: 0, node: 0, operation: write }]);
    await cluster.sleepUntil(milliseconds(20));

    const answers = await job.result();

    expect(answers[0]?.at).toBe(milliseconds(7));
    expect(cluster.now()).toBe(milliseconds(1_000));
  });
});
