import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { threadsRuntime } from '../../../src/runtimes/threads/runtime.ts';
import { ObedientCluster, undelayed } from '../../support/threads.ts';

const threads = () =>
  process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;

test('nothing is left of a cluster that was stopped, whatever its nodes were doing', async () => {
  const before = threads();
  const cluster = await ObedientCluster.open('ring');
  const during = threads();
  cluster.launch(cluster.read(0, 'loop'));
  await cluster.cluster.apply({ type: 'pause', nodes: [1] });
  const crashing = cluster.crash(2);

  const [record, again] = await Promise.all([cluster.stop(), cluster.stop(), crashing]);

  expect(during).toBeGreaterThan(before);
  expect(threads()).toBe(before);
  expect(again).toBe(record);
});

test('a cluster is stopped while a node restarts and another is asked to pause in an endless loop', async () => {
  const before = threads();
  const cluster = await ObedientCluster.open('port');
  await cluster.crash(2);
  const job = cluster.launch(cluster.read(0, 'loop'));
  const underWay = [cluster.cluster.apply({ type: 'pause', nodes: [0] }), cluster.restart(2)];

  await cluster.stop();
  await Promise.all(underWay);

  await expect(job.result()).rejects.toThrow('the cluster was stopped');
  expect(threads()).toBe(before);
});

test('a process that stopped its cluster ends by itself', async () => {
  const script = `
    import { ObedientCluster } from ${JSON.stringify(new URL('../../support/threads.ts', import.meta.url).href)};
    const cluster = await ObedientCluster.open('ring');
    await cluster.ask(cluster.write(0, 'all-x', 1));
    await cluster.stop();
    console.log('stopped');
  `;

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { timeout: 50_000 },
  );

  expect(stdout).toBe('stopped\n');
});

test('a strategy that cannot be loaded is refused in words, and leaves nothing behind', async () => {
  const before = threads();
  const strategy = { name: 'missing', module: new URL('./missing.js', import.meta.url).href, knobs: {} };

  const opening = threadsRuntime.open({ topology: undelayed, strategy, seed: '1' });

  await expect(opening).rejects.toThrow(/cannot load .*missing\.js/);
  expect(threads()).toBe(before);
});

test('a transport that does not exist is refused with those that do', async () => {
  await expect(ObedientCluster.open('pigeon')).rejects.toThrow(
    'no transport "pigeon"; there are ring, port, port-each',
  );
});
