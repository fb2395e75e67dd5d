import {
  applyTo,
  type Completion,
  type Context,
  type Key,
  type NodeId,
  type Operation,
  type Plain,
  type RequestId,
  type Value,
} from '../../../src/kernel/operation.ts';
import { majorityOf, Tally } from '../../../src/kernel/quorum.ts';
import type { Durable, Env, Outbox, Replica } from '../../../src/kernel/replica.ts';
import type { Strategy } from '../../../src/kernel/strategy.ts';
import { milliseconds } from '../../../src/kernel/time.ts';

/** What can be built wrong about the consensus. Everything left out is right. */
export interface Flaws {
  /** What is accepted reaches the disk, but not what is only promised. */
  readonly forgetsPromises?: boolean;
  /** Ballots do not tell who proposes. */
  readonly sharesBallots?: boolean;
  /** A proposer builds on the first answer it gets instead of on the newest. */
  readonly buildsOnFirst?: boolean;
}

/** What is on disk for a key. */
type Slot = { readonly promise: number; readonly accepted: number; readonly value: Value };

type Message = { readonly round: number; readonly key: Key; readonly ballot: number } & (
  | { readonly type: 'prepare' }
  | { readonly type: 'promised'; readonly slot: Slot }
  | { readonly type: 'accept'; readonly value: Value }
  | { readonly type: 'accepted' }
  | { readonly type: 'rejected'; readonly promise: number }
);

interface Round {
  readonly request: RequestId;
  readonly operation: Operation;
  readonly number: number;
  readonly attempts: number;
  readonly ballot: number;
  readonly noes: Set<NodeId>;
  yeses: Tally;
  base: Slot;
  completion: Completion | null;
  message: Message;
}

const blank: Slot = { promise: 0, accepted: 0, value: null };
const resendAfter = milliseconds(5);
const roundsPerLife = 1_000_000;
const nodesAtMost = 100;
const attemptsAtMost = 20;

/**
 * CASPaxos (Rystsov 2018) as plain as it gets: two round trips for each operation, nobody gives way to anybody, and mail is
 * repeated at short intervals. Duels are frequent, and so is whatever a duel brings to light.
 */
export function plainConsensus(name: string, flaws: Flaws = {}): Strategy<Message> {
  return {
    name,
    summary: 'consensus per key in two round trips, without any politeness',
    family: 'strong',
    knobs: [],
    operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'refused' },
    tolerates: ['crash', 'pause', 'partition', 'loss', 'duplication', 'reordering', 'clock-skew'],
    guarantees: () => ['linearizable', 'no-lost-adds', 'no-lost-writes'],
    create: (env, _boot, durable) => new Consensus(env, durable, flaws),
  };
}

class Consensus implements Replica<Message> {
  readonly #env: Env;
  readonly #flaws: Flaws;
  readonly #slots: Map<Key, Slot>;
  readonly #rounds = new Map<number, Round>();
  readonly #majority: number;
  #nextRound: number;

  constructor(env: Env, durable: Durable, flaws: Flaws) {
    this.#env = env;
    this.#flaws = flaws;
    this.#slots = new Map(durable as ReadonlyMap<Key, Slot>);
    this.#majority = majorityOf(env.peers.length + 1);
    this.#nextRound = env.incarnation * roundsPerLife;
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<Message>): void {
    this.#prepare(request, operation, 1, 0, out);
  }

  onMessage(from: NodeId, message: Message, out: Outbox<Message>): void {
    const { type, key, ballot } = message;
    if (type === 'prepare' || type === 'accept') {
      const answer = this.#vote(message, out);
      if (from === this.#env.id) this.onMessage(from, answer, out);
      else out.send(from, answer);
      return;
    }
    const round = this.#rounds.get(message.round);
    if (round === undefined || round.message.ballot !== ballot || round.message.key !== key) return;
    if (type === 'rejected') this.#refuse(round, from, message.promise, out);
    else if (type === 'promised' && round.message.type === 'prepare')
      this.#hear(round, from, message.slot, out);
    else if (type === 'accepted' && round.message.type === 'accept') this.#count(round, from, out);
  }

  onTimer(data: Plain, out: Outbox<Message>): void {
    const { number, request, operation, attempts, above } = data as unknown as Timer;
    if (operation !== undefined) return this.#prepare(request!, operation, attempts!, above!, out);
    const round = this.#rounds.get(number!);
    if (round === undefined) return;
    for (const peer of this.#env.peers) if (!round.yeses.has(peer)) out.send(peer, round.message);
    out.setTimer(resendAfter, { number: round.number });
  }

  *contents(): Iterable<readonly [Key, Value]> {
    for (const [key, { value }] of this.#slots) yield [key, value];
  }

  #slot(key: Key): Slot {
    return this.#slots.get(key) ?? blank;
  }

  #vote(message: Message & { readonly type: 'prepare' | 'accept' }, out: Outbox<Message>): Message {
    const { round, key, ballot } = message;
    const slot = this.#slot(key);
    if (ballot < slot.promise) return { type: 'rejected', round, key, ballot, promise: slot.promise };
    if (message.type === 'accept') {
      this.#keep(key, { promise: ballot, accepted: ballot, value: message.value }, out);
      return { type: 'accepted', round, key, ballot };
    }
    if (this.#flaws.forgetsPromises) this.#slots.set(key, { ...slot, promise: ballot });
    else this.#keep(key, { ...slot, promise: ballot }, out);
    return { type: 'promised', round, key, ballot, slot };
  }

  #keep(key: Key, slot: Slot, out: Outbox<Message>): void {
    this.#slots.set(key, slot);
    out.persist(key, slot);
  }

  #prepare(
    request: RequestId,
    operation: Operation,
    attempts: number,
    above: number,
    out: Outbox<Message>,
  ): void {
    const { key } = operation;
    const number = this.#nextRound++;
    const counter = Math.floor(Math.max(above, this.#slot(key).promise) / nodesAtMost) + 1;
    const ballot = counter * nodesAtMost + (this.#flaws.sharesBallots ? 0 : this.#env.id);
    const message: Message = { type: 'prepare', round: number, key, ballot };
    const yeses = new Tally(this.#majority);
    const round: Round = {
      request,
      operation,
      number,
      attempts,
      ballot,
      noes: new Set(),
      yeses,
      base: blank,
      completion: null,
      message,
    };
    this.#rounds.set(number, round);
    out.setTimer(resendAfter, { number });
    this.#tell(message, out);
  }

  #tell(message: Message, out: Outbox<Message>): void {
    for (const peer of this.#env.peers) out.send(peer, message);
    this.onMessage(this.#env.id, message, out);
  }

  #hear(round: Round, from: NodeId, slot: Slot, out: Outbox<Message>): void {
    const better = this.#flaws.buildsOnFirst ? round.yeses.size === 0 : slot.accepted > round.base.accepted;
    if (better) round.base = slot;
    if (round.yeses.add(from)) this.#propose(round, out);
  }

  #propose(round: Round, out: Outbox<Message>): void {
    const { operation, number, ballot, base } = round;
    if (operation.type === 'transfer') return;
    const effect = applyTo(base.value, operation);
    const value = effect.type === 'set' ? effect.value : base.value;
    round.completion =
      effect.type === 'set' ? { type: 'ok', ...answerOf(operation, value) } : { ...effect, value };
    round.message = { type: 'accept', round: number, key: operation.key, ballot, value };
    round.yeses = new Tally(this.#majority);
    round.noes.clear();
    this.#tell(round.message, out);
  }

  #count(round: Round, from: NodeId, out: Outbox<Message>): void {
    if (!round.yeses.add(from)) return;
    this.#rounds.delete(round.number);
    out.reply(round.request, round.completion!);
  }

  /** An update that was proposed may yet be built on by somebody, so it must not be proposed again. */
  #refuse(round: Round, from: NodeId, promise: number, out: Outbox<Message>): void {
    const { request, operation, number, attempts, noes } = round;
    noes.add(from);
    if (noes.size <= this.#env.peers.length + 1 - this.#majority) return;
    this.#rounds.delete(number);
    if (round.message.type === 'accept' && operation.type !== 'read') {
      return out.reply(request, { type: 'info', error: 'preempted' });
    }
    if (attempts >= attemptsAtMost) return out.reply(request, { type: 'fail', error: 'preempted too often' });
    const wait = this.#env.random.below(resendAfter * attempts);
    out.setTimer(wait, { request, operation: { ...operation }, attempts: attempts + 1, above: promise });
  }
}

/** Either a round to be repeated, or an operation to be tried again. */
interface Timer {
  readonly number?: number;
  readonly request?: RequestId;
  readonly operation?: Operation;
  readonly attempts?: number;
  readonly above?: number;
}

function answerOf(operation: Operation, value: Value): { readonly value?: Value } {
  return operation.type === 'write' ? {} : { value };
}
