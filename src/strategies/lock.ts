import { Amnesiac } from '../kernel/amnesiac.ts';
import { antiEntropyTimer } from '../kernel/anti-entropy.ts';
import { antiEntropyKnob, giveUpKnob } from '../kernel/knobs.ts';
import { lifeOf } from '../kernel/life.ts';
import type {
  Completion,
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../kernel/operation.ts';
import type { Boot, Durable, Env, Outbox, Replica, TimerId } from '../kernel/replica.ts';
import { clockFaults, type Knob, networkFaults, processFaults, type Strategy } from '../kernel/strategy.ts';
import { type Micros, milliseconds, seconds } from '../kernel/time.ts';
import { type Ask, hopsAtMost, newAsk, type Office } from './lock/ask.ts';
import { Courier } from './lock/courier.ts';
import { Granter } from './lock/granter.ts';
import { Holder } from './lock/holder.ts';
import { Inbox } from './lock/inbox.ts';
import type { Forward, Hello, LockMessage } from './lock/message.ts';
import { Pace } from './lock/pace.ts';
import { assertIncarnationFits, type Token } from './lock/token.ts';
import { Transfers } from './lock/transfers.ts';

export type { LockMessage } from './lock/message.ts';

const sweepEvery: Micros = milliseconds(10);

const knobs: readonly Knob[] = [
  {
    name: 'lease',
    kind: 'duration',
    default: seconds(1),
    minimum: milliseconds(1),
    sentence: 'How long after its last use others leave a key to its holder.',
  },
  giveUpKnob(seconds(2), 'a lease or a majority'),
  antiEntropyKnob,
];

/** So many keys at a time are taken only to repair them. */
const keysLookedAfter = 32;

type Timer = { readonly type: 'sweep' | 'retry' | 'credit'; readonly key?: Key; readonly name?: string };

/** A lease per key, granted by a majority and guarded by fencing tokens (Gray and Cheriton 1989; Burrows 2006). */
export const strategy: Strategy<LockMessage> = {
  name: 'lock',
  summary: 'a lease per key, granted by a majority and guarded by fencing tokens',
  family: 'strong',
  knobs,
  operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'native' },
  tolerates: [...processFaults, ...networkFaults, ...clockFaults, 'slow-disk'],
  guarantees: (knobs) => {
    const always = ['linearizable', 'no-lost-adds', 'no-lost-writes', 'atomic-transfers'] as const;
    return knobs['anti-entropy'] === 0 ? always : [...always, 'convergent'];
  },
  // With its grants forgotten, it could help two holders to a majority each.
  create: (env, boot, durable) =>
    boot === 'replaced' ? new Amnesiac() : new LockReplica(env, boot, durable),
};

class LockReplica implements Replica<LockMessage>, Office {
  readonly #env: Env;
  readonly #boot: Boot;
  readonly #life: number;
  readonly #lease: Micros;
  readonly #giveUpAfter: Micros;
  readonly #pace: Pace;
  readonly #granter: Granter;
  readonly #holder: Holder;
  readonly #courier: Courier;
  readonly #transfers: Transfers;
  readonly #inbox = new Inbox();
  #sweeper: TimerId | null = null;
  #sweepsAfter: Micros = sweepEvery;

  constructor(env: Env, boot: Boot, durable: Durable) {
    assertIncarnationFits(env.incarnation);
    const lease = Number(env.knobs.lease);
    this.#lease = lease;
    this.#env = env;
    this.#boot = boot;
    this.#life = lifeOf(env.id, env.incarnation);
    this.#giveUpAfter = Number(env.knobs['give-up']);
    this.#pace = new Pace(env);
    this.#granter = new Granter(env, lease, Number(env.knobs['anti-entropy']), durable);
    this.#holder = new Holder(env, this, this.#granter, this.#pace, lease, (from, intent, ask, out) =>
      this.#transfers.finish(from, intent, ask, out),
    );
    this.#courier = new Courier(env, this, this.#granter, this.#pace, lease);
    this.#transfers = new Transfers(env.id, this, this.#pace, (from, number, out) =>
      this.#holder.onCredited(from, number, out),
    );
  }

  onStart(out: Outbox<LockMessage>): void {
    this.#granter.antiEntropy.start(this.#boot, out);
    if (this.#boot === 'first') return;
    for (const peer of this.#env.peers) out.send(peer, { type: 'hello', life: this.#life });
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<LockMessage>): void {
    if (operation.type === 'transfer' && operation.amount < 0) {
      // It would be a credit that has to respect a floor, and could then not be promised to whoever was debited.
      out.reply(request, { type: 'fail', error: 'lock moves no negative amounts' });
      return;
    }
    const since = this.#pace.now();
    this.dispatch(newAsk(operation, this.#env.id, request, since), out);
  }

  onMessage(from: NodeId, message: LockMessage, out: Outbox<LockMessage>): void {
    switch (message.type) {
      case 'store':
        return this.#granter.onStore(from, message, out);
      case 'confirm':
        return this.#granter.onConfirm(from, message, out);
      case 'held':
        return this.#holder.onHeld(from, message, out);
      case 'forward':
        return this.#onForward(from, message, out);
      case 'answer':
        return this.#courier.onAnswer(from, message, out);
      case 'acquire':
        return this.#granter.onAcquire(from, message, out);
      case 'granted':
        return this.#holder.onGranted(from, message, out);
      case 'busy':
        return this.#holder.onBusy(from, message, out);
      case 'fenced':
        return this.#holder.onFenced(from, message, out);
      case 'release':
        return this.#granter.onRelease(message);
      case 'redirect':
        return this.#courier.onRedirect(from, message, out);
      case 'underway':
        return this.#courier.onUnderway(from, out);
      case 'hello':
        return this.#onHello(from, message, out);
      default:
        return this.#granter.antiEntropy.onMessage(from, message, out);
    }
  }

  onTimer(data: Plain, out: Outbox<LockMessage>): void {
    const timer = data as Timer;
    if (data === antiEntropyTimer) this.#compare(out);
    else if (timer.type === 'retry') this.#holder.onRetry(timer.key!, out);
    else if (timer.type === 'credit') this.#transfers.onRetry(timer.name!, out);
    else this.#sweep(out);
  }

  contents(): Iterable<readonly [Key, Value]> {
    return this.#granter.contents();
  }

  role(key?: Key): string {
    const holds = key === undefined ? this.#holder.holdsAny() : this.#holder.holds(key);
    return holds ? 'holder' : 'replica';
  }

  dispatch(ask: Ask, out: Outbox<LockMessage>): void {
    this.#watch(out);
    const { key } = ask.task;
    if (!this.#holder.worksOn(key)) {
      const lease = this.#granter.leaseOfOther(key);
      if (lease !== null && ask.hops < hopsAtMost && !this.#courier.suspects(lease.token)) {
        return this.#courier.forward(ask, lease.token, out);
      }
    }
    this.#holder.submit(ask, out);
  }

  settle(ask: Ask, completion: Completion, out: Outbox<LockMessage>): void {
    if (ask.origin !== this.#env.id) this.#inbox.answer(ask.origin, ask.number, completion, out);
    else if (ask.task.type === 'credit') this.#transfers.onCompletion(ask.task, completion, out);
    else out.reply(ask.number, completion);
  }

  handBack(ask: Ask, out: Outbox<LockMessage>): void {
    if (ask.origin === this.#env.id) return this.dispatch(ask, out);
    this.#redirect(ask.origin, ask.number, ask.task.key, out);
  }

  suspects(token: Token): boolean {
    return this.#courier.suspects(token);
  }

  onRevival(node: NodeId, out: Outbox<LockMessage>): void {
    this.#holder.onRevival(node, out);
  }

  #onHello(from: NodeId, message: Hello, out: Outbox<LockMessage>): void {
    this.#granter.onHello(from, message);
    this.#courier.onHello(from, message, out);
    this.#holder.onRevival(from, out);
  }

  #onForward(from: NodeId, message: Forward, out: Outbox<LockMessage>): void {
    const { number, life, task } = message;
    if (life !== this.#life) {
      // A former life of this node was meant, and what it did of this is forgotten.
      out.send(from, { type: 'hello', life: this.#life });
      return;
    }
    if (!this.#inbox.accept(from, message, out)) return;
    this.#watch(out);
    const ask = newAsk(task, from, number, this.#pace.now());
    if (this.#holder.worksOn(task.key)) this.#holder.submit(ask, out);
    else this.#redirect(from, number, task.key, out);
  }

  #redirect(to: NodeId, number: number, key: Key, out: Outbox<LockMessage>): void {
    const lease = this.#granter.leaseOfOther(key);
    const { token: fence, remaining, serving } = lease ?? { token: 0, remaining: 0, serving: false };
    this.#inbox.conclude(to, { type: 'redirect', number, fence, remaining, serving }, out);
  }

  /** What anti-entropy cannot mend, a new holder mends: it writes the newest version a majority knows under its own token. */
  #compare(out: Outbox<LockMessage>): void {
    const { antiEntropy, stuck, unfinished } = this.#granter;
    antiEntropy.onTimer(out);
    const keys = [...stuck, ...unfinished].slice(0, keysLookedAfter);
    stuck.clear();
    if (keys.length > 0) this.#watch(out);
    for (const key of keys) this.#holder.lookAfter(key, out);
  }

  #sweep(out: Outbox<LockMessage>): void {
    this.#sweeper = null;
    const now = this.#pace.now();
    const holding = this.#holder.sweep(now, this.#giveUpAfter, out);
    this.#courier.sweep(now, this.#giveUpAfter, out);
    this.#transfers.giveUp(now - this.#giveUpAfter, out);
    if (holding || !this.#courier.idle || !this.#transfers.idle) this.#watch(out);
    else if (!this.#holder.idle) this.#setSweeper(Math.max(sweepEvery, Math.round(this.#lease / 4)), out);
  }

  /** One timer watches over all that is under way, and comes rarely while keys are only held. */
  #watch(out: Outbox<LockMessage>): void {
    if (this.#sweeper !== null) {
      if (this.#sweepsAfter === sweepEvery) return;
      out.cancelTimer(this.#sweeper);
    }
    this.#setSweeper(sweepEvery, out);
  }

  #setSweeper(after: Micros, out: Outbox<LockMessage>): void {
    this.#sweepsAfter = after;
    this.#sweeper = out.setTimer(after, { type: 'sweep' });
  }
}
