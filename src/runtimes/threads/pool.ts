import type { Transferable, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';

/** Tests and tools may run the sources themselves. */
const isSource = import.meta.url.endsWith('.ts');

/**
 * A pool whose every thread can host one node or the clients. All threads are started at once, and one that died
 * is replaced at once, so that a restart finds a thread that has loaded its modules. One more than `hosts` stands by.
 *
 * Three settings matter. With `atomics` on, an idle thread would sleep where no port reaches it. With more than one
 * task per worker, a crash would kill the neighbours. And a bounded queue keeps rejected tasks and runs them later.
 */
export class Pool {
  readonly #piscina: Piscina<unknown, never>;
  /** Every thread that may have had a task: the pool forgets one that dies before it has exited. */
  readonly #threads = new Set<Worker>();

  constructor(hosts: number) {
    const threads = hosts + 1;
    this.#piscina = new Piscina({
      filename: new URL(isSource ? './source-worker.cjs' : './entry.cjs', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      execArgv: [],
    });
    // Of what a thread throws while it is being ended nobody waits to hear; the end of a task is told by its promise.
    this.#piscina.on('error', () => {});
    this.#notice();
  }

  /** Runs a host on a thread of its own. Rejects when the thread ends: a host never returns. */
  run(task: unknown, transferList: readonly Transferable[], signal: AbortSignal): Promise<never> {
    const run = this.#piscina.run(task, { transferList: [...transferList], signal });
    const notice = () => this.#notice();
    run.then(notice, notice);
    return run;
  }

  /** Ends every thread; resolves when the last one is gone. */
  async destroy(): Promise<void> {
    do {
      await this.#piscina.destroy();
      // The pool replaces a thread whose exit it hears of after it was destroyed, and so there may be more to end.
      await Promise.all([...this.#threads].map(exited));
      this.#notice();
    } while (this.#piscina.threads.length > 0);
  }

  #notice(): void {
    for (const thread of this.#piscina.threads) this.#threads.add(thread);
  }
}

async function exited(thread: Worker): Promise<void> {
  // What has exited has this id.
  if (thread.threadId === -1) return;
  await new Promise<void>((resolve) => thread.once('exit', () => resolve()));
}
