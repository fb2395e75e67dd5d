import type { Context, Key, NodeId, Operation, RequestId, Value } from '../../src/kernel/operation.ts';
import { majorityOf } from '../../src/kernel/quorum.ts';
import type { Env, Outbox, Replica } from '../../src/kernel/replica.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';

/** A value and when it was written: counter × 1,000 + node. */
interface Stamped {
  readonly stamp: number;
  readonly value: Value;
}

type Message =
  | { readonly type: 'query'; readonly round: number; readonly key: Key }
  | { readonly type: 'state'; readonly round: number; readonly stored: Stamped }
  | { readonly type: 'store'; readonly round: number; readonly key: Key; readonly stored: Stamped }
  | { readonly type: 'stored'; readonly round: number };

interface Round {
  readonly request: RequestId;
  readonly key: Key;
  /** What to write; undefined for a read. */
  readonly written: Value | undefined;
  latest: Stamped;
  answers: number;
  storing: boolean;
}

const never: Stamped = { stamp: 0, value: null };

/**
 * The majority register of Attiya, Bar-Noy and Dolev ("Sharing memory robustly in message-passing systems", 1995), as plain
 * as it gets: two rounds to all nodes for every operation, no retries. A simulator that runs it does little else than
 * simulate.
 */
export const register: Strategy<Message> = {
  name: 'register',
  summary: 'a majority register of two rounds',
  family: 'strong',
  knobs: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: [],
  guarantees: () => ['linearizable'],
  create: (env) => new Register(env),
};

class Register implements Replica<Message> {
  readonly #env: Env;
  readonly #majority: number;
  readonly #stored = new Map<Key, Stamped>();
  readonly #rounds: (Round | undefined)[] = [];

  constructor(env: Env) {
    this.#env = env;
    this.#majority = majorityOf(env.peers.length + 1);
  }

  onStart(): void {}

  onTimer(): void {}

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<Message>): void {
    const { key } = operation;
    const written = operation.type === 'write' ? operation.value : undefined;
    const round = this.#rounds.length;
    this.#rounds.push({ request, key, written, latest: this.#read(key), answers: 1, storing: false });
    this.#toPeers({ type: 'query', round, key }, out);
  }

  onMessage(from: NodeId, message: Message, out: Outbox<Message>): void {
    switch (message.type) {
      case 'query':
        return out.send(from, { type: 'state', round: message.round, stored: this.#read(message.key) });
      case 'store':
        this.#store(message.key, message.stored, out);
        return out.send(from, { type: 'stored', round: message.round });
      default:
        return this.#hear(message, out);
    }
  }

  contents(): Iterable<readonly [Key, Value]> {
    return [...this.#stored].map(([key, { value }]) => [key, value] as const);
  }

  #hear(message: Message & { readonly type: 'state' | 'stored' }, out: Outbox<Message>): void {
    const round = this.#rounds[message.round];
    if (round === undefined || round.storing !== (message.type === 'stored')) return;
    if (message.type === 'state' && message.stored.stamp > round.latest.stamp) round.latest = message.stored;
    round.answers += 1;
    if (round.answers < this.#majority) return;
    if (round.storing) this.#finish(message.round, round, out);
    else this.#spread(message.round, round, out);
  }

  #spread(number: number, round: Round, out: Outbox<Message>): void {
    const { key, written, latest } = round;
    if (written !== undefined) {
      const counter = Math.floor(latest.stamp / 1_000) + 1;
      round.latest = { stamp: counter * 1_000 + this.#env.id, value: written };
    }
    round.storing = true;
    round.answers = 1;
    this.#store(key, round.latest, out);
    this.#toPeers({ type: 'store', round: number, key, stored: round.latest }, out);
  }

  #finish(number: number, { request, written, latest }: Round, out: Outbox<Message>): void {
    this.#rounds[number] = undefined;
    out.reply(request, written === undefined ? { type: 'ok', value: latest.value } : { type: 'ok' });
  }

  #read(key: Key): Stamped {
    return this.#stored.get(key) ?? never;
  }

  #store(key: Key, stored: Stamped, out: Outbox<Message>): void {
    if (stored.stamp <= this.#read(key).stamp) return;
    this.#stored.set(key, stored);
    out.persist(key, { ...stored });
  }

  #toPeers(message: Message, out: Outbox<Message>): void {
    for (const peer of this.#env.peers) out.send(peer, message);
  }
}
