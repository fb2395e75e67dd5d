import { Amnesiac } from '../kernel/amnesiac.ts';
import { type DurationKnob, giveUpKnob } from '../kernel/knobs.ts';
import type { Context, Key, NodeId, Operation, Plain, RequestId, Value } from '../kernel/operation.ts';
import type { Durable, Env, Membership, Outbox, Replica } from '../kernel/replica.ts';
import {
  clockFaults,
  membershipFaults,
  networkFaults,
  processFaults,
  type Strategy,
} from '../kernel/strategy.ts';
import { type Micros, milliseconds } from '../kernel/time.ts';
import { Acceptor } from './quorum/acceptor.ts';
import { assertNodeFits } from './quorum/ballot.ts';
import { EpochOutbox } from './quorum/epoch-outbox.ts';
import type { EpochMessage, QuorumMessage } from './quorum/message.ts';
import { Pace } from './quorum/pace.ts';
import type { Pending } from './quorum/pending.ts';
import { Proposer } from './quorum/proposer.ts';
import { Reader } from './quorum/reader.ts';
import { Rescan } from './quorum/rescan.ts';
import { Roster } from './quorum/roster.ts';
import { Suspects } from './quorum/suspects.ts';

export type { QuorumMessage } from './quorum/message.ts';

type Out = Outbox<EpochMessage>;

/** What timers carry. */
type QuorumTimer =
  | { readonly type: 'retry'; readonly key: Key }
  | { readonly type: 'sweep' }
  | { readonly type: 'repair' }
  | { readonly type: 'rescan' };

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
  tolerates: [...processFaults, ...networkFaults, ...clockFaults, 'slow-disk', ...membershipFaults],
  // Whoever crashed comes back and looks after its own unfinished business; without repair a node that missed an update
  // stays behind until the next operation on the key.
  guarantees: (given) =>
    given['repair-interval'] === 0
      ? ['linearizable', 'no-lost-adds', 'no-lost-writes']
      : ['linearizable', 'no-lost-adds', 'no-lost-writes', 'convergent'],
  create: (env, boot, durable) => (boot === 'replaced' ? new Amnesiac() : new QuorumReplica(env, durable)),
};

class QuorumReplica implements Replica<QuorumMessage> {
  readonly #roster: Roster;
  readonly #rescan: Rescan;
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
    this.#roster = new Roster(env);
    this.#pace = new Pace(env, this.#roster, this.#giveUpAfter);
    this.#acceptor = new Acceptor(durable);
    // After a crash any key may have moved on elsewhere, or have been left half-proposed here.
    this.#suspects = new Suspects(this.#acceptor.keys(), this.#repairEvery > 0);
    const onChosen = (key: Key, out: Out) => this.#rescan.onChosen(key, out);
    this.#proposer = new Proposer(this.#roster, this.#acceptor, this.#pace, this.#suspects, onChosen);
    this.#reader = new Reader(env, this.#roster, this.#acceptor, this.#proposer, this.#pace, this.#suspects);
    this.#rescan = new Rescan(env, this.#roster, this.#acceptor, this.#proposer);
  }

  onStart(raw: Outbox<QuorumMessage>): void {
    const out = this.#within(raw);
    this.#rescan.begin(out);
    this.#keepWatch(out);
  }

  /** What the administrator says, or a member that has heard it sooner. */
  onMembership(membership: Membership, raw: Outbox<QuorumMessage>): void {
    if (!this.#roster.adopt(membership)) return;
    const out = this.#within(raw);
    this.#acceptor.forgetConfirmed();
    if (this.#roster.isMember) {
      this.#proposer.restart(out);
      this.#reader.restart(out);
    } else {
      this.#proposer.resign(out);
      this.#reader.resign(out);
    }
    this.#rescan.begin(out);
    this.#keepWatch(out);
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, raw: Outbox<QuorumMessage>): void {
    const out = this.#within(raw);
    if (!this.#roster.isMember) {
      out.reply(request, { type: 'fail', error: 'this node has left the cluster' });
      return;
    }
    if (operation.type === 'transfer') {
      out.reply(request, { type: 'fail', error: 'quorum has no transactions over two keys' });
      return;
    }
    const pending: Pending = { request, operation, since: this.#pace.now(), attempts: null };
    if (operation.type === 'read') this.#reader.submit(operation.key, pending, out);
    else this.#proposer.submit(operation.key, [pending], out);
    this.#keepWatch(out);
  }

  /** Votes count in one epoch only, so whatever belongs to another is not even heard. */
  onMessage(from: NodeId, message: QuorumMessage, raw: Outbox<QuorumMessage>): void {
    const roster = this.#roster;
    if (message.type === 'members') {
      this.onMembership(message, raw);
      if (message.epoch >= roster.epoch) return;
      this.#tellMembers(from, raw);
      this.#rescan.onLagging(from, this.#within(raw));
      return;
    }
    const [epoch, inner] = message.type === 'in-epoch' ? [message.epoch, message.message] : [1, message];
    if (epoch !== roster.epoch) this.#tellMembers(from, raw);
    else if (roster.isMember) this.#hear(from, inner, this.#within(raw));
  }

  #tellMembers(to: NodeId, raw: Outbox<QuorumMessage>): void {
    raw.send(to, { type: 'members', ...this.#roster.membership });
  }

  /** The first epoch is the one that messages need not name. */
  #within(raw: Outbox<QuorumMessage>): Out {
    return this.#roster.epoch === 1 ? raw : new EpochOutbox(raw, () => this.#roster.epoch);
  }

  #hear(from: NodeId, message: EpochMessage, out: Out): void {
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
      case 'list':
        return this.#rescan.onList(from, out);
      case 'keys':
        this.#rescan.onKeys(from, message, out);
        return this.#keepWatch(out);
      case 'scanning':
        return this.#rescan.onScanning(from, message, out);
      case 'chosen':
        this.#rescan.onChosenElsewhere(message, out);
        return this.#keepWatch(out);
      case 'settled':
        return this.#rescan.onSettled(out);
    }
  }

  onTimer(data: Plain, raw: Outbox<QuorumMessage>): void {
    if (!this.#roster.isMember) return;
    const out = this.#within(raw);
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
      case 'rescan':
        this.#rescan.onTimer(out);
        break;
    }
    this.#keepWatch(out);
  }

  contents(): Iterable<readonly [Key, Value]> {
    return this.#acceptor.contents();
  }

  /** One timer watches over all rounds, and one over suspects that must wait; neither is set when there are none. */
  #keepWatch(out: Out): void {
    if (!this.#roster.isMember) return;
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
