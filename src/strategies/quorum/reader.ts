import type { Key, NodeId } from '../../kernel/operation.ts';
import { NodeSet, Tally } from '../../kernel/quorum.ts';
import type { Env, Outbox } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Activity, UnderWay } from '../../kernel/under-way.ts';
import type { Acceptor } from './acceptor.ts';
import { type Ballot, noVersion, type Version } from './ballot.ts';
import type { Accept, Accepted, EpochMessage, Rejected, State } from './message.ts';
import { type Pace, resendsForNobody, settleWithin } from './pace.ts';
import { answerReads, giveUp, type Pending } from './pending.ts';
import type { Proposer } from './proposer.ts';
import type { Roster } from './roster.ts';
import type { Suspects } from './suspects.ts';

type Out = Outbox<EpochMessage>;

const queriesPerLife = 1_000_000_000;
/** So often a preempted reader asks again before its reads take part in a proposal, and so in the contest. */
const asksAgain = 3;

/** One question to all acceptors about one key, on behalf of every read that waited when it was asked. */
class ReadRound implements Activity {
  readonly key: Key;
  place = -1;
  readonly query: number;
  /** `ask`: what do you hold? `spread`: hold this. `late`: answered, and the rest of the nodes are looked after. */
  phase: 'ask' | 'spread' | 'late' = 'ask';
  /** The highest version that was reported. */
  version: Version = noVersion;
  readonly answers: Tally;
  /** Who is known to have accepted `version`. */
  readonly holders = new NodeSet();
  reads: Pending[];
  waiting: Pending[] = [];
  rejected: NodeSet | null = null;
  /** The highest promise that a rejection told of. */
  above: Ballot = 0;
  readonly startedAt: Micros;
  resendAt: Micros;
  resends = 0;
  /** Every node that may lack the version has been sent it. */
  spread = false;
  /** How often its reads were asked for, this round included. */
  asked = 0;

  constructor(key: Key, query: number, reads: Pending[], majority: number, pace: Pace) {
    this.key = key;
    this.query = query;
    this.reads = reads;
    this.answers = new Tally(majority);
    this.startedAt = pace.now();
    this.resendAt = this.startedAt + pace.resendAfter(0);
  }
}

/**
 * Reads without a ballot of their own, so that readers do not preempt writers.
 *
 * A majority reports what it accepted. Whatever was chosen before the read began is at one of its members, or below
 * what that member holds by now, so the highest ballot among the answers is at least as new as all completed updates.
 * - If the whole majority reports that ballot, it is chosen, and its value may be answered.
 * - If not, it may be a value that will never be chosen, and answering it could show a state that never was. Then
 *   the reader repeats the proposer's accept to those who lack it (as the network might: an accept is the same
 *   whoever carries it), until a majority holds it. This is the write-back of ABD (Attiya, Bar-Noy and Dolev 1995).
 * - If that is preempted, somebody is writing: ask again, and after a few times take part in a full round of this
 *   node's proposer (a promise may be all that is left of a dead rival, and only a higher ballot gets past it).
 */
export class Reader {
  readonly #roster: Roster;
  readonly #acceptor: Acceptor;
  readonly #proposer: Proposer;
  readonly #pace: Pace;
  readonly #rounds = new UnderWay<ReadRound>();
  readonly #suspects: Suspects;
  #queries: number;

  constructor(
    env: Env,
    roster: Roster,
    acceptor: Acceptor,
    proposer: Proposer,
    pace: Pace,
    suspects: Suspects,
  ) {
    this.#roster = roster;
    this.#acceptor = acceptor;
    this.#proposer = proposer;
    this.#pace = pace;
    this.#suspects = suspects;
    this.#queries = env.incarnation * queriesPerLife;
  }

  get idle(): boolean {
    return this.#rounds.size === 0 && !this.#suspects.urgent;
  }

  /** A read joins the next question about its key, never one that was asked before the read arrived. */
  submit(key: Key, read: Pending, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.phase === 'late') this.#ask(key, [read], out);
    else round.waiting.push(read);
  }

  onState(from: NodeId, message: State, out: Out): void {
    const round = this.#rounds.get(message.key);
    if (round !== undefined && round.query === message.query) this.#hear(round, from, message, out);
  }

  onAccepted(from: NodeId, { key, ballot }: Accepted, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.phase === 'ask' || round.version.accepted !== ballot) return;
    this.#hold(round, from, out);
  }

  onRejected(from: NodeId, { key, ballot, promise }: Rejected, out: Out): void {
    const round = this.#rounds.get(key);
    if (round === undefined || round.phase === 'ask' || round.version.accepted !== ballot) return;
    round.above = Math.max(round.above, promise);
    if (round.phase === 'spread') return this.#refuse(round, from, out);
    this.#outbid(round, out);
  }

  /**
   * A node lags behind and yet has promised more than the chosen ballot: only a newer ballot can reach it. Whoever is
   * far from the others may hear of that before a majority holds the version, and would else ask in vain for ever.
   */
  #outbid({ key, above }: ReadRound, out: Out): void {
    if (!this.#suspects.has(key)) return;
    this.#rounds.end(key);
    this.#proposer.refresh(key, above, out);
  }

  sweep(now: Micros, giveUpAfter: Micros, out: Out): void {
    this.#rounds.forEach((round) => {
      round.reads = giveUp(round.reads, now - giveUpAfter, out);
      round.waiting = giveUp(round.waiting, now - giveUpAfter, out);
      if (now >= round.resendAt) this.#overdue(round, now, out);
    });
    if (this.#suspects.urgent) this.repair(out);
  }

  /** Reads suspects on nobody's behalf: the answers show which nodes lag, and those are repaired. */
  repair(out: Out): void {
    for (const key of this.#suspects.first()) {
      if (!this.#rounds.has(key) && !this.#proposer.worksOn(key)) this.#ask(key, [], out);
    }
  }

  /** Other members answer from now on: whoever waits asks them. */
  restart(out: Out): void {
    this.#rounds.forEach((round) => {
      const reads = [...round.reads, ...round.waiting];
      if (reads.length > 0) this.#ask(round.key, reads, out);
      else this.#rounds.end(round.key);
    });
  }

  /** This node has left, and may read nothing any more. */
  resign(out: Out): void {
    this.#rounds.forEach((round) => {
      giveUp([...round.reads, ...round.waiting], Number.POSITIVE_INFINITY, out);
      this.#rounds.end(round.key);
    });
  }

  #ask(key: Key, reads: Pending[], out: Out, asked = 0): void {
    this.#queries += 1;
    const round = new ReadRound(key, this.#queries, reads, this.#roster.majority, this.#pace);
    round.asked = asked + 1;
    this.#rounds.begin(round);
    this.#sendExcept(round.holders, { type: 'query', key, query: round.query }, out);
    this.#hear(round, this.#roster.id, this.#acceptor.record(key), out);
  }

  #hear(round: ReadRound, from: NodeId, version: Version, out: Out): void {
    if (round.phase !== 'ask') return this.#hearLate(round, from, version, out);
    if (version.accepted > round.version.accepted) {
      round.version = version;
      round.holders.clear();
    }
    if (version.accepted === round.version.accepted) round.holders.add(from);
    if (!round.answers.add(from)) return;
    this.#pace.observe(this.#pace.now() - round.startedAt, round.resends > 0);
    if (round.holders.size >= this.#roster.majority) this.#answer(round, out);
    else this.#spread(round, out);
  }

  #hearLate(round: ReadRound, from: NodeId, { accepted }: Version, out: Out): void {
    if (accepted === round.version.accepted) return this.#hold(round, from, out);
    if (round.spread || accepted > round.version.accepted) return;
    out.note({ type: 'repaired', key: round.key });
    out.send(from, acceptOf(round));
  }

  #spread(round: ReadRound, out: Out): void {
    round.phase = 'spread';
    round.spread = true;
    const accept = acceptOf(round);
    this.#sendExcept(round.holders, accept, out);
    if (round.holders.has(this.#roster.id)) return;
    if (this.#acceptor.accept(accept, out)) this.#hold(round, this.#roster.id, out);
    else this.#refuse(round, this.#roster.id, out);
  }

  #hold(round: ReadRound, from: NodeId, out: Out): void {
    round.holders.add(from);
    if (round.phase === 'spread' && round.holders.size >= this.#roster.majority) this.#answer(round, out);
    else if (round.phase === 'late' && round.holders.size > this.#roster.peers.length) this.#finish(round);
  }

  #answer(round: ReadRound, out: Out): void {
    round.phase = 'late';
    round.resendAt = round.startedAt + settleWithin;
    answerReads(round.reads, round.version.value, out);
    const { accepted: version, value } = round.version;
    // Whoever proposed it may have died before it knew.
    if (round.reads.length > 0) out.note({ type: 'committed', key: round.key, version, value });
    round.reads = [];
    if (round.waiting.length > 0) this.#ask(round.key, round.waiting, out);
    else if (round.holders.size > this.#roster.peers.length) this.#finish(round);
    else if (round.rejected !== null) this.#outbid(round, out);
  }

  #refuse(round: ReadRound, from: NodeId, out: Out): void {
    round.rejected ??= new NodeSet();
    round.rejected.add(from);
    if (round.rejected.size > this.#roster.size - this.#roster.majority) this.#fallBack(round, out);
  }

  #fallBack(round: ReadRound, out: Out): void {
    const reads = [...round.reads, ...round.waiting];
    if (round.asked <= asksAgain) return this.#ask(round.key, reads, out, round.asked);
    this.#rounds.end(round.key);
    if (reads.length > 0) this.#proposer.submit(round.key, reads, out);
    else this.#proposer.refresh(round.key, 0, out);
  }

  /** All nodes hold the version. */
  #finish({ key }: ReadRound): void {
    this.#rounds.end(key);
    this.#suspects.clear(key);
  }

  #overdue(round: ReadRound, now: Micros, out: Out): void {
    const serves = round.reads.length + round.waiting.length > 0;
    if (round.phase === 'late' || (!serves && round.resends >= resendsForNobody)) return this.#abandon(round);
    if (round.phase === 'spread' && round.rejected !== null) return this.#fallBack(round, out);
    round.resends += 1;
    round.resendAt = now + this.#pace.resendAfter(round.resends);
    const { key, query } = round;
    if (round.phase === 'spread') this.#sendExcept(round.holders, acceptOf(round), out);
    else this.#sendExcept(round.answers, { type: 'query', key, query }, out);
  }

  #abandon({ key }: ReadRound): void {
    this.#rounds.end(key);
    if (this.#suspects.has(key)) this.#suspects.add(key);
  }

  #sendExcept(nodes: { has(node: NodeId): boolean }, message: EpochMessage, out: Out): void {
    for (const peer of this.#roster.peers) if (!nodes.has(peer)) out.send(peer, message);
  }
}

function acceptOf({ key, version }: ReadRound): Accept {
  const { accepted, value, ancestors } = version;
  return { type: 'accept', key, ballot: accepted, value, ancestors };
}
