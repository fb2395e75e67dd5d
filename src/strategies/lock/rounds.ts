import type { Completion, Key, NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ask, Office, Out } from './ask.ts';
import { type Batch, emptyBatch, fillBatch, giveUp, mayChange, openIntents } from './batch.ts';
import { type Granter, isNewer } from './granter.ts';
import type { Hold } from './hold.ts';
import type { Confirm, Fenced, Held, Intent, Ledger, Store, Task } from './message.ts';
import type { Poll } from './poll.ts';

/** What becomes of a hold beyond its rounds. */
export interface Keeper {
  /** Asks for a token above all that were heard of, although the key is held. */
  renew(hold: Hold, out: Out): void;
  /** The token is fenced: what waits must wait for another one, here or elsewhere. */
  lost(hold: Hold, out: Out): void;
  /** A majority holds this intent. `ask` is whoever asked for the transfer, if that is still known. */
  onIntent(from: Key, intent: Intent, ask: Ask | null, out: Out): void;
}

/**
 * What a holder does with a key, one majority round at a time. A round counts only if a majority has seen no higher token,
 * whether it writes or only asks for that; so the clock plays no part in what is answered.
 */
export class Rounds {
  readonly #own: NodeId;
  readonly #office: Office;
  readonly #granter: Granter;
  readonly #poll: Poll;
  readonly #keeper: Keeper;

  constructor(own: NodeId, office: Office, granter: Granter, poll: Poll, keeper: Keeper) {
    this.#own = own;
    this.#office = office;
    this.#granter = granter;
    this.#poll = poll;
    this.#keeper = keeper;
  }

  /**
   * One round for everything that waits. It also confirms the reads, since they all arrived before it starts. The first
   * one of a token always writes, even if it only repeats the highest version that was read: that may be in the hands of
   * a minority, and nothing may be answered on top of what could still be lost. What the granters did not report, since
   * only others have it, is undone by this.
   */
  begin(hold: Hold, out: Out): void {
    hold.phase = 'idle';
    if (hold.waiting.length === 0 && !hold.fresh) return;
    // Some replicas have seen a higher token, and hear this node again only under one that is higher still.
    if (hold.above > hold.token && !hold.fresh) return this.#keeper.renew(hold, out);
    const settled = hold.fresh ? this.#resolve(hold, out) : none;
    const batch = fillBatch(hold.waiting, hold.cell!, hold.cleared);
    hold.waiting = batch.rest;
    batch.asks.unshift(...settled);
    if (batch.asks.length === 0 && !hold.fresh) return;
    hold.batch = batch;
    if (batch.changed || hold.fresh) this.#store(hold, batch, out);
    else this.#confirm(hold, out);
  }

  /** The copies still tell of transfers that are done. The next update would have said so in passing. */
  clearIntents(hold: Hold, out: Out): void {
    const { value, ledger } = hold.cell!;
    hold.batch = { ...emptyBatch, value, ledger: { ...ledger!, intents: [] } };
    this.#store(hold, hold.batch, out);
  }

  /** Nobody here will hear any more what became of the write in doubt. */
  forsake(hold: Hold, out: Out): void {
    const { doubt } = hold;
    hold.doubt = null;
    for (const ask of doubt?.asks ?? none) this.#office.settle(ask, unknown, out);
  }

  /** The token seems to be fenced at some replicas, while others do not answer: a higher one will get further. */
  onOverdue(hold: Hold, out: Out): void {
    this.#lose(hold, out);
  }

  onHeld(hold: Hold, from: NodeId, { token, round }: Held, out: Out): void {
    if (hold.token === token && hold.rounds === round) this.#vote(hold, from, out);
  }

  onFenced(hold: Hold, from: NodeId, { token, round, fence }: Fenced, out: Out): void {
    if (hold.token === token && hold.rounds === round) this.#refuse(hold, from, fence, out);
  }

  /** What waits, or only looks, has certainly changed nothing. An update that some replica may hold is another matter. */
  giveUp(hold: Hold, before: Micros, out: Out): void {
    hold.waiting = giveUp(hold.waiting, before, (ask) =>
      this.#office.settle(ask, ask.doubted ? unknown : notGranted, out),
    );
    const { batch, doubt } = hold;
    if (doubt !== null) {
      doubt.asks = giveUp(doubt.asks, before, (ask) => this.#office.settle(ask, unknown, out));
    }
    if (batch === null) return;
    batch.asks = giveUp(batch.asks, before, (ask) => {
      const type = mayChange(ask) || ask.doubted ? 'info' : 'fail';
      this.#office.settle(ask, { type, error: 'no majority confirmed it' }, out);
    });
  }

  #store(hold: Hold, { value, ledger, changed }: Batch, out: Out): void {
    const { key, token } = hold;
    const sequence = hold.cell!.sequence + (changed ? 1 : 0);
    hold.rounds += 1;
    const store: Store = { type: 'store', key, token, round: hold.rounds, sequence, value, ledger };
    this.#poll.ask(hold, 'round', store, out);
    this.#countOwn(hold, this.#granter.store(store, out), out);
  }

  #confirm(hold: Hold, out: Out): void {
    const { key, token } = hold;
    hold.rounds += 1;
    const confirm: Confirm = { type: 'confirm', key, token, round: hold.rounds };
    this.#poll.ask(hold, 'round', confirm, out);
    this.#countOwn(hold, this.#granter.confirm(key, token), out);
  }

  #countOwn(hold: Hold, held: boolean, out: Out): void {
    if (held) this.#vote(hold, this.#own, out);
    else this.#refuse(hold, this.#own, this.#granter.fence(hold.key), out);
  }

  #vote(hold: Hold, from: NodeId, out: Out): void {
    if (hold.phase !== 'round' || !this.#poll.yes(hold, from)) return;
    if (hold.question?.type === 'store') {
      hold.cell = hold.question;
      hold.fresh = false;
      noteCommits(hold.cell, hold.batch!.asks, out);
    }
    this.#conclude(hold, out);
  }

  #conclude(hold: Hold, out: Out): void {
    const { asks } = hold.batch!;
    const { ledger } = hold.cell!;
    hold.batch = null;
    hold.phase = 'idle';
    for (const ask of asks) if (ask.outcome !== null) this.#office.settle(ask, ask.outcome, out);
    if (ledger !== null) this.#finish(hold, ledger, asks, out);
    if (hold.phase === 'idle') this.begin(hold, out);
  }

  /** Transfers that are decided. Whoever asked for one may have given up since, or died: it is done all the same. */
  #finish({ key, cleared }: Hold, ledger: Ledger, asks: readonly Ask[], out: Out): void {
    for (const intent of openIntents(ledger, cleared)) {
      const mover = asks.find(({ task, outcome }) => outcome === null && movesTo(task, intent.to));
      this.#keeper.onIntent(key, intent, mover ?? null, out);
    }
    const told = new Set(ledger.intents.map(({ number }) => number));
    for (const number of cleared) if (!told.has(number)) cleared.delete(number);
  }

  #refuse(hold: Hold, from: NodeId, fence: number, out: Out): void {
    if (hold.phase !== 'round') return;
    hold.above = Math.max(hold.above, fence);
    if (this.#poll.no(hold, from)) this.#lose(hold, out);
  }

  /**
   * The round is over. If it was a write, some replica may hold it, and a later holder find it there; what only looked may
   * look again. What was in doubt before stays so: the copy of the first write may turn up after all.
   */
  #lose(hold: Hold, out: Out): void {
    const { question, waiting } = hold;
    const left = [...hold.batch!.asks, ...waiting];
    const tried = question?.type === 'store' ? hold.batch!.asks.filter(mayChange) : [];
    hold.batch = null;
    for (const ask of left) if (ask.doubted) this.#office.settle(ask, unknown, out);
    const unsure = tried.filter(({ doubted }) => !doubted);
    hold.waiting = left.filter((ask) => !ask.doubted && !unsure.includes(ask));
    for (const ask of unsure) ask.doubted = true;
    if (question?.type === 'store' && unsure.length > 0) hold.doubt = { store: question, asks: unsure };
    this.#keeper.lost(hold, out);
  }

  /**
   * A majority has granted a new token and told what it holds. If the highest is the write in doubt, this token will
   * write it again, and its updates get their outcomes with that. If it is older, the write is dead: whoever granted will
   * not hold it any more, so its updates can be done anew. If it is of another holder, it may be built on either.
   * Returns what the first round will answer.
   */
  #resolve(hold: Hold, out: Out): readonly Ask[] {
    const { doubt } = hold;
    const cell = hold.cell!;
    if (doubt === null) return none;
    if (cell.token > doubt.store.token) this.forsake(hold, out);
    hold.doubt = null;
    if (cell.token > doubt.store.token) return none;
    if (!isNewer(doubt.store, cell)) return doubt.asks;
    hold.waiting = [...doubt.asks, ...hold.waiting];
    return none;
  }
}

const none: readonly Ask[] = [];
const notGranted: Completion = { type: 'fail', error: 'no majority granted the key' };
const unknown: Completion = { type: 'info', error: 'another node took the lease' };

/** All writes of the round are commits of one version; the last one is what it holds. */
function noteCommits({ key, sequence: version, value }: Store, asks: readonly Ask[], out: Out): void {
  for (let place = 0; place < asks.length; place += 1) {
    const { task, outcome } = asks[place]!;
    if (outcome?.type !== 'ok' || (task.type !== 'write' && task.type !== 'cas')) continue;
    out.note({ type: 'committed', key, version, value: task.value, place });
  }
  out.note({ type: 'committed', key, version, value });
}

function movesTo(task: Task, to: Key): boolean {
  return task.type === 'transfer' && task.to === to;
}
