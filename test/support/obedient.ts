import type { Key, NodeId, Operation, Plain, RequestId, Value } from '../../src/kernel/operation.ts';
import { isUpdate } from '../../src/kernel/operation.ts';
import type { Durable, Env, Outbox, Replica } from '../../src/kernel/replica.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';

/**
 * Does what the first word of a key says, so that a test can make a replica do anything: `local` answers at once, `all`
 * when every peer has stored the value, `silent` never, `twice` twice, `throw` stores something and throws, `loop`
 * never comes back, `timer` answers by a timer, `cancel` cancels its timer, `fill` sends every peer the value as many
 * times as it says, `role` makes the node play the role and note it, `life` tells which life this is and how it
 * booted, and `clock` by how much its wall clock is ahead of its monotonic one.
 */
export const strategy: AnyStrategy = {
  name: 'obedient',
  summary: 'does what the key says',
  family: 'eventual',
  knobs: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: ['crash', 'pause', 'partition'],
  guarantees: () => [],
  create: (env, boot, durable) => new Obedient(env, boot, durable),
};

class Obedient implements Replica<Plain> {
  readonly #env: Env;
  readonly #boot: string;
  readonly #values: Map<Key, Value>;
  readonly #acks = new Map<RequestId, number>();
  #role = 'follower';

  constructor(env: Env, boot: string, durable: Durable) {
    this.#env = env;
    this.#boot = boot;
    this.#values = new Map(durable as ReadonlyMap<Key, Value>);
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, context: Plain, out: Outbox<Plain>): void {
    const { key } = operation;
    const value = operation.type === 'write' ? operation.value : null;
    switch (key.split('-')[0]) {
      case 'silent':
        return;
      case 'twice':
        out.reply(request, { type: 'ok' });
        return out.reply(request, { type: 'ok' });
      case 'throw':
        out.persist('local-torn', 'never');
        throw new Error('told to throw');
      case 'loop':
        for (;;);
      case 'timer':
        out.setTimer(100, { request, value });
        return;
      case 'cancel':
        out.cancelTimer(out.setTimer(100, { request, value: 'not cancelled' }));
        out.setTimer(200, { request, value });
        return;
      case 'life':
        return out.reply(request, { type: 'ok', value: [this.#env.incarnation, this.#boot] });
      case 'clock':
        return out.reply(request, { type: 'ok', value: this.#env.wallClock() - this.#env.monotonic() });
      case 'role':
        this.#role = value as string;
        out.note({ type: 'role', role: this.#role });
        return out.reply(request, { type: 'ok' });
      case 'fill':
        for (let i = 0; i < (value as number); i += 1) this.#sendAll({ fill: i }, out);
        return out.reply(request, { type: 'ok' });
      default:
        return this.#serve(request, operation, value, context, out);
    }
  }

  onMessage(from: NodeId, message: Plain, out: Outbox<Plain>): void {
    const { store, value, ack, fill } = message as {
      readonly store?: Key;
      readonly value?: Value;
      readonly ack: RequestId;
      readonly fill?: number;
    };
    if (fill !== undefined) {
      const key = `fill-${from}`;
      // Only what comes in the order of sending counts.
      if (((this.#values.get(key) as number) ?? 0) === fill) this.#values.set(key, fill + 1);
    } else if (store !== undefined) {
      this.#store(store, value as Value, out);
      out.send(from, { ack });
    } else if (this.#acks.has(ack)) {
      const left = this.#acks.get(ack)! - 1;
      this.#acks.set(ack, left);
      if (left === 0) out.reply(ack, { type: 'ok' });
    }
  }

  onTimer(data: Plain, out: Outbox<Plain>): void {
    const { request, value } = data as { readonly request: RequestId; readonly value: Value };
    out.reply(request, { type: 'ok', value });
  }

  contents(): Iterable<readonly [Key, Value]> {
    return this.#values;
  }

  role(): string {
    return this.#role;
  }

  #serve(request: RequestId, operation: Operation, value: Value, context: Plain, out: Outbox<Plain>): void {
    const { key } = operation;
    if (!isUpdate(operation.type)) {
      return out.reply(request, { type: 'ok', value: this.#values.get(key) ?? null }, context);
    }
    this.#store(key, value, out);
    if (key.startsWith('local')) return out.reply(request, { type: 'ok' }, context);
    this.#acks.set(request, this.#env.peers.length);
    this.#sendAll({ store: key, value: value as Plain, ack: request }, out);
  }

  #store(key: Key, value: Value, out: Outbox<Plain>): void {
    this.#values.set(key, value);
    out.persist(key, value as Plain);
  }

  #sendAll(message: Plain, out: Outbox<Plain>): void {
    for (const peer of this.#env.peers) out.send(peer, message);
  }
}
