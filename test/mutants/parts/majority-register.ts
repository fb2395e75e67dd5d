import { lifeOf } from '../../../src/kernel/life.ts';
import type {
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../../../src/kernel/operation.ts';
import { majorityOf, Tally } from '../../../src/kernel/quorum.ts';
import type { Durable, Env, Outbox, Replica } from '../../../src/kernel/replica.ts';
import type { Strategy } from '../../../src/kernel/strategy.ts';
import { milliseconds } from '../../../src/kernel/time.ts';

/** What can be built wrong about the register. Everything left out is right. */
export interface Flaws {
  /** How many of so many nodes a read hears, and how many hold a write before it is acknowledged: each a majority. */
  readonly readQuorum?: (nodes: number) => number;
  readonly writeQuorum?: (nodes: number) => number;
  /** A read may answer before a majority holds what it saw. */
  readonly readsWithoutWriteBack?: boolean;
  /** Writes are stamped by the coordinator's clock instead of above all that a majority has seen. */
  readonly stampsByClock?: boolean;
  /** What is held is only in memory. */
  readonly forgets?: boolean;
  /** After a while whoever has answered counts as everybody. */
  readonly settlesForFewer?: boolean;
}

type Version = { readonly time: number; readonly life: number; readonly value: Value };

type Message =
  | { readonly type: 'ask'; readonly round: number; readonly key: Key }
  | { readonly type: 'state'; readonly round: number; readonly version: Version }
  | { readonly type: 'hold'; readonly round: number; readonly key: Key; readonly version: Version }
  | { readonly type: 'held'; readonly round: number };

interface Round {
  readonly request: RequestId;
  readonly operation: Operation;
  votes: Tally;
  phase: 'ask' | 'hold';
  /** The newest version that was heard of, or that is being written. */
  version: Version;
}

const nothing: Version = { time: 0, life: 0, value: null };
const patience = milliseconds(50);
const roundsPerLife = 1_000_000;

/**
 * The multi-writer register of Attiya, Bar-Noy and Dolev 1995, "Sharing memory robustly in message-passing systems", as plain
 * as it gets: small enough to be seen to be right, and to be spoilt in one place at a time.
 */
export function majorityRegister(name: string, flaws: Flaws = {}): Strategy<Message> {
  return {
    name,
    summary: 'a register on a majority, without consensus (ABD)',
    family: 'strong',
    knobs: [],
    operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
    tolerates: ['crash', 'pause', 'partition', 'loss', 'duplication', 'reordering', 'clock-skew'],
    guarantees: () => ['linearizable', 'no-lost-writes'],
    create: (env, _boot, durable) => new Register(env, durable, flaws),
  };
}

class Register implements Replica<Message> {
  readonly #env: Env;
  readonly #flaws: Flaws;
  readonly #life: number;
  readonly #versions: Map<Key, Version>;
  readonly #rounds = new Map<number, Round>();
  readonly #readQuorum: number;
  readonly #writeQuorum: number;
  #nextRound: number;
  /** Two writes under way here at once must not get the same stamp. */
  #lastTime = 0;

  constructor(env: Env, durable: Durable, flaws: Flaws) {
    const nodes = env.peers.length + 1;
    this.#env = env;
    this.#flaws = flaws;
    this.#life = lifeOf(env.id, env.incarnation);
    this.#versions = new Map(durable as ReadonlyMap<Key, Version>);
    this.#readQuorum = (flaws.readQuorum ?? majorityOf)(nodes);
    this.#writeQuorum = (flaws.writeQuorum ?? majorityOf)(nodes);
    this.#nextRound = env.incarnation * roundsPerLife;
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<Message>): void {
    const number = this.#nextRound++;
    const votes = new Tally(this.#readQuorum);
    const round: Round = { request, operation, votes, phase: 'ask', version: nothing };
    this.#rounds.set(number, round);
    if (this.#flaws.settlesForFewer) out.setTimer(patience, number);
    if (this.#flaws.stampsByClock && operation.type === 'write') {
      return this.#write(number, round, this.#env.wallClock(), out);
    }
    for (const peer of this.#env.peers) out.send(peer, { type: 'ask', round: number, key: operation.key });
    this.#hear(number, this.#env.id, this.#version(operation.key), out);
  }

  onMessage(from: NodeId, message: Message, out: Outbox<Message>): void {
    switch (message.type) {
      case 'ask':
        return out.send(from, { type: 'state', round: message.round, version: this.#version(message.key) });
      case 'state':
        return this.#hear(message.round, from, message.version, out);
      case 'hold':
        this.#hold(message.key, message.version, out);
        return out.send(from, { type: 'held', round: message.round });
      case 'held':
        return this.#count(message.round, from, out);
    }
  }

  onTimer(data: Plain, out: Outbox<Message>): void {
    const number = data as number;
    const round = this.#rounds.get(number);
    if (round === undefined) return;
    out.setTimer(patience, number);
    this.#next(number, round, out);
  }

  *contents(): Iterable<readonly [Key, Value]> {
    for (const [key, { value }] of this.#versions) yield [key, value];
  }

  #version(key: Key): Version {
    return this.#versions.get(key) ?? nothing;
  }

  #hear(number: number, from: NodeId, version: Version, out: Outbox<Message>): void {
    const round = this.#rounds.get(number);
    if (round === undefined || round.phase !== 'ask') return;
    if (isNewer(version, round.version)) round.version = version;
    if (round.votes.add(from)) this.#next(number, round, out);
  }

  #next(number: number, round: Round, out: Outbox<Message>): void {
    const { operation, version, phase } = round;
    if (phase === 'hold') return this.#answer(number, round, out);
    if (operation.type === 'write') return this.#write(number, round, version.time + 1, out);
    if (this.#flaws.readsWithoutWriteBack) this.#answer(number, round, out);
    else this.#spread(number, round, out);
  }

  #write(number: number, round: Round, atLeast: number, out: Outbox<Message>): void {
    const { operation } = round;
    if (operation.type !== 'write') return;
    this.#lastTime = Math.max(this.#lastTime + 1, atLeast);
    round.version = { time: this.#lastTime, life: this.#life, value: operation.value };
    this.#spread(number, round, out);
  }

  #spread(number: number, round: Round, out: Outbox<Message>): void {
    const { key } = round.operation;
    const { version } = round;
    round.phase = 'hold';
    round.votes = new Tally(this.#writeQuorum);
    for (const peer of this.#env.peers) out.send(peer, { type: 'hold', round: number, key, version });
    this.#hold(key, version, out);
    this.#count(number, this.#env.id, out);
  }

  #hold(key: Key, version: Version, out: Outbox<Message>): void {
    if (!isNewer(version, this.#version(key))) return;
    this.#versions.set(key, version);
    if (!this.#flaws.forgets) out.persist(key, version);
  }

  #count(number: number, from: NodeId, out: Outbox<Message>): void {
    const round = this.#rounds.get(number);
    if (round?.phase === 'hold' && round.votes.add(from)) this.#answer(number, round, out);
  }

  #answer(number: number, { request, operation, version }: Round, out: Outbox<Message>): void {
    this.#rounds.delete(number);
    out.reply(request, operation.type === 'read' ? { type: 'ok', value: version.value } : { type: 'ok' });
  }
}

function isNewer(a: Version, b: Version): boolean {
  return a.time > b.time || (a.time === b.time && a.life > b.life);
}
