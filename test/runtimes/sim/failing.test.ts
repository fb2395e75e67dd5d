import { expect, test } from 'vitest';
import type { ClusterRecord } from '../../../src/runtimes/cluster.ts';
import { simRuntime } from '../../../src/runtimes/sim/runtime.ts';
import { askInTurn, undelayed } from '../../support/threads.ts';

function open(how: string, on: number) {
  const module = new URL('../../support/failing.ts', import.meta.url).href;
  return simRuntime.open({
    topology: undelayed,
    strategy: { name: 'failing', module, knobs: { how, on } },
    seed: '1',
  });
}

/** What is recorded of a cluster whose node 1 was asked. */
async function askedRecord(how: string): Promise<ClusterRecord> {
  const cluster = await open(how, 1);
  const site = undelayed.nodes.length;
  const question = { site, node: 1, operation: { type: 'read', key: 'x' } } as const;
  await cluster.launch(askInTurn, { firstRequest: 7, questions: [question] }).result();
  return cluster.stop();
}

test('a strategy that throws in create on every node cannot be opened', async () => {
  await expect(open('create', -1)).rejects.toThrow('the strategy failed on every node as it started');
});

test('a node whose start throws is dead, with its stack, among others that serve', async () => {
  const cluster = await open('onStart', 1);

  const contents = await cluster.contents();
  const { failures } = await cluster.stop();

  expect([...contents.keys()]).toEqual([0, 2]);
  expect(failures.map(({ node }) => node)).toEqual([1]);
  expect(failures[0]!.stack).toMatch(/told to throw in onStart\n.*failing.ts:/);
});

test('a node that wants to end the process breaks instead, with the stack of the call', async () => {
  const exit = process.exit;

  const { failures } = await askedRecord('exit');

  expect(failures.map(({ node }) => node)).toEqual([1]);
  expect(failures[0]!.stack).toMatch(/a strategy called process.exit\(0\)(.|\n)*failing.ts:/);
  expect(process.exit).toBe(exit);
});

test('a node that answers with no completion breaks, and is told what one is', async () => {
  const { failures } = await askedRecord('{"type":"yes"}');

  expect(failures[0]!.stack).toMatch(
    /^TypeError: node 1 answers request 7 with { type: "yes" }: a completion is ok \(value\), .*\n(.|\n)*failing.ts:/,
  );
});

test('a node that waits breaks, and what it waited for surprises nobody', async () => {
  const { failures } = await askedRecord('wait');

  expect(failures[0]!.stack).toContain('onRequest of node 1 returned a promise');
});
