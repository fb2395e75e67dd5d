import {
  addTo,
  applyTo,
  type Completion,
  type Key,
  numberIn,
  type Transfer,
  type Value,
} from '../../kernel/operation.ts';
import type { Ask, Credit } from './ask.ts';
import type { Intent, Ledger, Store } from './message.ts';

/** What a round will do if a majority holds it, and what each of its asks will then be answered. */
export interface Batch {
  readonly asks: readonly Ask[];
  /** Null for the transfer that begins with this round: it is answered when it is credited. */
  readonly completions: readonly (Completion | null)[];
  readonly value: Value;
  readonly ledger: Ledger | null;
  /** Whether the value or the ledger is another than before. */
  readonly changed: boolean;
  /** What has to wait: behind a transfer that is not credited yet nothing is served but credits. */
  readonly rest: Ask[];
}

export const emptyLedger: Ledger = { sent: 0, intent: null, applied: new Map() };

const written: Completion = { type: 'ok' };

/** Applies what waits for a key, in order, on top of a version, up to and including the first transfer that goes out. */
export function fillBatch(waiting: readonly Ask[], base: Store, cleared: number): Batch {
  const filling = new Filling(base, cleared);
  const asks: Ask[] = [];
  const completions: (Completion | null)[] = [];
  const rest: Ask[] = [];
  for (const ask of waiting) {
    if (filling.blocked && ask.task.type !== 'credit') rest.push(ask);
    else {
      asks.push(ask);
      completions.push(filling.apply(ask));
    }
  }
  const { value, ledger, changed } = filling;
  return { asks, completions, value, ledger, changed, rest };
}

/** The intent of a version that is not known to be credited: `cleared` is the number of the last one that is. */
export function openIntent(ledger: Ledger | null, cleared: number): Intent | null {
  const intent = ledger === null ? null : ledger.intent;
  return intent === null || intent.number <= cleared ? null : intent;
}

class Filling {
  value: Value;
  ledger: Ledger | null;
  changed = false;
  blocked: boolean;

  constructor(base: Store, cleared: number) {
    this.value = base.value;
    this.blocked = openIntent(base.ledger, cleared) !== null;
    const over = base.ledger !== null && base.ledger.intent !== null && !this.blocked;
    this.ledger = over ? { ...base.ledger!, intent: null } : base.ledger;
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
        return task.type === 'write' ? written : { type: 'ok', value: effect.value };
      }
    }
  }

  #credit({ from, number, amount }: Credit): Completion {
    const ledger = this.ledger ?? emptyLedger;
    if ((ledger.applied.get(from) ?? 0) >= number) return written;
    this.value = numberIn(this.value) + amount;
    this.#set({ ...ledger, applied: new Map<Key, number>(ledger.applied).set(from, number) });
    return written;
  }

  /** Round one of a transfer: the debit, and the intent to credit, become durable together. */
  #transfer({ key, to, amount, floor }: Transfer): Completion | null {
    const effect = addTo(this.value, -amount, floor);
    if (effect.type === 'refused') return { type: 'refused', because: effect.because, value: this.value };
    if (key === to) return written;
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
