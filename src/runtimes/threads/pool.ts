import { Piscina } from 'piscina';
import type { Pool } from './host-life.ts';

/** Tests and tools may run the sources themselves. */
const isSource = import.meta.url.endsWith('.ts');

/**
 * A pool whose every thread can host one node or the clients. All threads are started at once, and a killed one
 * is replaced at once, so that a restart finds a thread that has loaded its modules. One more than `hosts` stands by.
 *
 * Three settings matter. With `atomics` on, an idle thread would sleep where no port reaches it. With more than one
 * task per worker, a crash would kill the neighbours. And a bounded queue keeps rejected tasks and runs them later.
 */
export function createPool(hosts: number): Pool {
  const threads = hosts + 1;
  return new Piscina({
    filename: new URL(isSource ? './source-worker.mjs' : './worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    execArgv: [],
  });
}
