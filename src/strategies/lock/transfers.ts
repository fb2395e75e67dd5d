import type { Completion, Key, NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Ask, newAsk, type Office, type Out } from './ask.ts';
import type { Credit, Intent } from './message.ts';
import type { Pace } from './pace.ts';

/** An intent that this node sees to. */
interface Open {
  readonly credit: Credit;
  /** Who waits for it, if that is anybody: whoever finishes what another left behind does it for nobody. */
  ask: Ask | null;
  failures: number;
}

/**
 * The second half of transfers. Once a majority holds a debit with its intent, the transfer is decided, and it is asked
 * of the holder of the other key until it says that the credit is in. The credit has no condition that could fail, it
 * is numbered, so that it counts once however often it is asked, and it is served even while that key itself waits
 * for a credit elsewhere: so two transfers in opposite directions cannot wait for each other.
 */
export class Transfers {
  readonly #own: NodeId;
  readonly #office: Office;
  readonly #pace: Pace;
  readonly #open = new Map<string, Open>();
  readonly #onCredited: (from: Key, number: number, out: Out) => void;

  constructor(
    own: NodeId,
    office: Office,
    pace: Pace,
    onCredited: (from: Key, number: number, out: Out) => void,
  ) {
    this.#own = own;
    this.#office = office;
    this.#pace = pace;
    this.#onCredited = onCredited;
  }

  get idle(): boolean {
    return this.#open.size === 0;
  }

  /** A majority holds this intent of `from`: carries it out. */
  finish(from: Key, { number, to, amount }: Intent, ask: Ask | null, out: Out): void {
    const name = nameOf(from, number);
    if (this.#open.has(name)) return;
    const credit: Credit = { type: 'credit', key: to, from, number, amount };
    this.#open.set(name, { credit, ask, failures: 0 });
    this.#send(credit, out);
  }

  /** The end of one attempt: unless the credit is known to be in, it is asked for again. */
  onCompletion({ from, number }: Credit, completion: Completion, out: Out): void {
    const name = nameOf(from, number);
    const open = this.#open.get(name);
    if (open === undefined) return;
    if (completion.type !== 'ok') {
      open.failures += 1;
      out.setTimer(this.#pace.backOff(open.failures), { type: 'credit', name });
      return;
    }
    this.#open.delete(name);
    // Credits of several transfers may come in any order, so only the credited balance is known at its instant.
    const balances = completion.value === undefined ? {} : { value: [null, completion.value] };
    if (open.ask !== null) this.#office.settle(open.ask, { type: 'ok', ...balances }, out);
    this.#onCredited(from, number, out);
  }

  onRetry(name: string, out: Out): void {
    const open = this.#open.get(name);
    if (open !== undefined) this.#send(open.credit, out);
  }

  /** A transfer that is decided will be done, but nobody need wait for ever to hear of it. */
  giveUp(before: Micros, out: Out): void {
    for (const open of this.#open.values()) {
      if (open.ask === null || open.ask.since >= before) continue;
      this.#office.settle(open.ask, { type: 'info', error: 'it is decided, but not credited yet' }, out);
      open.ask = null;
    }
  }

  #send(credit: Credit, out: Out): void {
    this.#office.dispatch(newAsk(credit, this.#own, 0, this.#pace.now()), out);
  }
}

function nameOf(from: Key, number: number): string {
  return `${number}/${from}`;
}
