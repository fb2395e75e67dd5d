import { Amnesiac } from '../kernel/amnesiac.ts';
import { type DurationKnob, giveUpKnob } from '../kernel/knobs.ts';
import type { Context, Key, NodeId, Operation, Plain, RequestId, Value } from '../kernel/operation.ts';
import type { Durable, Env, Outbox, Replica } from '../kernel/replica.ts';
import { clockFaults, networkFaults, processFaults, type Strategy } from '../kernel/strategy.ts';
import { type Micros, milliseconds } from '../kernel/time.ts';
import { Acceptor } from './quorum/acceptor.ts';
import { assertNodeFits } from './quorum/ballot.ts';
import type { QuorumMessage } from './quorum/message.ts';
import { Pace } from './quorum/pace.ts';
import type { Pending } from './quorum/pending.ts';
import { Proposer } from './quorum/proposer.ts';
import { Reader } from './quorum/reader.ts';
import { Suspects } from './quorum/suspects.ts';

export type { QuorumMessage } from './quorum/message.ts';

/** What timers carry. */
type QuorumTimer =
  | { readonly type: 'retry'; readonly key: Key }
  | { readonly type: 'sweep' }
  | { readonly type: 'repair' };

const sweepEvery: Micros = milliseconds(10);

const giveUp = giveUpKnob(milliseconds(1_500), 'a majority');

const repairInterval: DurationKnob = {
  name: 'repair-interval',
  kind: 'duration',
  default: milliseconds(200),
  minimum: 0,
  sentence:
    'How long a node waits before it looks again after nodes that missed an update; 0s leaves them to the next read.',
};

/** Leaderless consensus per key: CASPaxos (Denis Rystsov, "CASPaxos: Replicated State Machines without logs", 2018). */
export const strategy: Strategy<QuorumMessage> = {
  name: 'quorum',
  summary: 'per-key consensus on a majority without a leader (CASPaxos)',
  family: 'strong',
  knobs: [giveUp, repairInterval],
  operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'refused' },
  tolerates: [...processFaults, ...networkFaults, ...clockFaults],
  // Whoever crashed comes back and looks after its own unfinished business; without repair a node that missed an update
  // stays behind until the next operation on the key.
  guarantees: (given) =>
    given['repair-interval'] === 0
      ? ['linearizable', 'no-lost-adds', 'no-lost-writes']
      : ['linearizable', 'no-lost-adds', 'no-lost-writes', 'convergent'],
  create: (env, boot, durable) => (boot === 'replaced' ? new Amnesiac() : new QuorumReplica(env, durable)),
};

class QuorumReplica implements Replica<QuorumMessage> {
  readonly #acceptor: Acceptor;
  readonly #proposer: Proposer;
  readonly #reader: Reader;
  readonly #pace: Pace;
  readonly #suspects: Suspects;
  readonly #giveUpAfter: Micros;
  readonly #repairEvery: Micros;
  #sweeping = false;
  #repairing = false;

  constructor(env: Env, durable: Durable) {
    assertNodeFits(env.id);
    this.#giveUpAfter = Number(env.knobs['give-up'] ?? giveUp.default);
    this.#repairEvery = Number(env.knobs['repair-interval'] ?? repairInterval.default);
    this.#pace = new Pace(env, this.#giveUpAfter);
    this.#acceptor = new Acceptor(durable);
    // After a crash any key may have moved on elsewhere, or have been left half-proposed here.
    this.#suspects = new Suspects(this.#acceptor.keys(), this.#repairEvery > 0);
    this.#proposer = new Proposer(env, this.#acceptor, this.#pace, this.#suspects);
    this.#reader = new Reader(env, this.#acceptor, this.#proposer, this.#pace, this.#suspects);
  }

  onStart(out: Outbox<QuorumMessage>): void {
    this.#keepWatch(out);
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<QuorumMessage>): void {
    if (operation.type === 'transfer') {
      out.reply(request, { type: 'fail', error: 'quorum has no transactions over two keys' });
      return;
    }
    const pending: Pending = { request, operation, since: this.#pace.now(), attempts: null };
    if (operation.type === 'read') this.#reader.submit(operation.key, pending, out);
    else this.#proposer.submit(operation.key, [pending], out);
    this.#keepWatch(out);
  }

  onMessage(from: NodeId, message: QuorumMessage, out: Outbox<QuorumMessage>): void {
    switch (message.type) {
      case 'prepare':
        return this.#acceptor.onPrepare(from, message, out);
      case 'accept':
        return this.#acceptor.onAccept(from, message, out);
      case 'query':
        return this.#acceptor.onQuery(from, message, out);
      case 'promised':
        return this.#proposer.onPromised(from, message, out);
      case 'accepted':
        this.#proposer.onAccepted(from, message, out);
        return this.#reader.onAccepted(from, message, out);
      case 'rejected':
        this.#proposer.onRejected(message, out);
        return this.#reader.onRejected(from, message, out);
      case 'state':
        return this.#reader.onState(from, message, out);
    }
  }

  onTimer(data: Plain, out: Outbox<QuorumMessage>): void {
    const timer = data as unknown as QuorumTimer;
    switch (timer.type) {
      case 'retry':
        this.#proposer.onRetry(timer.key, out);
        break;
      case 'sweep':
        this.#sweeping = false;
        this.#proposer.sweep(this.#pace.now(), this.#giveUpAfter, out);
        this.#reader.sweep(this.#pace.now(), this.#giveUpAfter, out);
        break;
      case 'repair':
        this.#repairing = false;
        this.#reader.repair(out);
        break;
    }
    this.#keepWatch(out);
  }

  contents(): Iterable<readonly [Key, Value]> {
    return this.#acceptor.contents();
  }

  /** One timer watches over all rounds, and one over suspects that must wait; neither is set when there are none. */
  #keepWatch(out: Outbox<QuorumMessage>): void {
    if (!this.#sweeping && !(this.#proposer.idle && this.#reader.idle)) {
      this.#sweeping = true;
      out.setTimer(sweepEvery, { type: 'sweep' });
    }
    if (!this.#repairing && this.#suspects.size > 0) {
      this.#repairing = true;
      out.setTimer(this.#repairEvery, { type: 'repair' });
    }
  }
}
