import type { NodeId } from '../../kernel/operation.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';
import type { Pace } from './pace.ts';

/** A forward is repeated when its answer takes so many times longer than usual, and the receiver is suspect if that does not help. */
const repeatAfter = 1.5;
const suspectAfter = 3;
const repeatAtLeast: Micros = milliseconds(10);
const repeatDoublings = 3;

interface Receiver {
  outstanding: number;
  /** How long it usually takes to answer; null before it ever did. */
  usual: Micros | null;
  /** When it last gave a sign of life, or was asked first after it had answered everything. */
  heardAt: Micros;
}

/** How other nodes answer what is forwarded to them, and which of them owe an answer for too long. */
export class Receivers {
  readonly #pace: Pace;
  readonly #lease: Micros;
  readonly #receivers = new Map<NodeId, Receiver>();

  constructor(pace: Pace, lease: Micros) {
    this.#pace = pace;
    this.#lease = lease;
  }

  asked(node: NodeId, now: Micros): void {
    const receiver = this.#of(node);
    if (receiver.outstanding === 0) receiver.heardAt = now;
    receiver.outstanding += 1;
  }

  /** An answer is not waited for any more, whether or not it came. */
  settled(node: NodeId): void {
    this.#of(node).outstanding -= 1;
  }

  answered(node: NodeId, took: Micros): void {
    const receiver = this.#of(node);
    receiver.usual = receiver.usual === null ? took : receiver.usual + (took - receiver.usual) / 8;
  }

  heard(node: NodeId): void {
    this.#of(node).heardAt = this.#pace.now();
  }

  suspects(node: NodeId): boolean {
    const receiver = this.#receivers.get(node);
    if (receiver === undefined || receiver.outstanding === 0) return false;
    return this.#pace.now() - receiver.heardAt > patienceWith(receiver, this.#lease);
  }

  /** Silent for longer since `since` than its leases could last without a word. */
  isLost(node: NodeId, since: Micros): boolean {
    const receiver = this.#of(node);
    const silence = this.#pace.now() - Math.max(since, receiver.heardAt);
    return silence > Math.max(this.#lease, patienceWith(receiver, this.#lease));
  }

  repeatAfter(node: NodeId, repeats: number): Micros {
    const { usual } = this.#of(node);
    const first = usual === null ? this.#pace.resendAfter(0) : Math.round(repeatAfter * usual);
    return Math.max(first, repeatAtLeast) * (1 << Math.min(repeats, repeatDoublings));
  }

  #of(node: NodeId): Receiver {
    let receiver = this.#receivers.get(node);
    if (receiver === undefined) {
      receiver = { outstanding: 0, usual: null, heardAt: 0 };
      this.#receivers.set(node, receiver);
    }
    return receiver;
  }
}

/**
 * A holder that never answered yet gets as long as it could keep a lease without a word. And nothing is gained by
 * suspecting one for a pause that is short beside its lease, since that has to run out in any case.
 */
function patienceWith({ usual }: Receiver, lease: Micros): Micros {
  return usual === null ? lease : Math.max(suspectAfter * usual, lease / 10);
}
