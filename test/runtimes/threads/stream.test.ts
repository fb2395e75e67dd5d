import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { createDoorbells } from '../../../src/runtimes/threads/doorbell.ts';
import { createRing } from '../../../src/runtimes/threads/ring.ts';
import { expectedChecksum, type StreamEnd } from './stream-worker.ts';

const boot = new URL('../../support/tsx-worker.mjs', import.meta.url);
const module = new URL('./stream-worker.ts', import.meta.url).href;

function start(end: StreamEnd): Worker {
  return new Worker(boot, { workerData: { ...end, module } });
}

describe('two threads', () => {
  test('stream 200,000 records through a small ring: none lost or changed, and no wake-up missed', async () => {
    const count = 200_000;
    // Room for a hundred records, and positions that pass 2^32 on the way.
    const shared = { ring: createRing(8192, 2 ** 32 - 2 ** 20), bells: createDoorbells(2), count };

    const consumer = start({ ...shared, role: 'consumer' });
    const producer = start({ ...shared, role: 'producer' });
    const exits = [once(consumer, 'exit'), once(producer, 'exit')];
    const [result] = await once(consumer, 'message');

    expect(result).toEqual({ received: count, checksum: expectedChecksum(count) });
    expect((await Promise.all(exits)).map(([code]) => code)).toEqual([0, 0]);
  });
});
