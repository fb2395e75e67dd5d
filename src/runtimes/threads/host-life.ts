import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Patience } from './patience.ts';
import type { Pool } from './pool.ts';
import type { ClientsTask, FromHost, NodeTask } from './protocol.ts';

/** How a thread ended: by our own abort, or by an error. */
export type Ending = { readonly type: 'aborted' } | { readonly type: 'failed'; readonly stack: string };

/**
 * One life of one host on its thread, seen from the main thread. Three things tell of it: the pool, of its end; the
 * control port, of what it says; and the closing of that port, which the thread's end brings about, of its being
 * gone. The pool and the port keep no order between them, but on the port all that was said comes before the closing.
 */
export class HostLife<From> {
  /** Resolves when the host runs or its strategy failed to start; rejects where its modules could not be loaded. */
  readonly up: Promise<void>;
  /** Resolves when the life is over, though its thread may execute for some milliseconds more. */
  readonly ended: Promise<Ending>;
  /** Resolves when the thread is gone: it executes nothing any more, and all that it said was received. */
  readonly gone: Promise<void>;
  readonly #abort = new AbortController();
  readonly #control: MessagePort;
  #loaded = false;
  /** Why we ended it, where it was not a crash of the schedule. */
  #fault: string | undefined;

  constructor(
    pool: Pool,
    task: Omit<NodeTask, 'control'> | Omit<ClientsTask, 'control'>,
    patience: Patience,
    receive: (message: From) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#control = port1;
    const up = new Promise<void>((resolve) => {
      port1.on('message', (message: From | FromHost) => {
        if (isFromHost(message, 'loaded')) this.#loaded = true;
        else if (isFromHost(message, 'up')) resolve();
        else receive(message as From);
      });
    });
    const closed = new Promise<void>((resolve) => {
      port1.once('close', () => resolve());
    });
    const ports = [port2, ...task.links.map((link) => link.port)];
    this.ended = pool.run({ ...task, control: port2 }, ports, this.#abort.signal).then(
      // A host never returns, but to the pool an error that is null looks like it.
      () => ({ type: 'failed', stack: 'it threw null' }) as const,
      (error: unknown) => this.#endingOf(error),
    );
    this.gone = this.ended.then(() => {
      // Where no thread ever took the task, its end of the channel is still here; elsewhere this does nothing.
      port2.close();
      return closed;
    });
    const neverUp = this.gone.then(() => this.ended).then((ending) => this.#neverUp(ending));
    this.up = Promise.race([up, neverUp]);
    patience.expect(Promise.race([up, this.ended]), (limit) =>
      this.fail(
        this.#loaded
          ? `create and onStart ran for ${limit}: is there an endless loop?`
          : `importing its modules took more than ${limit}`,
      ),
    );
  }

  post(message: unknown, transfer: MessagePort[] = []): void {
    this.#control.postMessage(message, transfer);
  }

  /** Kills the thread, whatever it does. */
  abort(): void {
    this.#abort.abort();
  }

  /** Kills a thread that does not do what it must, and lets it count as a failure of its own. */
  fail(why: string): void {
    this.#fault ??= why;
    this.abort();
  }

  #endingOf(error: unknown): Ending {
    if (this.#fault !== undefined) return { type: 'failed', stack: this.#fault };
    if (this.#abort.signal.aborted) return { type: 'aborted' };
    return { type: 'failed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }

  #neverUp(ending: Ending): void {
    if (this.#loaded || ending.type === 'aborted') return;
    throw new Error(`a host did not start: ${ending.stack}`);
  }
}

function isFromHost<Type extends FromHost['type']>(
  message: unknown,
  type: Type,
): message is Extract<FromHost, { type: Type }> {
  return (message as { readonly type: string }).type === type;
}
