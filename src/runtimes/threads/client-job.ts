import type { Plain } from '../../kernel/operation.ts';
import type { ClientJob } from '../cluster.ts';
import type { FromClients } from './protocol.ts';

/** A program that runs on the clients' thread, seen from the main thread. */
export class ThreadJob<Result> implements ClientJob<Result> {
  readonly #result: Promise<Result>;
  readonly #cancel: () => void;
  readonly #listeners: ((progress: Plain) => void)[] = [];
  #settle: { resolve(result: Result): void; reject(error: Error): void } | undefined;

  constructor(cancel: () => void) {
    this.#cancel = cancel;
    this.#result = new Promise<Result>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever asks for the result is told; until then a failure is nobody's unhandled rejection.
    this.#result.catch(() => {});
  }

  get running(): boolean {
    return this.#settle !== undefined;
  }

  onProgress(listener: (progress: Plain) => void): void {
    this.#listeners.push(listener);
  }

  cancel(): void {
    if (this.running) this.#cancel();
  }

  result(): Promise<Result> {
    return this.#result;
  }

  receive(message: FromClients): void {
    switch (message.type) {
      case 'progress':
        for (const listener of this.#listeners) listener(message.progress);
        return;
      case 'finished':
        this.#settle?.resolve(message.result as Result);
        this.#settle = undefined;
        return;
      case 'broken':
        this.fail(brokenProgram(message.stack));
    }
  }

  fail(error: Error): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}

/** Keeps the stack of the clients' thread, which tells more than ours. */
export function brokenProgram(stack: string): Error {
  const error = new Error(`the client program broke: ${stack.split('\n')[0]}`);
  error.stack = stack;
  return error;
}
