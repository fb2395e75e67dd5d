import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type Errand, stopWord } from './protocol.ts';

/** Tests and tools may run the sources themselves. */
const isSource = import.meta.url.endsWith('.ts');

export interface Errands<Task, News, Result> {
  /** In the order in which results are wanted. */
  readonly tasks: readonly Task[];
  /** A task has been given to a thread. */
  readonly onStart?: (task: Task) => void;
  readonly onNews?: (task: Task, news: News) => void;
  /** Called in the order of the tasks, however they end; the next call waits for this one. */
  readonly onResult: (task: Task, result: Result) => void | Promise<void>;
  /** Aborted, it lets the jobs under way end early and starts no more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the same job for many tasks on worker threads, as many at a time as there are workers, and hands over what comes
 * of them as if they had been done one after the other. Results that wait for their turn count as under way twice over:
 * no more than twice as many tasks as workers are ahead of the one whose result is wanted next.
 *
 * `module` exports the `Job` as `job`. An error in a job, or a thread that ends, ends the whole and rejects.
 */
export async function spread<Task, News, Result>(
  module: URL,
  workers: number,
  errands: Errands<Task, News, Result>,
): Promise<void> {
  const pool = new Piscina<Errand, Result>({
    filename: new URL(isSource ? './source-worker.cjs' : './entry.cjs', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // An idle thread would sleep where no port reaches it.
    atomics: 'disabled',
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    execArgv: [],
  });
  // What a thread throws outside of its task has no one to tell but the pool; the task's own end is told by its promise.
  let stray: unknown;
  pool.on('error', (error) => {
    stray ??= error;
  });
  try {
    await new Spreading(pool, module.href, workers, errands).run();
  } catch (error) {
    throw stray ?? error;
  } finally {
    await pool.destroy();
  }
}

class Spreading<Task, News, Result> {
  readonly #pool: Piscina<Errand, Result>;
  readonly #module: string;
  readonly #workers: number;
  readonly #errands: Errands<Task, News, Result>;
  /** Tasks that were started and whose results were not handed over yet, in order. */
  readonly #ahead: Promise<Result>[] = [];
  #started = 0;
  #running = 0;
  #failed = false;

  constructor(
    pool: Piscina<Errand, Result>,
    module: string,
    workers: number,
    errands: Errands<Task, News, Result>,
  ) {
    this.#pool = pool;
    this.#module = module;
    this.#workers = workers;
    this.#errands = errands;
  }

  async run(): Promise<void> {
    const { tasks, onResult } = this.#errands;
    for (let next = 0; ; next += 1) {
      this.#startMore();
      const awaited = this.#ahead[0];
      if (awaited === undefined) return;
      const result = await awaited;
      this.#ahead.shift();
      await onResult(tasks[next]!, result);
    }
  }

  #startMore(): void {
    const { tasks, signal } = this.#errands;
    while (
      !this.#failed &&
      signal?.aborted !== true &&
      this.#started < tasks.length &&
      this.#running < this.#workers &&
      this.#ahead.length < 2 * this.#workers
    ) {
      const result = this.#start(tasks[this.#started]!);
      this.#started += 1;
      this.#ahead.push(result);
    }
  }

  #start(task: Task): Promise<Result> {
    const { onStart, onNews, signal } = this.#errands;
    onStart?.(task);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (news: News) => onNews?.(task, news));
    const stop = () => port1.postMessage(stopWord);
    signal?.addEventListener('abort', stop, { once: true });
    this.#running += 1;
    const result = this.#pool
      .run({ module: this.#module, task, port: port2 }, { transferList: [port2] })
      .finally(() => {
        signal?.removeEventListener('abort', stop);
        // News that came with the result is still news.
        for (let last = receiveMessageOnPort(port1); last !== undefined; last = receiveMessageOnPort(port1)) {
          onNews?.(task, last.message as News);
        }
        port1.close();
        this.#running -= 1;
      });
    result.then(
      () => this.#startMore(),
      () => {
        this.#failed = true;
      },
    );
    return result;
  }
}
