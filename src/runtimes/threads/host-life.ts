import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { ClientsTask, FromHost, NodeTask } from './protocol.ts';

/** What the threads of a pool have in common, as whoever starts one needs it. */
export type Pool = Piscina<unknown, never>;

/** How a thread ended: by our own abort, or by an error. */
export type Ending = { readonly type: 'aborted' } | { readonly type: 'failed'; readonly stack: string };

/** One life of one host on its thread, seen from the main thread. */
export class HostLife<From> {
  /** Resolves when the host runs; rejects where it ended before its modules were there. */
  readonly up: Promise<void>;
  /** Resolves when the life is over, though its thread may execute for some milliseconds more. */
  readonly ended: Promise<Ending>;
  /** Resolves when the thread is gone: it executes nothing any more. */
  readonly gone: Promise<void>;
  readonly #abort = new AbortController();
  readonly #control: MessagePort;
  readonly #pool: Pool;
  #worker: Worker | undefined;

  constructor(
    pool: Pool,
    task: Omit<NodeTask, 'control'> | Omit<ClientsTask, 'control'>,
    receive: (message: From) => void,
  ) {
    this.#pool = pool;
    const { port1, port2 } = new MessageChannel();
    this.#control = port1;
    const up = new Promise<void>((resolve) => {
      port1.on('message', (message: From | FromHost) => {
        if (isFromHost(message, 'loaded')) this.#worker = this.#find(message.threadId);
        else if (isFromHost(message, 'up')) resolve();
        else receive(message as From);
      });
    });
    const transferList = [port2, ...task.links.map((link) => link.port)];
    const run = pool.run({ ...task, control: port2 }, { transferList, signal: this.#abort.signal });
    this.ended = run.then(
      () => ({ type: 'failed', stack: 'the host returned' }) as const,
      (error: unknown) => this.#endingOf(error),
    );
    this.gone = this.ended.then(async () => {
      await this.#exit();
      // What the thread said last may still be on its way.
      setImmediate(() => port1.close());
    });
    this.up = Promise.race([up, this.ended.then((ending) => this.#neverUp(ending))]);
  }

  post(message: unknown, transfer: MessagePort[] = []): void {
    this.#control.postMessage(message, transfer);
  }

  /** Kills the thread, whatever it does. */
  abort(): void {
    const before = this.#pool.threads;
    this.#abort.abort();
    const after = new Set(this.#pool.threads);
    this.#worker = before.find((worker) => !after.has(worker));
  }

  #find(threadId: number): Worker | undefined {
    return this.#pool.threads.find((worker) => worker.threadId === threadId);
  }

  /** A thread that never told its id and was not aborted goes on: it told the pool that its modules are not there. */
  async #exit(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || worker.threadId === -1) return;
    await new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  }

  #endingOf(error: unknown): Ending {
    if (this.#abort.signal.aborted) return { type: 'aborted' };
    return { type: 'failed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }

  #neverUp(ending: Ending): void {
    if (this.#worker !== undefined || ending.type === 'aborted') return;
    throw new Error(`a host did not start: ${ending.stack}`);
  }
}

function isFromHost<Type extends FromHost['type']>(
  message: unknown,
  type: Type,
): message is Extract<FromHost, { type: Type }> {
  return (message as { readonly type: string }).type === type;
}
