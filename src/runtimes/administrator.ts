import type { NodeId } from '../kernel/operation.ts';
import type { Membership } from '../kernel/replica.ts';
import type { Micros } from '../kernel/time.ts';

/** One node that came or went. */
export interface MembershipChange {
  readonly type: 'join' | 'leave';
  readonly node: NodeId;
  /** The schedule asked for it. Changes happen one after the other, so it may have begun later. */
  readonly asked: Micros;
  /** The newcomer serves, or the leaver has gone; null where that has not happened. */
  readonly settled: Micros | null;
  /** Of the messages to a newcomer, or from a leaver, while the change was under way. */
  readonly bytes: number;
}

/** What carries out the decisions of an administrator. */
export interface Staff {
  /** Boots a newcomer on an empty disk. */
  admit(node: NodeId): void;
  /** Tells the members, whoever leaves, and clients, each at its own moment. */
  announce(): void;
  /** Ends a leaver for good: its disk is gone. */
  dismiss(node: NodeId): void;
  /** The bytes of all messages so far to a newcomer, or from a leaver. */
  carried(type: MembershipChange['type'], node: NodeId): number;
}

type Open = { -readonly [Field in keyof MembershipChange]: MembershipChange[Field] };

/**
 * Decides who belongs to a cluster: one change after the other, each under an epoch of its own, so that all nodes are
 * told the same (the configuration master of Lamport, Malkhi and Zhou 2009, "Vertical Paxos"). How a change is made
 * without harm is the strategy's affair; it notes when the epoch is settled, and only then the next one begins.
 */
export class Administrator {
  membership: Membership;
  readonly #staff: Staff;
  readonly #waiting: Open[] = [];
  readonly #done: Open[] = [];
  #current: Open | undefined;

  constructor(members: readonly NodeId[], staff: Staff) {
    this.membership = { epoch: 1, members };
    this.#staff = staff;
  }

  /** All that have begun, in order, and those that wait. */
  changes(): readonly MembershipChange[] {
    const current = this.#current;
    if (current === undefined) return [...this.#done];
    const carried = this.#staff.carried(current.type, current.node);
    return [...this.#done, { ...current, bytes: current.bytes + carried }, ...this.#waiting];
  }

  /** Nobody is about to come or to go. */
  get idle(): boolean {
    return this.#current === undefined;
  }

  joins(node: NodeId): boolean {
    return this.#current?.type === 'join' && this.#current.node === node;
  }

  /** A process of this node may run: it is a member, or leaves and has not gone yet. */
  hosts(node: NodeId): boolean {
    return this.membership.members.includes(node) || this.#current?.node === node;
  }

  /** Clients may ask this node. */
  serves(node: NodeId): boolean {
    return this.membership.members.includes(node) && !this.joins(node);
  }

  /** Whom clients know. */
  serving(): readonly NodeId[] {
    return this.membership.members.filter((node) => !this.joins(node));
  }

  ask(type: 'join' | 'leave', node: NodeId, now: Micros): void {
    this.#waiting.push({ type, node, asked: now, settled: null, bytes: 0 });
    this.#beginNext();
  }

  /** A member has noted that an epoch is settled. */
  settled(epoch: number, now: Micros): void {
    const change = this.#current;
    if (change === undefined || epoch !== this.membership.epoch) return;
    change.settled = now;
    change.bytes += this.#staff.carried(change.type, change.node);
    this.#current = undefined;
    this.#done.push(change);
    if (change.type === 'leave') this.#staff.dismiss(change.node);
    this.#staff.announce();
    this.#beginNext();
  }

  #beginNext(): void {
    if (this.#current !== undefined) return;
    const change = this.#waiting.shift();
    if (change === undefined) return;
    const { epoch, members } = this.membership;
    const left = members.filter((node) => node !== change.node);
    const isMember = left.length < members.length;
    // Whoever is there cannot join, whoever is not cannot leave, and somebody has to keep the store.
    if (change.type === 'join' ? isMember : !isMember || left.length === 0) return this.#beginNext();
    this.#current = change;
    change.bytes = -this.#staff.carried(change.type, change.node);
    const next = change.type === 'join' ? [...members, change.node].sort((a, b) => a - b) : left;
    this.membership = { epoch: epoch + 1, members: next };
    if (change.type === 'join') this.#staff.admit(change.node);
    this.#staff.announce();
  }
}
