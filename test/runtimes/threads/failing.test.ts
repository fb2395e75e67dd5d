import { expect, test } from 'vitest';
import type { ClusterRecord } from '../../../src/runtimes/cluster.ts';
import { threadsRuntime } from '../../../src/runtimes/threads/runtime.ts';
import { askInTurn, undelayed } from '../../support/threads.ts';

const threads = () =>
  process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;

/** Opens a cluster whose strategy fails in a way, on one node or (-1) on all. */
function open(how: string, on: number, options: Readonly<Record<string, number>> = {}) {
  const module = new URL('../../support/failing.ts', import.meta.url).href;
  const strategy = { name: 'failing', module, knobs: { how, on } };
  return threadsRuntime.open({ topology: undelayed, strategy, seed: '1', options });
}

/** What is recorded of a cluster whose node 1 was asked. */
async function askedRecord(how: string): Promise<ClusterRecord> {
  const cluster = await open(how, 1);
  const site = undelayed.nodes.length;
  const question = { site, node: 1, operation: { type: 'read', key: 'x' } } as const;
  await cluster.launch(askInTurn, { firstRequest: 7, questions: [question] }).result();
  return cluster.stop();
}

// The thread's failure, what it said before and its end reach the main thread in any order: often, to meet them all.
const often = Array.from({ length: 6 }, (_, time) => time + 1);

test.each(often)('a strategy that throws in create on every node cannot be opened (time %i)', async () => {
  const before = threads();

  await expect(open('create', -1)).rejects.toThrow('the strategy failed on every node as it started');

  expect(threads()).toBe(before);
});

test.each(['create', 'onStart'])(
  'a node whose %s throws is dead, with its stack, among others that serve',
  async (how) => {
    const before = threads();
    const cluster = await open(how, 1);

    const contents = await cluster.contents();
    const record = await cluster.stop();

    expect([...contents.keys()]).toEqual([0, 2]);
    expect(record.failures).toEqual([
      {
        node: 1,
        at: expect.any(Number),
        stack: expect.stringMatching(`told to throw in ${how}\n.*failing.ts:`),
      },
    ]);
    expect(threads()).toBe(before);
  },
);

test('a node that throws null is told from one that returned', async () => {
  const cluster = await open('throw null', 1);

  const { failures } = await cluster.stop();

  expect(failures.map(({ stack }) => stack)).toEqual(['it threw null']);
});

test('a cluster whose nodes never come to the end of create is given up when patience ends', async () => {
  const before = threads();

  await expect(open('loop in create', -1, { startPatienceMs: 500 })).rejects.toThrow();

  expect(threads()).toBe(before);
});

test('a node in an endless loop is ended when patience is', async () => {
  const cluster = await open('loop in contents', 1, { patienceMs: 2_000 });

  const contents = await cluster.contents();
  const { failures } = await cluster.stop();

  expect([...contents.keys()]).toEqual([0, 2]);
  expect(failures.map(({ node }) => node)).toEqual([1]);
  expect(failures[0]!.stack).toContain('the node did not react for 2 s');
});

test('a node that wants to end the process breaks instead, with the stack of the call', async () => {
  const { failures } = await askedRecord('exit');

  expect(failures.map(({ node }) => node)).toEqual([1]);
  expect(failures[0]!.stack).toMatch(/a strategy called process.exit\(0\)(.|\n)*failing.ts:/);
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
