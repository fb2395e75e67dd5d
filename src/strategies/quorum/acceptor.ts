import type { Key, NodeId, Value } from '../../kernel/operation.ts';
import type { Durable, Outbox } from '../../kernel/replica.ts';
import { type Ballot, noVersion, proposerOf, successorOf, type Version } from './ballot.ts';
import type { Accept, EpochMessage, Prepare, Query } from './message.ts';

/** What is on disk for a key. Never changed, only replaced. */
export type AcceptorRecord = Version & { readonly promise: Ballot };

interface Slot {
  record: AcceptorRecord;
  /** The last ballot of this node's own proposer that a majority is known to have accepted. Lost by a restart. */
  confirmed: Ballot;
}

const blank: AcceptorRecord = { promise: 0, ...noVersion };

/**
 * The acceptor of CASPaxos (Rystsov 2018, section 2.2), one independent register per key. It persists what it
 * promises and accepts in the same step in which it answers, so an answer is never ahead of the disk.
 */
export class Acceptor {
  readonly #slots = new Map<Key, Slot>();

  constructor(durable: Durable) {
    for (const [key, record] of durable) {
      this.#slots.set(key, { record: record as AcceptorRecord, confirmed: 0 });
    }
  }

  record(key: Key): AcceptorRecord {
    return this.#slots.get(key)?.record ?? blank;
  }

  keys(): Iterable<Key> {
    return this.#slots.keys();
  }

  /** What this acceptor has promised for each key that it has ever voted on. */
  *promises(): Generator<readonly [Key, Ballot]> {
    for (const [key, { record }] of this.#slots) yield [key, record.promise];
  }

  /** A ballot that this node's proposer prepared in this epoch was chosen. */
  isConfirmed(key: Key): boolean {
    return (this.#slots.get(key)?.confirmed ?? 0) > 0;
  }

  /** Other members count from now on, so no majority of them is known to have accepted anything. */
  forgetConfirmed(): void {
    for (const slot of this.#slots.values()) slot.confirmed = 0;
  }

  *contents(): Generator<readonly [Key, Value]> {
    for (const [key, { record }] of this.#slots) {
      if (record.value !== null) yield [key, record.value];
    }
  }

  /** What was accepted last; null when a higher ballot has been promised. Asked twice, it answers twice: mail may be duplicated. */
  prepare(key: Key, ballot: Ballot, out: Outbox<EpochMessage>): Version | null {
    const slot = this.#slots.get(key);
    const { promise, accepted, value, ancestors } = slot?.record ?? blank;
    if (ballot < promise) return null;
    const record = { promise: ballot, accepted, value, ancestors };
    if (ballot > promise) this.#store(key, slot, record, out);
    return record;
  }

  /**
   * False when a higher ballot has been promised. What is accepted already is accepted again without a further
   * word, whoever sends it: a reader may repeat the accept of a proposer, as the network may.
   *
   * Accepting promises the next ballot of the same proposer (section 2.2.1, one-round-trip optimisation). A majority
   * that accepted `ballot` is therefore also a majority that answered the proposer's next prepare, and each of its
   * members would have reported the very value it accepted.
   */
  accept({ key, ballot, value, ancestors }: Accept, out: Outbox<EpochMessage>): boolean {
    const slot = this.#slots.get(key);
    const { promise, accepted } = slot?.record ?? blank;
    if (ballot === accepted) return true;
    if (ballot < promise) return false;
    this.#store(key, slot, { promise: successorOf(ballot), accepted: ballot, value, ancestors }, out);
    return true;
  }

  onPrepare(from: NodeId, { key, ballot }: Prepare, out: Outbox<EpochMessage>): void {
    const version = this.prepare(key, ballot, out);
    if (version === null) return this.#reject(from, key, ballot, out);
    const { accepted, value, ancestors } = version;
    out.send(from, { type: 'promised', key, ballot, accepted, value, ancestors });
  }

  onAccept(from: NodeId, message: Accept, out: Outbox<EpochMessage>): void {
    const { key, ballot } = message;
    if (!this.accept(message, out)) return this.#reject(from, key, ballot, out);
    out.send(from, { type: 'accepted', key, ballot });
  }

  onQuery(from: NodeId, { key, query }: Query, out: Outbox<EpochMessage>): void {
    const { accepted, value, ancestors } = this.record(key);
    out.send(from, { type: 'state', key, query, accepted, value, ancestors });
  }

  /** A majority has accepted `ballot`, a ballot of this node's proposer. */
  confirm(key: Key, ballot: Ballot): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined) slot.confirmed = ballot;
  }

  /**
   * The ballot that this node's proposer may use without a prepare, or 0. A majority promised it while accepting the
   * proposer's last value, and nothing that this acceptor has seen since has taken its place. It was never issued
   * before, not even by an earlier life: issuing it makes this acceptor accept it, on disk.
   */
  promisedNext(key: Key, proposer: NodeId): Ballot {
    const slot = this.#slots.get(key);
    if (slot === undefined) return 0;
    const { promise, accepted } = slot.record;
    if (slot.confirmed !== accepted || accepted === 0 || proposerOf(accepted) !== proposer) return 0;
    return promise === successorOf(accepted) ? promise : 0;
  }

  #store(key: Key, slot: Slot | undefined, record: AcceptorRecord, out: Outbox<EpochMessage>): void {
    if (slot === undefined) this.#slots.set(key, { record, confirmed: 0 });
    else slot.record = record;
    out.persist(key, record);
  }

  #reject(to: NodeId, key: Key, ballot: Ballot, out: Outbox<EpochMessage>): void {
    out.send(to, { type: 'rejected', key, ballot, promise: this.record(key).promise });
  }
}
