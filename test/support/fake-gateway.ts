import type { Completion, Context, NodeId, Operation, RequestId } from '../../src/kernel/operation.ts';
import type { Micros } from '../../src/kernel/time.ts';
import type { Gateway } from '../../src/runtimes/cluster.ts';

/** A request as the fake cluster got it, with the way to answer it. */
export interface Asked {
  readonly request: RequestId;
  readonly site: number;
  readonly node: NodeId;
  readonly operation: Operation;
  readonly context: Context;
  answer(completion: Completion, context?: Context): void;
}

/** A gateway whose time passes and whose answers come only when a test says so. */
export class FakeGateway<Result> implements Gateway<Result> {
  readonly asked: Asked[] = [];
  readonly forgotten: RequestId[] = [];
  readonly published: unknown[] = [];
  result: Result | undefined;
  #now: Micros = 0;
  #order = 0;
  #timers: { readonly at: Micros; readonly order: number; readonly callback: () => void }[] = [];
  #cancel: (() => void)[] = [];

  readonly now = (): Micros => this.#now;

  at(at: Micros, callback: () => void): void {
    this.#order += 1;
    this.#timers.push({ at, order: this.#order, callback });
  }

  invoke(
    request: RequestId,
    site: number,
    node: NodeId,
    operation: Operation,
    context: Context,
    complete: (completion: Completion, context: Context) => void,
  ): void {
    const answer = (completion: Completion, next?: Context) => complete(completion, next);
    this.asked.push({ request, site, node, operation, context, answer });
  }

  forget(request: RequestId): void {
    this.forgotten.push(request);
  }

  /** Nobody comes and nobody goes. */
  onServing(): void {}

  publish(progress: unknown): void {
    this.published.push(progress);
  }

  onCancel(listener: () => void): void {
    this.#cancel.push(listener);
  }

  finish(result: Result): void {
    if (this.result !== undefined) throw new Error('the program finished twice');
    this.result = result;
  }

  cancel(): void {
    for (const listener of this.#cancel) listener();
  }

  /** Lets time pass to `at`, timer by timer. */
  advance(at: Micros): void {
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= at);
      const [first] = due.sort((a, b) => a.at - b.at || a.order - b.order);
      if (first === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== first);
      this.#now = Math.max(this.#now, first.at);
      first.callback();
    }
    this.#now = at;
  }
}
