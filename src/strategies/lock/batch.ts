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
import type { Ask, Credit } from './ask.ts';
import type { Intent, Ledger, Store } from './message.ts';

/** What a round does if a majority holds it; each of its asks has the outcome that it will then be answered. */
export interface Batch {
  asks: Ask[];
  readonly value: Value;
  readonly ledger: Ledger | null;
  /** Whether the value or the ledger is another than before. */
  readonly changed: boolean;
  /** What has to wait: behind a transfer that is not credited yet nothing is served but credits. */
  readonly rest: Ask[];
}

export const emptyBatch: Batch = { asks: [], value: null, ledger: null, changed: true, rest: [] };

const emptyLedger: Ledger = { sent: 0, intent: null, applied: new Map() };

const done: Completion = { type: 'ok' };

/** Applies what waits for a key, in order, on top of a version, up to and including the first transfer that goes out. */
export function fillBatch(waiting: readonly Ask[], base: Store, cleared: number): Batch {
  const filling = new Filling(base, cleared);
  const asks: Ask[] = [];
  const rest: Ask[] = [];
  for (const ask of waiting) {
    if (filling.blocked && ask.task.type !== 'credit') rest.push(ask);
    else {
      ask.outcome = filling.apply(ask);
      asks.push(ask);
    }
  }
  const { value, ledger, changed } = filling;
  return { asks, value, ledger, changed, rest };
}

/** The intent of a version that is not known to be credited: `cleared` is the number of the last one that is. */
export function openIntent(ledger: Ledger | null, cleared: number): Intent | null {
  const intent = ledger === null ? null : ledger.intent;
  return intent === null || intent.number <= cleared ? null : intent;
}

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
  /** Nothing but credits may follow. */
  blocked: boolean;

  constructor({ value, ledger }: Store, cleared: number) {
    this.value = value;
    this.blocked = openIntent(ledger, cleared) !== null;
    const isOver = ledger !== null && ledger.intent !== null && !this.blocked;
    this.ledger = isOver ? { ...ledger, intent: null } : ledger;
  }

  apply({ task }: Ask): Completion | null {
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

  /** Round two of a transfer. A debited key has at most one transfer under way, so the last number tells all. */
  #credit({ from, number, amount }: Credit): Completion {
    const ledger = this.ledger ?? emptyLedger;
    if ((ledger.applied.get(from) ?? 0) >= number) return done;
    this.value = numberIn(this.value) + amount;
    this.#set({ ...ledger, applied: new Map<Key, number>(ledger.applied).set(from, number) });
    return done;
  }

  /** Round one of a transfer: the debit and the intent to credit are held together or not at all. */
  #transfer({ key, to, amount, floor }: Transfer): Completion | null {
    const effect = addTo(this.value, -amount, floor);
    if (effect.type === 'refused') return { type: 'refused', because: effect.because, value: this.value };
    if (key === to) return done;
    const ledger = this.ledger ?? emptyLedger;
    const number = ledger.sent + 1;
    this.value = effect.value;
    this.#set({ ...ledger, sent: number, intent: { number, to, amount } });
    this.blocked = true;
    return null;
  }

  #set(ledger: Ledger): void {
    this.ledger = ledger;
    this.changed = true;
  }
}
