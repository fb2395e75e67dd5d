import { lifeOf } from '../../kernel/life.ts';
import type { Key, NodeId } from '../../kernel/operation.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Ask, hopsAtMost, type Office, type Out } from './ask.ts';
import { openIntents } from './batch.ts';
import { type Granter, isNewer, type Lease } from './granter.ts';
import { Hold } from './hold.ts';
import type { Busy, Fenced, Granted, Held, Store } from './message.ts';
import type { Pace } from './pace.ts';
import { Poll } from './poll.ts';
import { type Keeper, Rounds } from './rounds.ts';
import { nodeIn, tokenAbove } from './token.ts';

/**
 * The keys that this node holds, and those that it tries to get. A key is held under a token that a majority granted, for as
 * long as a majority grants no other. A holder that was paused, or whose clock is wrong, may go on to believe that it
 * holds a key, but no round of it will succeed.
 */
export class Holder implements Keeper {
  readonly onIntent: Keeper['onIntent'];
  readonly #env: Env;
  readonly #office: Office;
  readonly #granter: Granter;
  readonly #pace: Pace;
  readonly #lease: Micros;
  readonly #life: number;
  readonly #poll: Poll;
  readonly #rounds: Rounds;
  readonly #holds = new Map<Key, Hold>();

  constructor(
    env: Env,
    office: Office,
    granter: Granter,
    pace: Pace,
    lease: Micros,
    onIntent: Keeper['onIntent'],
  ) {
    this.#env = env;
    this.#office = office;
    this.#granter = granter;
    this.#pace = pace;
    this.#lease = lease;
    this.#life = lifeOf(env.id, env.incarnation);
    this.#poll = new Poll(env, pace);
    this.#rounds = new Rounds(env.id, office, granter, this.#poll, this);
    this.onIntent = onIntent;
  }

  get idle(): boolean {
    return this.#holds.size === 0;
  }

  /** Whether the key is held here or will be asked for. */
  worksOn(key: Key): boolean {
    return this.#holds.has(key);
  }

  holds(key: Key): boolean {
    return this.#holds.get(key)?.held === true;
  }

  holdsAny(): boolean {
    for (const hold of this.#holds.values()) if (hold.held) return true;
    return false;
  }

  /** Takes an ask whose key is held here, or by nobody that is known. */
  submit(ask: Ask, out: Out): void {
    const hold = this.#holds.get(ask.task.key);
    if (hold === undefined) return this.#open(ask.task.key, [ask], out);
    hold.waiting.push(ask);
    if (hold.phase === 'idle') this.#rounds.begin(hold, out);
  }

  /** Takes a key that nobody holds, to bring its copies together and to finish what a transfer left undone. */
  lookAfter(key: Key, out: Out): void {
    if (!this.#holds.has(key) && this.#granter.leaseOfOther(key) === null) this.#open(key, [], out);
  }

  onGranted(from: NodeId, granted: Granted, out: Out): void {
    const { key, token, written, sequence, value, ledger } = granted;
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.token !== token) {
      // A grant to an attempt that is over would keep others waiting for nothing.
      out.send(from, { type: 'release', key, token });
    } else if (hold.phase === 'acquire') {
      this.#count(hold, from, { type: 'store', key, token: written, round: 0, sequence, value, ledger }, out);
    }
  }

  onBusy(from: NodeId, { key, token, fence, remaining, serving }: Busy, out: Out): void {
    this.#granter.observe(key, fence, remaining, serving);
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.phase !== 'acquire' || hold.token !== token) return;
    this.#refuse(hold, from, fence, out);
  }

  onHeld(from: NodeId, held: Held, out: Out): void {
    const hold = this.#holds.get(held.key);
    if (hold !== undefined) this.#rounds.onHeld(hold, from, held, out);
  }

  onFenced(from: NodeId, fenced: Fenced, out: Out): void {
    const hold = this.#holds.get(fenced.key);
    if (hold !== undefined) this.#rounds.onFenced(hold, from, fenced, out);
  }

  onRetry(key: Key, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.phase !== 'wait') return;
    hold.retry = null;
    for (const ask of hold.waiting) ask.hops = 0;
    this.#attempt(hold, out);
  }

  /** A holder that seemed dead has spoken, or lives anew: whoever waits for its leases to run out need not. */
  onRevival(node: NodeId, out: Out): void {
    for (const hold of this.#holds.values()) {
      if (hold.phase === 'wait' && hold.awaited === node) this.#attempt(hold, out);
    }
  }

  /** The credit that this key waited for is in. */
  onCredited(key: Key, number: number, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined) return;
    hold.cleared.add(number);
    if (hold.phase === 'idle') this.#rounds.begin(hold, out);
  }

  /** Whether anything is under way, so that it has to be looked at again soon. */
  sweep(now: Micros, giveUpAfter: Micros, out: Out): boolean {
    let busy = false;
    for (const hold of this.#holds.values()) {
      this.#rounds.giveUp(hold, now - giveUpAfter, out);
      if (hold.phase === 'idle') this.#rest(hold, now - hold.askedAt, out);
      else if (hold.phase !== 'wait' && now >= hold.resendAt) this.#overdue(hold, now, out);
      busy ||= hold.phase !== 'idle' || hold.waiting.length > 0;
    }
    return busy;
  }

  renew(hold: Hold, out: Out): void {
    const floor = Math.max(this.#granter.fence(hold.key), hold.above, hold.token);
    hold.token = tokenAbove(floor, this.#life);
    hold.cell = null;
    this.#poll.ask(hold, 'acquire', { type: 'acquire', key: hold.key, token: hold.token }, out);
    this.#grantOwn(hold, out);
  }

  lost(hold: Hold, out: Out): void {
    if (hold.waiting.length === 0 && hold.doubt === null) this.#drop(hold, out);
    else this.#attempt(hold, out);
  }

  #open(key: Key, waiting: Ask[], out: Out): void {
    const hold = new Hold(key, waiting);
    this.#holds.set(key, hold);
    this.#attempt(hold, out);
  }

  #attempt(hold: Hold, out: Out): void {
    const rival = this.#granter.leaseOfOther(hold.key);
    if (rival !== null && this.#leadsOn(hold, rival)) this.#handOver(hold, out);
    else this.renew(hold, out);
  }

  #count(hold: Hold, from: NodeId, cell: Store, out: Out): void {
    if (hold.cell === null || isNewer(cell, hold.cell)) hold.cell = cell;
    if (this.#poll.yes(hold, from)) this.#acquired(hold, out);
    else this.#grantOwn(hold, out);
  }

  /** The own vote is given last, so that it stays free for a rival as long as it cannot decide for this node. */
  #grantOwn(hold: Hold, out: Out): void {
    const { key, token, yes, no } = hold;
    const own = this.#env.id;
    if (yes.length !== this.#poll.majority - 1 || yes.includes(own) || no.includes(own)) return;
    if (this.#granter.grant(key, token, out)) this.#count(hold, own, this.#granter.cell(key), out);
    else this.#refuse(hold, own, this.#granter.fence(key), out);
  }

  /** A majority has granted the token, and none of it will hold anything older any more. */
  #acquired(hold: Hold, out: Out): void {
    out.note({ type: 'role', role: 'holder', key: hold.key });
    hold.failures = 0;
    hold.cleared.clear();
    hold.fresh = true;
    this.#rounds.begin(hold, out);
  }

  #refuse(hold: Hold, from: NodeId, fence: number, out: Out): void {
    hold.above = Math.max(hold.above, fence);
    if (this.#poll.no(hold, from)) this.#fail(hold, out);
  }

  #fail(hold: Hold, out: Out): void {
    for (const granter of hold.yes) {
      if (granter === this.#env.id) this.#granter.release(hold.key, hold.token);
      else out.send(granter, { type: 'release', key: hold.key, token: hold.token });
    }
    if (hold.waiting.length === 0 && hold.doubt === null) return this.#drop(hold, out);
    const rival = this.#granter.leaseOfOther(hold.key);
    if (rival !== null && this.#leadsOn(hold, rival)) this.#handOver(hold, out);
    else this.#stepAside(hold, rival, out);
  }

  /** Whether asks are better sent to the rival: it serves, or its attempt goes before this one, and it is not known to be silent. */
  #leadsOn(hold: Hold, rival: Lease): boolean {
    if (!rival.serving && rival.token < hold.token) return false;
    if (this.#office.suspects(rival.token)) return false;
    return hold.waiting.every(({ hops }) => hops < hopsAtMost);
  }

  #handOver(hold: Hold, out: Out): void {
    const { waiting } = hold;
    this.#drop(hold, out);
    for (const ask of waiting) this.#office.handBack(ask, out);
  }

  #stepAside(hold: Hold, rival: Lease | null, out: Out): void {
    hold.phase = 'wait';
    const silent = rival?.serving === true && this.#office.suspects(rival.token);
    hold.awaited = silent ? nodeIn(rival.token) : null;
    const wait = silent ? rival.remaining + this.#turn(rival) : this.#pace.backOff(hold.failures);
    if (!silent) hold.failures += 1;
    hold.retry = out.setTimer(wait, { type: 'retry', key: hold.key });
  }

  /** All who wait for the lease of a dead holder to run out would ask at once: so they do it in turn, its neighbour first. */
  #turn({ token }: Lease): Micros {
    const nodes = this.#env.peers.length + 1;
    const place = (this.#env.id - nodeIn(token) - 1 + nodes) % nodes;
    return this.#pace.turns(place);
  }

  /** A key that was not used for as long as it is leased for is forgotten: others may take it by now. */
  #rest(hold: Hold, idleFor: Micros, out: Out): void {
    const { ledger } = hold.cell!;
    if (hold.waiting.length > 0 || openIntents(ledger, hold.cleared).length > 0) return;
    const mustClear = ledger !== null && ledger.intents.length > 0;
    if (!mustClear && idleFor > this.#lease) this.#drop(hold, out);
    else if (mustClear && idleFor > this.#lease / 2) this.#rounds.clearIntents(hold, out);
  }

  #overdue(hold: Hold, now: Micros, out: Out): void {
    if (isForNobody(hold) && hold.resends >= patienceForNobody) this.#drop(hold, out);
    else if (hold.phase === 'acquire' && hold.no.length > 0) this.#fail(hold, out);
    else if (hold.phase === 'round' && hold.no.length > 0) this.#rounds.onOverdue(hold, out);
    else this.#poll.repeat(hold, now, out);
  }

  #drop(hold: Hold, out: Out): void {
    if (hold.retry !== null) out.cancelTimer(hold.retry);
    hold.retry = null;
    this.#holds.delete(hold.key);
    this.#rounds.forsake(hold, out);
  }
}

/**
 * How often a question that nobody waits for is put again. Without any, a node that has not measured a round trip yet and is far
 * from the majority would give up on mending its copy each time before the answers come.
 */
const patienceForNobody = 4;

/** Nobody waits for the answers, and they decide of no money that would then be on its way until the key is used again. */
function isForNobody({ waiting, batch, doubt, question, cleared }: Hold): boolean {
  if (
    waiting.length > 0 ||
    (doubt !== null && doubt.asks.length > 0) ||
    (batch !== null && batch.asks.length > 0)
  )
    return false;
  return question?.type !== 'store' || openIntents(question.ledger, cleared).length === 0;
}
