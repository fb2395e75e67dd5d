import { type Completion, isUpdate, type NodeId } from '../../kernel/operation.ts';
import type { Env } from '../../kernel/replica.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';
import type { Ask, Office, Out } from './ask.ts';
import type { Granter } from './granter.ts';
import type { Answer, Forward, Hello, Redirect } from './message.ts';
import type { Pace } from './pace.ts';
import { lifeIn, nodeIn, type Token } from './token.ts';

const forwardsPerLife = 1_000_000_000;

/** A forward is repeated when its answer takes so many times longer than usual, and its receiver is suspect if that does not help. */
const repeatAfter = 1.5;
const suspectAfter = 3;
const repeatAtLeast: Micros = milliseconds(10);
const repeatDoublings = 3;

interface Parcel {
  readonly to: NodeId;
  readonly message: Forward;
  readonly ask: Ask;
  readonly sentAt: Micros;
  resendAt: Micros;
  resends: number;
}

/** What is known of how a node answers forwards. */
interface Receiver {
  outstanding: number;
  /** How long it usually takes to answer; null before it ever did. */
  usual: Micros | null;
  /** When it last gave a sign of life, or was asked first after it had answered everything. */
  heardAt: Micros;
}

/**
 * Carries asks to the node that holds their key, and sees that each gets an answer. A forward can be repeated, since its
 * receiver counts it once. If the receiver's life ends, or it stays silent for longer than its lease would last, an
 * update may or may not have been done: `info`.
 */
export class Courier {
  readonly #office: Office;
  readonly #granter: Granter;
  readonly #pace: Pace;
  readonly #lease: Micros;
  readonly #parcels = new Map<number, Parcel>();
  readonly #receivers = new Map<NodeId, Receiver>();
  #next: number;
  #oldest: number;

  constructor(env: Env, office: Office, granter: Granter, pace: Pace, lease: Micros) {
    this.#office = office;
    this.#granter = granter;
    this.#pace = pace;
    this.#lease = lease;
    this.#next = env.incarnation * forwardsPerLife;
    this.#oldest = this.#next;
  }

  get idle(): boolean {
    return this.#parcels.size === 0;
  }

  /** Sends an ask to the holder that a token names. */
  forward(ask: Ask, holder: Token, out: Out): void {
    const to = nodeIn(holder);
    const now = this.#pace.now();
    const number = this.#next++;
    const message: Forward = {
      type: 'forward',
      number,
      oldest: this.#oldest,
      life: lifeIn(holder),
      task: ask.task,
    };
    const receiver = this.#receiver(to);
    if (receiver.outstanding === 0) receiver.heardAt = now;
    receiver.outstanding += 1;
    const resendAt = now + this.#repeatAfter(receiver, 0);
    this.#parcels.set(number, { to, message, ask, sentAt: now, resendAt, resends: 0 });
    out.send(to, message);
  }

  /** Whether the holder that a token names owes an answer for too long. */
  suspects(holder: Token): boolean {
    const receiver = this.#receivers.get(nodeIn(holder));
    if (receiver === undefined || receiver.outstanding === 0) return false;
    return this.#pace.now() - receiver.heardAt > this.#patience(receiver);
  }

  onAnswer({ number, completion }: Answer, out: Out): void {
    const parcel = this.#take(number, true);
    if (parcel !== null) this.#office.settle(parcel.ask, completion, out);
  }

  onRedirect({ number, fence, remaining, serving }: Redirect, out: Out): void {
    const parcel = this.#take(number, true);
    if (parcel === null) return;
    const { key } = parcel.ask.task;
    this.#granter.disown(key, parcel.message.life);
    if (remaining > 0) this.#granter.observe(key, fence, remaining, serving);
    parcel.ask.hops += 1;
    this.#office.dispatch(parcel.ask, out);
  }

  /** The receiver lives, and has not forgotten. */
  onUnderway(from: NodeId): void {
    this.#receiver(from).heardAt = this.#pace.now();
  }

  /** Whatever was asked of an earlier life of this node will not be answered any more. */
  onHello(from: NodeId, { life }: Hello, out: Out): void {
    for (const [number, parcel] of this.#parcels) {
      if (parcel.to !== from || parcel.message.life >= life) continue;
      this.#take(number, true);
      this.#lose(parcel, out);
    }
  }

  sweep(now: Micros, giveUpAfter: Micros, out: Out): void {
    for (const [number, parcel] of this.#parcels) {
      const { message, ask } = parcel;
      if (ask.task.type !== 'credit' && now - ask.since > giveUpAfter) {
        this.#take(number, false);
        this.#office.settle(ask, isHarmless(ask) ? noAnswer.read : noAnswer.update, out);
      } else if (this.#isLost(parcel, now)) {
        this.#take(number, false);
        this.#lose(parcel, out);
      } else if (now >= parcel.resendAt) {
        parcel.resends += 1;
        parcel.resendAt = now + this.#repeatAfter(this.#receiver(parcel.to), parcel.resends);
        out.send(parcel.to, { ...message, oldest: this.#oldest });
      }
    }
  }

  #isLost({ to, message, ask, sentAt }: Parcel, now: Micros): boolean {
    // What does no harm if it is done twice may be asked elsewhere as soon as the lease has moved on, or run out.
    if (isHarmless(ask) && this.suspects(message.life)) {
      const lease = this.#granter.leaseOfOther(ask.task.key);
      if (lease === null || lifeIn(lease.token) !== message.life) return true;
    }
    const receiver = this.#receiver(to);
    const silence = now - Math.max(sentAt, receiver.heardAt);
    return silence > Math.max(this.#lease, this.#patience(receiver));
  }

  #repeatAfter({ usual }: Receiver, resends: number): Micros {
    const first = usual === null ? this.#pace.resendAfter(0) : repeatAfter * usual;
    return Math.round(Math.max(first, repeatAtLeast)) * (1 << Math.min(resends, repeatDoublings));
  }

  /** A holder that never answered yet gets as long as it could keep the lease without a word. */
  #patience({ usual }: Receiver): Micros {
    return usual === null ? this.#lease : Math.max(suspectAfter * usual, 2 * repeatAtLeast);
  }

  #lose({ ask }: Parcel, out: Out): void {
    if (isHarmless(ask)) this.#office.dispatch(ask, out);
    else this.#office.settle(ask, noAnswer.update, out);
  }

  #take(number: number, heard: boolean): Parcel | null {
    const parcel = this.#parcels.get(number);
    if (parcel === undefined) return null;
    this.#parcels.delete(number);
    while (this.#oldest < this.#next && !this.#parcels.has(this.#oldest)) this.#oldest += 1;
    const receiver = this.#receiver(parcel.to);
    receiver.outstanding -= 1;
    if (heard) this.#hear(receiver, parcel);
    return parcel;
  }

  #receiver(node: NodeId): Receiver {
    let receiver = this.#receivers.get(node);
    if (receiver === undefined) {
      receiver = { outstanding: 0, usual: null, heardAt: 0 };
      this.#receivers.set(node, receiver);
    }
    return receiver;
  }

  #hear(receiver: Receiver, { sentAt }: Parcel): void {
    receiver.heardAt = this.#pace.now();
    const took = receiver.heardAt - sentAt;
    receiver.usual = receiver.usual === null ? took : receiver.usual + (took - receiver.usual) / 8;
  }
}

const noAnswer = {
  read: { type: 'fail', error: 'the holder did not answer' },
  update: { type: 'info', error: 'the holder did not answer' },
} as const satisfies Readonly<Record<string, Completion>>;

function isHarmless({ task }: Ask): boolean {
  return task.type === 'credit' || !isUpdate(task.type);
}
