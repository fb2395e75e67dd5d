import {
  addTo,
  applyTo,
  type Completion,
  isUpdate,
  type Key,
  numberIn,
  type Transfer,
  type Value,
} from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ask } from './ask.ts';
import type { Credit, Intent, Ledger, Store, Task } from './message.ts';

/** What a round does if a majority holds it; each of its asks has the outcome that it will then be answered. */
export interface Batch {
  asks: Ask[];
  readonly value: Value;
  readonly ledger: Ledger | null;
  /** Whether the value or the ledger is another than before. */
  readonly changed: boolean;
  /** What has to wait until transfers that are under way are credited. */
  readonly rest: Ask[];
}

export const emptyBatch: Batch = { asks: [], value: null, ledger: null, changed: true, rest: [] };

const emptyLedger: Ledger = { sent: 0, intents: [], applied: new Map() };

const done: Completion = { type: 'ok' };

/**
 * Applies what waits for a key, in order, on top of a version.
 *
 * A transfer takes effect when it is credited, for then it can be seen in the other key. While one is under way nothing
 * may be answered that depends on whether its debit counts. Another transfer does not, if it can be afforded with all the
 * debits, and leaves enough for all their floors: in whatever order they are credited then, each was right. Whatever
 * else comes, and all that comes after it, waits; but a credit never does.
 */
export function fillBatch(waiting: readonly Ask[], base: Store, cleared: ReadonlySet<number>): Batch {
  const filling = new Filling(base, cleared);
  const asks: Ask[] = [];
  const rest: Ask[] = [];
  for (const ask of waiting) {
    if (filling.admits(ask.task, rest.length > 0)) {
      ask.outcome = filling.apply(ask.task);
      asks.push(ask);
    } else rest.push(ask);
  }
  const { value, ledger, changed } = filling;
  return { asks, value, ledger, changed, rest };
}

/** The intents of a version less those that are known to be credited. */
export function openIntents(ledger: Ledger | null, cleared: ReadonlySet<number>): readonly Intent[] {
  if (ledger === null || ledger.intents.length === 0) return noIntents;
  return cleared.size === 0 ? ledger.intents : ledger.intents.filter((intent) => !cleared.has(intent.number));
}

const noIntents: readonly Intent[] = [];

/** Whether a round that nobody knows the fate of may still carry out this ask. */
export function mayChange({ task, outcome }: Ask): boolean {
  if (task.type === 'credit') return true;
  return isUpdate(task.type) && (outcome === null || outcome.type === 'ok');
}

/** Parts with the asks that came before `before`, and returns the others. Credits wait for as long as it takes. */
export function giveUp(asks: Ask[], before: Micros, part: (ask: Ask) => void): Ask[] {
  const isOverdue = (ask: Ask) => ask.since < before && ask.task.type !== 'credit';
  if (!asks.some(isOverdue)) return asks;
  for (const ask of asks) if (isOverdue(ask)) part(ask);
  return asks.filter((ask) => !isOverdue(ask));
}

class Filling {
  value: Value;
  ledger: Ledger | null;
  changed = false;

  constructor({ value, ledger }: Store, cleared: ReadonlySet<number>) {
    this.value = value;
    const intents = openIntents(ledger, cleared);
    this.ledger = ledger === null || intents === ledger.intents ? ledger : { ...ledger, intents };
  }

  /** Whether a task may be served now. `behind`: something before it may not. */
  admits(task: Task, behind: boolean): boolean {
    if (task.type === 'credit') return true;
    if (behind) return false;
    const intents = this.ledger === null ? noIntents : this.ledger.intents;
    return intents.length === 0 || (task.type === 'transfer' && this.#affords(task, intents));
  }

  apply(task: Task): Completion | null {
    switch (task.type) {
      case 'read':
        return { type: 'ok', value: this.value };
      case 'credit':
        return this.#credit(task);
      case 'transfer':
        return this.#transfer(task);
      default: {
        const effect = applyTo(this.value, task);
        if (effect.type === 'refused') return { type: 'refused', because: effect.because, value: this.value };
        this.value = effect.value;
        this.changed = true;
        return task.type === 'write' ? done : { type: 'ok', value: effect.value };
      }
    }
  }

  #affords({ key, to, amount, floor }: Transfer, intents: readonly Intent[]): boolean {
    const left = numberIn(this.value) - amount;
    if (key === to || (floor !== null && left < floor)) return false;
    return intents.every((intent) => intent.to !== to && (intent.floor === null || left >= intent.floor));
  }

  /** Round two of a transfer. Only one of a pair of keys is under way at a time, so the last number tells all. */
  #credit({ from, number, amount }: Credit): Completion {
    const ledger = this.ledger ?? emptyLedger;
    if ((ledger.applied.get(from) ?? 0) >= number) return done;
    this.value = numberIn(this.value) + amount;
    this.#set({ ...ledger, applied: new Map<Key, number>(ledger.applied).set(from, number) });
    // While debits of this key are under way, the balance depends on which of them count by then.
    return ledger.intents.length === 0 ? { type: 'ok', value: this.value } : done;
  }

  /** Round one of a transfer: the debit and the intent to credit are held together or not at all. */
  #transfer({ key, to, amount, floor }: Transfer): Completion | null {
    const effect = addTo(this.value, -amount, floor);
    if (effect.type === 'refused') return { type: 'refused', because: effect.because, value: this.value };
    if (key === to) return done;
    const ledger = this.ledger ?? emptyLedger;
    const number = ledger.sent + 1;
    this.value = effect.value;
    this.#set({ ...ledger, sent: number, intents: [...ledger.intents, { number, to, amount, floor }] });
    return null;
  }

  #set(ledger: Ledger): void {
    this.ledger = ledger;
    this.changed = true;
  }
}
