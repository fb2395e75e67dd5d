import type { Completion, NodeId, Operation, Plain, RequestId } from '../../src/kernel/operation.ts';
import { majorityOf } from '../../src/kernel/quorum.ts';
import type { Env, Outbox, Replica } from '../../src/kernel/replica.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';

const ok: Completion = { type: 'ok' };

/**
 * What no replicated write can do without, and nothing else: the value goes to every peer, and a majority says that it
 * came. Nothing is stored. Its throughput is that of the runtime itself.
 */
class Raw implements Replica<Plain> {
  readonly #peers: readonly NodeId[];
  readonly #needed: number;
  readonly #answers = new Map<RequestId, number>();

  constructor({ peers }: Env) {
    this.#peers = peers;
    this.#needed = majorityOf(peers.length + 1) - 1;
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, _context: Plain, out: Outbox<Plain>): void {
    const { key, value } = operation as { readonly key: string; readonly value: Plain };
    this.#answers.set(request, 0);
    for (const peer of this.#peers) out.send(peer, { type: 'store', key, value, request });
  }

  onMessage(from: NodeId, message: Plain, out: Outbox<Plain>): void {
    const { type, request } = message as { readonly type: string; readonly request: RequestId };
    if (type === 'store') return out.send(from, { type: 'stored', request });
    const answers = this.#answers.get(request);
    if (answers === undefined) return;
    if (answers + 1 < this.#needed) {
      this.#answers.set(request, answers + 1);
    } else {
      this.#answers.delete(request);
      out.reply(request, ok);
    }
  }

  onTimer(): void {}

  contents(): [] {
    return [];
  }
}

export const strategy: AnyStrategy = {
  name: 'raw',
  summary: 'sends each write to every peer and stores nothing',
  family: 'eventual',
  knobs: [],
  operations: { read: 'refused', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: [],
  guarantees: () => [],
  create: (env) => new Raw(env),
};
