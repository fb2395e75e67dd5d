import type { Key, NodeId } from '../../kernel/operation.ts';
import { Tally } from '../../kernel/quorum.ts';
import type { Outbox, TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Activity, UnderWay } from '../../kernel/under-way.ts';
import type { Acceptor } from './acceptor.ts';
import {
  ancestorsOf,
  type Ballot,
  ballotAbove,
  countersBetween,
  latestOf,
  noVersion,
  proposerOf,
  successorOf,
  type Version,
} from './ballot.ts';
import type { Accept, Accepted, EpochMessage, Prepare, Promised, Rejected } from './message.ts';
import { type Pace, resendsForNobody, settleWithin } from './pace.ts';
import { answerChosen, applyBatch, giveUp, type Pending } from './pending.ts';
import type { Roster } from './roster.ts';
import type { Suspects } from './suspects.ts';

type Out = Outbox<EpochMessage>;

/** A proposer lets so many rivals go first before it insists. */
const yieldsAtMost = 8;

const noVotes = new Tally(0);

/** The consensus of one key as this node drives it: one ballot at a time. */
class Round implements Activity {
  readonly key: Key;
  place = -1;
  /**
   * `wait`: a rival goes first. `settle`: nothing is left to answer; the votes of the rest are awaited, to see that
   * all nodes hold what was chosen.
   */
  phase: 'wait' | 'prepare' | 'accept' | 'settle' = 'settle';
  ballot: Ballot = 0;
  votes = noVotes;
  /** The highest version that the promises reported. */
  base: Version = noVersion;
  /** The message of the phase, to be repeated to those who stay silent. */
  message: Prepare | Accept | null = null;
  /** What is being proposed, or was under an earlier ballot of this round. */
  batch: Pending[] = [];
  waiting: Pending[] = [];
  /** The highest promise that a rejection told of. */
  above: Ballot = 0;
  /** The rival ballot that went first last. */
  yieldedTo: Ballot = 0;
  yields = 0;
  retry: TimerId | null = null;
  startedAt: Micros = 0;
  resendAt: Micros = 0;
  resends = 0;

  constructor(key: Key) {
    this.key = key;
  }
}

/**
 * The proposer of CASPaxos (Rystsov 2018, section 2.2): a majority promises a ballot and reports what it accepted;
 * the change is applied to the newest of that; a majority accepts the result. The change is a whole batch: all that
 * waits for the key at this node.
 *
 * **When an accept is preempted** its fate is open: a minority may hold the value, and any later proposer may or may
 * not build on it. The batch is then proposed again, on top of what a fresh majority reports, and that is safe
 * although an add must not count twice. Each version carries its lineage (`ancestorsOf`), so each proposal is made
 * in full knowledge of which earlier attempts its base contains:
 *
 * - The base is, or descends from, attempt b: the operations of b are in it. They are not applied again, and they
 *   are done, with the completions of attempt b, as soon as the new proposal is chosen.
 * - The base does not descend from b: the operations are applied on top. Attempt b may still lie at a minority, and
 *   a third proposer may still build on it, but then on b *instead of* the new attempt: the two are rival branches,
 *   a value is on one branch only, and both branches contain each operation once. Once the new attempt is chosen
 *   every later ballot descends from it (the invariant of Paxos), so b is dead.
 * - Nobody is answered before a proposal that contains the operation is chosen. That the base itself is not known to
 *   be chosen does no harm: choosing what was built on it chooses it.
 *
 * So it never matters how many others overwrote the value in between, and `info` is left for one case: operations
 * that were proposed and given up for lack of a majority.
 */
export class Proposer {
  readonly #roster: Roster;
  readonly #acceptor: Acceptor;
  readonly #pace: Pace;
  readonly #suspects: Suspects;
  readonly #rounds = new UnderWay<Round>();
  /** Hears of each ballot of this proposer that is chosen. */
  readonly #onChosen: (key: Key, out: Out) => void;

  constructor(
    roster: Roster,
    acceptor: Acceptor,
    pace: Pace,
    suspects: Suspects,
    onChosen: (key: Key, out: Out) => void,
  ) {
    this.#roster = roster;
    this.#acceptor = acceptor;
    this.#pace = pace;
    this.#suspects = suspects;
    this.#onChosen = onChosen;
  }

  get idle(): boolean {
    return this.#rounds.size === 0;
  }

  worksOn(key: Key): boolean {
    return this.#rounds.has(key);
  }

  submit(key: Key, operations: readonly Pending[], out: Out): void {
    const round = this.#roundOf(key);
    for (const pending of operations) round.waiting.push(pending);
    if (round.phase === 'settle') this.#begin(round, out);
  }

  /** Proposes the value as it is under a new ballot above `above`, so that all can accept it. */
  refresh(key: Key, above: Ballot, out: Out): void {
    const round = this.#roundOf(key);
    if (round.phase !== 'settle') return;
    round.above = Math.max(round.above, above);
    this.#prepare(round, out);
  }

  onPromised(from: NodeId, message: Promised, out: Out): void {
    const round = this.#rounds.get(message.key);
    if (round === undefined || round.phase !== 'prepare' || round.ballot !== message.ballot) return;
    this.#promise(round, from, message, out);
  }

  onAccepted(from: NodeId, { key, ballot }: Accepted, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.ballot !== ballot) return;
    if (round.phase === 'accept' || round.phase === 'settle') this.#vote(round, from, out);
  }

  /**
   * One acceptor has promised a higher ballot. A majority of the others may still do, so votes go on counting until
   * the retry is due.
   */
  onRejected({ key, ballot, promise }: Rejected, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.phase === 'settle' || round.ballot !== ballot) return;
    round.above = Math.max(round.above, promise);
    this.#backOff(round, out);
  }

  onRetry(key: Key, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.phase === 'settle') return;
    round.retry = null;
    if (round.phase === 'wait') this.#begin(round, out);
    else this.#prepare(round, out);
  }

  sweep(now: Micros, giveUpAfter: Micros, out: Out): void {
    this.#rounds.forEach((round) => {
      round.batch = giveUp(round.batch, now - giveUpAfter, out);
      round.waiting = giveUp(round.waiting, now - giveUpAfter, out);
      if (now < round.resendAt) return;
      const serves = round.batch.length + round.waiting.length > 0;
      if (round.phase === 'settle' || (!serves && round.resends >= resendsForNobody)) {
        this.#drop(round, out);
        this.#suspects.add(round.key);
      } else this.#resend(round, now, out);
    });
  }

  /** Other members vote from now on: what was begun among the earlier ones begins again, and no vote of theirs counts. */
  restart(out: Out): void {
    this.#rounds.forEach((round) => {
      if (round.phase === 'settle') {
        this.#drop(round, out);
        this.#suspects.add(round.key);
        return;
      }
      round.phase = 'wait';
      round.resendAt = Number.POSITIVE_INFINITY;
      round.votes = noVotes;
      if (round.retry === null) this.#prepare(round, out);
    });
  }

  /** This node has left: nobody counts its votes, and it counts none. */
  resign(out: Out): void {
    this.#rounds.forEach((round) => {
      giveUp(round.batch, Number.POSITIVE_INFINITY, out);
      giveUp(round.waiting, Number.POSITIVE_INFINITY, out);
      this.#drop(round, out);
    });
  }

  #roundOf(key: Key): Round {
    let round = this.#rounds.get(key);
    if (round === undefined) {
      round = new Round(key);
      this.#rounds.begin(round);
    }
    return round;
  }

  #begin(round: Round, out: Out): void {
    const next = this.#acceptor.promisedNext(round.key, this.#roster.id);
    if (next === 0) return this.#prepare(round, out);
    round.ballot = next;
    round.base = this.#acceptor.record(round.key);
    this.#propose(round, out);
  }

  #prepare(round: Round, out: Out): void {
    const { key } = round;
    if (this.#mustYield(round)) return this.#yield(round, out);
    // This acceptor has promised every ballot that this node ever issued, and its disk remembers: so no ballot is
    // ever issued twice, whatever crashed in between.
    const floor = Math.max(this.#acceptor.record(key).promise, round.above);
    round.ballot = ballotAbove(floor, this.#roster.id);
    round.base = noVersion;
    this.#enter(round, 'prepare', { type: 'prepare', key, ballot: round.ballot }, out);
    const own = this.#acceptor.prepare(key, round.ballot, out);
    if (own !== null) this.#promise(round, this.#roster.id, own, out);
  }

  /**
   * A rival has prepared here and its accept has not come yet, so it is half way. To preempt it now would begin a
   * duel. Each rival is yielded to once: it may have died.
   */
  #mustYield(round: Round): boolean {
    const { promise, accepted } = this.#acceptor.record(round.key);
    const rival = proposerOf(promise) !== this.#roster.id && promise !== successorOf(accepted);
    return rival && promise !== round.yieldedTo && round.yields < yieldsAtMost;
  }

  #yield(round: Round, out: Out): void {
    round.yieldedTo = this.#acceptor.record(round.key).promise;
    round.yields += 1;
    this.#stepAside(round, out);
  }

  /**
   * Somebody else had the key a few ballots ago. Whoever had it last lets the others go first: otherwise proposers
   * that are near the majority would keep it among themselves, and the far ones would starve.
   */
  #contested(round: Round): boolean {
    const rival = (round.message as Accept).ancestors[0];
    return rival !== undefined && countersBetween(rival, round.ballot) <= this.#roster.majority;
  }

  #stepAside(round: Round, out: Out): void {
    if (round.phase === 'settle') {
      round.phase = 'wait';
      round.resendAt = Number.POSITIVE_INFINITY;
    }
    this.#backOff(round, out);
  }

  #promise(round: Round, from: NodeId, version: Version, out: Out): void {
    if (version.accepted > round.base.accepted) round.base = version;
    if (!round.votes.add(from)) return;
    this.#observe(round);
    this.#propose(round, out);
  }

  #propose(round: Round, out: Out): void {
    const { key, ballot, base } = round;
    // A rival's prepare arrived here in the meantime: as good as a rejection, and nothing has been proposed.
    if (this.#acceptor.record(key).promise !== ballot) return this.#backOff(round, out);
    if (round.batch.length === 0) round.batch = round.waiting;
    else for (const pending of round.waiting) round.batch.push(pending);
    round.waiting = [];
    const value = applyBatch(round.batch, ballot, base.value, latestOf(this.#roster.id, base));
    const accept: Accept = { type: 'accept', key, ballot, value, ancestors: ancestorsOf(ballot, base) };
    this.#enter(round, 'accept', accept, out);
    this.#acceptor.accept(accept, out);
    this.#vote(round, this.#roster.id, out);
  }

  #vote(round: Round, from: NodeId, out: Out): void {
    if (round.votes.add(from)) this.#chosen(round, out);
    else if (round.phase === 'settle' && round.votes.size === this.#roster.size) this.#settled(round, out);
  }

  #chosen(round: Round, out: Out): void {
    this.#observe(round);
    this.#acceptor.confirm(round.key, round.ballot);
    answerChosen(round.batch, out);
    round.batch = [];
    round.above = 0;
    round.yields = 0;
    this.#cancelRetry(round, out);
    round.phase = 'settle';
    round.resendAt = round.startedAt + settleWithin;
    this.#onChosen(round.key, out);
    if (round.waiting.length > 0 && this.#contested(round)) this.#stepAside(round, out);
    else if (round.waiting.length > 0) this.#begin(round, out);
    else if (round.votes.size === this.#roster.size) this.#settled(round, out);
  }

  #enter(round: Round, phase: 'prepare' | 'accept', message: Prepare | Accept, out: Out): void {
    this.#cancelRetry(round, out);
    round.phase = phase;
    round.message = message;
    round.votes = new Tally(this.#roster.majority);
    round.resends = 0;
    round.startedAt = this.#pace.now();
    round.resendAt = round.startedAt + this.#pace.resendAfter(0);
    for (const peer of this.#roster.peers) out.send(peer, message);
  }

  #resend(round: Round, now: Micros, out: Out): void {
    round.resends += 1;
    round.resendAt = now + this.#pace.resendAfter(round.resends);
    for (const peer of this.#roster.peers) {
      if (!round.votes.has(peer)) out.send(peer, round.message!);
    }
  }

  #observe(round: Round): void {
    this.#pace.observe(this.#pace.now() - round.startedAt, round.resends > 0);
  }

  #backOff(round: Round, out: Out): void {
    if (round.retry !== null) return;
    const oldest = round.batch[0] ?? round.waiting[0];
    const waited = oldest === undefined ? 0 : this.#pace.now() - oldest.since;
    round.retry = out.setTimer(this.#pace.backOff(waited), { type: 'retry', key: round.key });
  }

  #cancelRetry(round: Round, out: Out): void {
    if (round.retry === null) return;
    out.cancelTimer(round.retry);
    round.retry = null;
  }

  #settled(round: Round, out: Out): void {
    this.#suspects.clear(round.key);
    this.#drop(round, out);
  }

  #drop(round: Round, out: Out): void {
    this.#cancelRetry(round, out);
    this.#rounds.end(round.key);
  }
}
