import type { Key, NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ask, Office, Out, Task } from './ask.ts';
import { type Batch, emptyBatch, fillBatch, giveUp, mayChange, openIntents } from './batch.ts';
import type { Granter } from './granter.ts';
import type { Hold } from './hold.ts';
import type { Confirm, Fenced, Held, Intent, Ledger, Store } from './message.ts';
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
    const batch = fillBatch(hold.waiting, hold.cell!, hold.cleared);
    hold.waiting = batch.rest;
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

  onHeld(hold: Hold, from: NodeId, { token, round }: Held, out: Out): void {
    if (hold.token === token && hold.rounds === round) this.#vote(hold, from, out);
  }

  onFenced(hold: Hold, from: NodeId, { token, round, fence }: Fenced, out: Out): void {
    if (hold.token === token && hold.rounds === round) this.#refuse(hold, from, fence, out);
  }

  /** What waits, or only looks, has certainly changed nothing. An update that some replica may hold is another matter. */
  giveUp(hold: Hold, before: Micros, out: Out): void {
    hold.waiting = giveUp(hold.waiting, before, (ask) =>
      this.#office.settle(ask, { type: 'fail', error: 'no majority granted the key' }, out),
    );
    const { batch } = hold;
    if (batch === null) return;
    batch.asks = giveUp(batch.asks, before, (ask) => {
      const type = mayChange(ask) ? 'info' : 'fail';
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
      out.note({ type: 'committed', key: hold.key, version: hold.cell.sequence });
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
   * No majority will ever hold the round. Some replica may, and the next holder find it there; so its updates are unknown.
   * What only looked may look again.
   */
  #lose(hold: Hold, out: Out): void {
    const { asks } = hold.batch!;
    hold.batch = null;
    const again = asks.filter((ask) => !mayChange(ask));
    for (const ask of asks) {
      if (mayChange(ask))
        this.#office.settle(ask, { type: 'info', error: 'another node took the lease' }, out);
    }
    hold.waiting = [...again, ...hold.waiting];
    this.#keeper.lost(hold, out);
  }
}

function movesTo(task: Task, to: Key): boolean {
  return task.type === 'transfer' && task.to === to;
}
