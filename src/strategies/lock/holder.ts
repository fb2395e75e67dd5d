import { lifeOf } from '../../kernel/life.ts';
import { type Completion, isUpdate, type Key, type NodeId } from '../../kernel/operation.ts';
import { majorityOf, Tally } from '../../kernel/quorum.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Pace } from '../quorum/pace.ts';
import type { Ask, Office, Out } from './ask.ts';
import { type Batch, fillBatch, openIntent } from './batch.ts';
import { type Granter, isNewer, type Lease } from './granter.ts';
import { Hold } from './hold.ts';
import type { Acquire, Busy, Confirm, Fenced, Granted, Held, Intent, Store } from './message.ts';
import { tokenAbove } from './token.ts';

/** After so many holders that turned out to be none, an ask waits a little before it is sent on again. */
export const hopsAtMost = 3;

type OnIntent = (from: Key, intent: Intent, ask: Ask | null, out: Out) => void;

/**
 * The keys that this node holds, and those it tries to get. A key is held under a token that a majority granted; the
 * highest version that a majority reports is first written to a majority under that token, and every later round,
 * be it a write or only a question, counts only if a majority has seen no higher token. So a holder that was paused, or whose
 * clock is wrong, may believe that it still holds the key, but it cannot do anything with it.
 */
export class Holder {
  readonly #env: Env;
  readonly #office: Office;
  readonly #granter: Granter;
  readonly #pace: Pace;
  readonly #lease: Micros;
  readonly #life: number;
  readonly #nodes: number;
  readonly #majority: number;
  readonly #onIntent: OnIntent;
  readonly #holds = new Map<Key, Hold>();

  constructor(env: Env, office: Office, granter: Granter, pace: Pace, lease: Micros, onIntent: OnIntent) {
    this.#env = env;
    this.#office = office;
    this.#granter = granter;
    this.#pace = pace;
    this.#lease = lease;
    this.#life = lifeOf(env.id, env.incarnation);
    this.#nodes = env.peers.length + 1;
    this.#majority = majorityOf(this.#nodes);
    this.#onIntent = onIntent;
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
    if (hold.phase === 'idle') this.#begin(hold, out);
  }

  /** Takes a key that nobody holds, to bring its copies together and to finish what a transfer left undone. */
  lookAfter(key: Key, out: Out): void {
    if (!this.#holds.has(key) && this.#granter.leaseOfOther(key) === null) this.#open(key, [], out);
  }

  onGranted(from: NodeId, granted: Granted, out: Out): void {
    const { key, token } = granted;
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.token !== token) {
      // A grant to an attempt that is over would keep others waiting for nothing.
      out.send(from, { type: 'release', key, token });
      return;
    }
    if (hold.phase !== 'acquire') return;
    const { written, sequence, value, ledger } = granted;
    hold.no.delete(from);
    this.#count(hold, from, { type: 'store', key, token: written, round: 0, sequence, value, ledger }, out);
  }

  onBusy(from: NodeId, { key, token, fence, remaining, serving }: Busy, out: Out): void {
    this.#granter.observe(key, fence, remaining, serving);
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.phase !== 'acquire' || hold.token !== token) return;
    hold.above = Math.max(hold.above, fence);
    hold.no.add(from);
    if (hold.no.size > this.#nodes - this.#majority) this.#fail(hold, out);
  }

  onHeld(from: NodeId, { key, token, round }: Held, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.token !== token || hold.rounds !== round) return;
    this.#vote(hold, from, out);
  }

  onFenced(from: NodeId, { key, token, round, fence }: Fenced, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.token !== token || hold.rounds !== round) return;
    this.#refuse(hold, from, fence, out);
  }

  onRetry(key: Key, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined || hold.phase !== 'wait') return;
    hold.retry = null;
    for (const ask of hold.waiting) ask.hops = 0;
    this.#attempt(hold, out);
  }

  /** The credit that this key waited for is in. */
  onCredited(key: Key, number: number, out: Out): void {
    const hold = this.#holds.get(key);
    if (hold === undefined) return;
    hold.cleared = Math.max(hold.cleared, number);
    if (hold.phase === 'idle') this.#begin(hold, out);
  }

  /** Whether anything is under way, so that it has to be looked at again soon. */
  sweep(now: Micros, giveUpAfter: Micros, out: Out): boolean {
    let busy = false;
    for (const hold of this.#holds.values()) {
      this.#giveUp(hold, now - giveUpAfter, out);
      if (hold.phase === 'idle') this.#rest(hold, now - hold.startedAt, out);
      else if (hold.phase !== 'wait' && now >= hold.resendAt) this.#overdue(hold, now, out);
      busy ||= hold.phase !== 'idle' || hold.waiting.length > 0;
    }
    return busy;
  }

  #open(key: Key, waiting: Ask[], out: Out): void {
    const hold = new Hold(key, this.#granter.cell(key));
    hold.waiting = waiting;
    this.#holds.set(key, hold);
    this.#attempt(hold, out);
  }

  /** A key that was not used for as long as it is leased for is forgotten: others may take it by now. */
  #rest(hold: Hold, idleFor: Micros, out: Out): void {
    const { cell, waiting, cleared } = hold;
    if (waiting.length > 0 || openIntent(cell.ledger, cleared) !== null) return;
    if (cell.ledger === null || cell.ledger.intent === null) {
      if (idleFor > this.#lease) this.#drop(hold, out);
    } else if (idleFor > this.#lease / 2) {
      // The copies still tell of a transfer that is done. The next update would have said so in passing.
      hold.batch = nothing;
      this.#store(hold, cell.sequence + 1, cell.value, { ...cell.ledger, intent: null }, out);
    }
  }

  #attempt(hold: Hold, out: Out): void {
    const rival = this.#granter.leaseOfOther(hold.key);
    if (rival !== null && this.#leadsOn(hold, rival)) this.#handOver(hold, out);
    else this.#acquire(hold, out);
  }

  #acquire(hold: Hold, out: Out): void {
    const floor = Math.max(this.#granter.fence(hold.key), hold.above, hold.token);
    hold.token = tokenAbove(floor, this.#life);
    this.#enter(hold, 'acquire', { type: 'acquire', key: hold.key, token: hold.token }, out);
    this.#grantOwn(hold, out);
  }

  /** A granter's answer: what it holds. */
  #count(hold: Hold, from: NodeId, cell: Store, out: Out): void {
    if (hold.yes.answers.size === 0 || isNewer(cell, hold.cell)) hold.cell = cell;
    if (hold.yes.add(from, true)) this.#acquired(hold, out);
    else this.#grantOwn(hold, out);
  }

  /** The own vote is given last, so that it stays free for a rival as long as it cannot decide for this node. */
  #grantOwn(hold: Hold, out: Out): void {
    const { key, token, yes, no } = hold;
    const own = this.#env.id;
    if (yes.answers.size !== this.#majority - 1 || yes.answers.has(own) || no.has(own)) return;
    if (this.#granter.grant(key, token, out)) return this.#count(hold, own, this.#granter.cell(key), out);
    hold.above = Math.max(hold.above, this.#granter.fence(key));
    no.add(own);
    if (no.size > this.#nodes - this.#majority) this.#fail(hold, out);
  }

  /** A majority has granted the token, and none of it will hold anything older any more. */
  #acquired(hold: Hold, out: Out): void {
    this.#observe(hold);
    out.note({ type: 'role', role: 'holder', key: hold.key });
    hold.failures = 0;
    hold.cleared = 0;
    hold.fresh = true;
    this.#begin(hold, out);
  }

  /**
   * One round for everything that waits. It also confirms the reads, since they all arrived before it starts. The first
   * one of a token always writes, even if it only repeats the highest version that was read: it may have been in the
   * hands of a minority, and nothing may be served on top of what could still be lost. What was overlooked because a
   * minority alone has it, is undone by this.
   */
  #begin(hold: Hold, out: Out): void {
    hold.phase = 'idle';
    if (hold.waiting.length === 0 && !hold.fresh) return;
    // Some replicas have seen a higher token, and hear this node again only under one that is higher still.
    if (hold.above > hold.token && !hold.fresh) return this.#acquire(hold, out);
    const batch = fillBatch(hold.waiting, hold.cell, hold.cleared);
    hold.waiting = batch.rest;
    if (batch.asks.length === 0 && !hold.fresh) return;
    hold.batch = batch;
    const { sequence } = hold.cell;
    if (batch.changed) this.#store(hold, sequence + 1, batch.value, batch.ledger, out);
    else if (hold.fresh) this.#store(hold, sequence, batch.value, batch.ledger, out);
    else this.#confirm(hold, out);
  }

  #store(hold: Hold, sequence: number, value: Store['value'], ledger: Store['ledger'], out: Out): void {
    const { key, token } = hold;
    hold.rounds += 1;
    const message: Store = { type: 'store', key, token, round: hold.rounds, sequence, value, ledger };
    this.#enter(hold, 'round', message, out);
    if (this.#granter.store(message, out)) this.#vote(hold, this.#env.id, out);
    else this.#refuse(hold, this.#env.id, this.#granter.fence(key), out);
  }

  #confirm(hold: Hold, out: Out): void {
    const { key, token } = hold;
    hold.rounds += 1;
    const message: Confirm = { type: 'confirm', key, token, round: hold.rounds };
    this.#enter(hold, 'round', message, out);
    if (this.#granter.confirm(key, token)) this.#vote(hold, this.#env.id, out);
    else this.#refuse(hold, this.#env.id, this.#granter.fence(key), out);
  }

  #vote(hold: Hold, from: NodeId, out: Out): void {
    if (hold.phase !== 'round' || !hold.yes.add(from, true)) return;
    this.#observe(hold);
    if (hold.message?.type === 'store') {
      hold.cell = hold.message;
      hold.fresh = false;
      out.note({ type: 'committed', key: hold.key, version: hold.cell.sequence });
    }
    this.#conclude(hold, out);
  }

  #conclude(hold: Hold, out: Out): void {
    const { asks, completions } = hold.batch!;
    hold.batch = null;
    hold.phase = 'idle';
    let mover: Ask | null = null;
    for (let i = 0; i < asks.length; i += 1) {
      const completion = completions[i]!;
      if (completion === null) mover = asks[i]!;
      else this.#office.settle(asks[i]!, completion, out);
    }
    // Whoever asked for the transfer may have given up since, or died: it is decided all the same.
    const intent = openIntent(hold.cell.ledger, hold.cleared);
    if (intent !== null) this.#onIntent(hold.key, intent, mover, out);
    if (hold.phase === 'idle') this.#begin(hold, out);
  }

  #refuse(hold: Hold, from: NodeId, fence: number, out: Out): void {
    if (hold.phase !== 'round') return;
    hold.above = Math.max(hold.above, fence);
    hold.no.add(from);
    if (hold.no.size > this.#nodes - this.#majority) this.#lose(hold, out);
  }

  /** No majority will ever hold the round: a higher token was granted. Some replica may hold it, and a later holder find it there. */
  #lose(hold: Hold, out: Out): void {
    const { batch } = hold;
    hold.batch = null;
    if (batch !== null) {
      const again = this.#settleLost(batch.asks, batch.completions, out);
      hold.waiting = [...again, ...hold.waiting];
    }
    if (hold.waiting.length === 0) this.#drop(hold, out);
    else this.#attempt(hold, out);
  }

  /** Answers the updates of a round whose fate is unknown, and returns the rest: what has seen, but not changed anything. */
  #settleLost(asks: readonly Ask[], completions: readonly (Completion | null)[], out: Out): Ask[] {
    return asks.filter((ask, i) => {
      const completion = completions[i]!;
      if (!mayChange(ask, completion)) return true;
      this.#office.settle(ask, { type: 'info', error: 'another node took the lease' }, out);
      return false;
    });
  }

  #fail(hold: Hold, out: Out): void {
    for (const granter of hold.yes.answers.keys()) {
      if (granter === this.#env.id) this.#granter.release(hold.key, hold.token);
      else out.send(granter, { type: 'release', key: hold.key, token: hold.token });
    }
    if (hold.waiting.length === 0) return this.#drop(hold, out);
    const rival = this.#granter.leaseOfOther(hold.key);
    if (rival !== null && this.#leadsOn(hold, rival)) return this.#handOver(hold, out);
    this.#stepAside(hold, rival, out);
  }

  /** Whether asks are better sent to the rival: it serves, or its attempt goes before this one, and it is not known to be dead. */
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
    hold.message = null;
    const backOff = this.#pace.backOff(hold.failures);
    hold.failures += 1;
    // A rival that seems dead is waited for, but it may also speak up again; one that only tries may be done at any time.
    const dead = rival?.serving === true && this.#office.suspects(rival.token);
    const wait = dead ? Math.min(rival.remaining, this.#pace.resendAfter(0)) : 0;
    hold.retry = out.setTimer(wait + backOff, { type: 'retry', key: hold.key });
  }

  #enter(hold: Hold, phase: 'acquire' | 'round', message: Acquire | Store | Confirm, out: Out): void {
    if (hold.retry !== null) out.cancelTimer(hold.retry);
    hold.retry = null;
    hold.phase = phase;
    hold.message = message;
    hold.yes = new Tally(this.#majority);
    hold.no.clear();
    hold.resends = 0;
    hold.startedAt = this.#pace.now();
    hold.resendAt = hold.startedAt + this.#pace.resendAfter(0);
    for (const peer of this.#env.peers) out.send(peer, message);
  }

  #overdue(hold: Hold, now: Micros, out: Out): void {
    if (isIdle(hold)) return this.#drop(hold, out);
    if (hold.phase === 'acquire' && hold.no.size > 0) return this.#fail(hold, out);
    hold.resends += 1;
    hold.resendAt = now + this.#pace.resendAfter(hold.resends);
    for (const peer of this.#env.peers) if (!hold.yes.answers.has(peer)) out.send(peer, hold.message!);
  }

  /** What waits, or only looks, has certainly changed nothing. An update that some replica may hold is another matter. */
  #giveUp(hold: Hold, before: Micros, out: Out): void {
    const overdue = (ask: Ask) => ask.since < before && ask.task.type !== 'credit';
    if (hold.waiting.some(overdue)) {
      const { waiting } = hold;
      hold.waiting = waiting.filter((ask) => !overdue(ask));
      for (const ask of waiting) {
        if (overdue(ask))
          this.#office.settle(ask, { type: 'fail', error: 'no majority granted the key' }, out);
      }
    }
    const { batch } = hold;
    if (batch === null || !batch.asks.some(overdue)) return;
    const kept = batch.asks.flatMap((ask, i) => (overdue(ask) ? [] : [i]));
    batch.asks.forEach((ask, i) => {
      if (!overdue(ask)) return;
      const unknown = mayChange(ask, batch.completions[i]!);
      const error = 'no majority confirmed it';
      this.#office.settle(ask, { type: unknown ? 'info' : 'fail', error }, out);
    });
    hold.batch = {
      ...batch,
      asks: kept.map((i) => batch.asks[i]!),
      completions: kept.map((i) => batch.completions[i]!),
    };
  }

  #observe(hold: Hold): void {
    this.#pace.observe(this.#pace.now() - hold.startedAt, hold.resends > 0);
  }

  #drop(hold: Hold, out: Out): void {
    if (hold.retry !== null) out.cancelTimer(hold.retry);
    hold.retry = null;
    this.#holds.delete(hold.key);
  }
}

const nothing: Batch = { asks: [], completions: [], value: null, ledger: null, changed: true, rest: [] };

/** Nobody waits for the round, and it moves no money that would be on its way until the key is used again. */
function isIdle({ waiting, batch, message, cleared }: Hold): boolean {
  if (waiting.length > 0 || (batch !== null && batch.asks.length > 0)) return false;
  return message?.type !== 'store' || openIntent(message.ledger, cleared) === null;
}

/** Whether a round that nobody knows the fate of may still carry out this ask. */
function mayChange({ task }: Ask, completion: Completion | null): boolean {
  if (task.type === 'credit') return true;
  return isUpdate(task.type) && (completion === null || completion.type === 'ok');
}
