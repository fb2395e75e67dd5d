import { type Completion, isUpdate, type NodeId } from '../../kernel/operation.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ask, Office, Out } from './ask.ts';
import type { Granter } from './granter.ts';
import type { Answer, Forward, Hello, Redirect } from './message.ts';
import type { Pace } from './pace.ts';
import { Receivers } from './receivers.ts';
import { lifeIn, nodeIn, type Token } from './token.ts';

const forwardsPerLife = 1_000_000_000;

interface Parcel {
  readonly to: NodeId;
  readonly message: Forward;
  readonly ask: Ask;
  readonly sentAt: Micros;
  resendAt: Micros;
  resends: number;
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
  readonly #receivers: Receivers;
  readonly #parcels = new Map<number, Parcel>();
  #next: number;
  #oldest: number;

  constructor(env: Env, office: Office, granter: Granter, pace: Pace, lease: Micros) {
    this.#office = office;
    this.#granter = granter;
    this.#pace = pace;
    this.#receivers = new Receivers(pace, lease);
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
    const { task } = ask;
    const message: Forward = {
      type: 'forward',
      number,
      oldest: this.#oldest,
      life: lifeIn(holder),
      task,
    };
    this.#receivers.asked(to, now);
    const resendAt = now + this.#receivers.repeatAfter(to, 0);
    this.#parcels.set(number, { to, message, ask, sentAt: now, resendAt, resends: 0 });
    out.send(to, message);
  }

  /** Whether the holder that a token names owes an answer for too long. */
  suspects(holder: Token): boolean {
    return this.#receivers.suspects(nodeIn(holder));
  }

  onAnswer(from: NodeId, { number, completion }: Answer, out: Out): void {
    const parcel = this.#take(number);
    if (parcel === null) return;
    this.#receivers.answered(from, this.#pace.now() - parcel.sentAt);
    this.#heard(from, out);
    this.#office.settle(parcel.ask, completion, out);
  }

  onRedirect(from: NodeId, { number, fence, remaining, serving }: Redirect, out: Out): void {
    const parcel = this.#take(number);
    if (parcel === null) return;
    this.#heard(from, out);
    const { key } = parcel.ask.task;
    this.#granter.disown(key, parcel.message.life);
    if (remaining > 0) this.#granter.observe(key, fence, remaining, serving);
    parcel.ask.hops += 1;
    this.#office.dispatch(parcel.ask, out);
  }

  /** The receiver lives, and has not forgotten. */
  onUnderway(from: NodeId, out: Out): void {
    this.#heard(from, out);
  }

  /** Whatever was asked of an earlier life of this node will not be answered any more. */
  onHello(from: NodeId, { life }: Hello, out: Out): void {
    this.#heard(from, out);
    for (const [number, parcel] of this.#parcels) {
      if (parcel.to !== from || parcel.message.life >= life) continue;
      this.#take(number);
      this.#lose(parcel, out);
    }
  }

  sweep(now: Micros, giveUpAfter: Micros, out: Out): void {
    for (const [number, parcel] of this.#parcels) {
      const { to, message, ask } = parcel;
      if (ask.task.type !== 'credit' && now - ask.since > giveUpAfter) {
        this.#take(number);
        this.#office.settle(ask, isHarmless(ask) ? noAnswer.read : noAnswer.update, out);
      } else if (this.#isLost(parcel)) {
        this.#take(number);
        this.#lose(parcel, out);
      } else if (now >= parcel.resendAt) {
        parcel.resends += 1;
        parcel.resendAt = now + this.#receivers.repeatAfter(to, parcel.resends);
        out.send(to, { ...message, oldest: this.#oldest });
      }
    }
  }

  #isLost({ to, message, ask, sentAt }: Parcel): boolean {
    if (this.#receivers.isLost(to, sentAt)) return true;
    // What does no harm if it is done twice may be asked elsewhere as soon as the lease has moved on, or run out.
    if (!isHarmless(ask) || !this.#receivers.suspects(to)) return false;
    const lease = this.#granter.leaseOfOther(ask.task.key);
    return lease === null || lifeIn(lease.token) !== message.life;
  }

  #lose({ ask }: Parcel, out: Out): void {
    if (isHarmless(ask)) this.#office.dispatch(ask, out);
    else this.#office.settle(ask, noAnswer.update, out);
  }

  #take(number: number): Parcel | null {
    const parcel = this.#parcels.get(number);
    if (parcel === undefined) return null;
    this.#parcels.delete(number);
    this.#receivers.settled(parcel.to);
    while (this.#oldest < this.#next && !this.#parcels.has(this.#oldest)) this.#oldest += 1;
    return parcel;
  }

  #heard(from: NodeId, out: Out): void {
    const revived = this.#receivers.suspects(from);
    this.#receivers.heard(from);
    if (revived) this.#office.onRevival(from, out);
  }
}

const noAnswer = {
  read: { type: 'fail', error: 'the holder did not answer' },
  update: { type: 'info', error: 'the holder did not answer' },
} as const satisfies Readonly<Record<string, Completion>>;

function isHarmless({ task }: Ask): boolean {
  return task.type === 'credit' || !isUpdate(task.type);
}
