import type { Completion, NodeId } from '../../kernel/operation.ts';
import type { Out } from './ask.ts';
import type { Answer, Forward, Redirect, Underway } from './message.ts';

type Outcome = Answer | Redirect;

const underway: Underway = { type: 'underway' };

/** What a node forwarded here. */
interface Sender {
  /** Everything below is answered and will not be asked again. */
  oldest: number;
  /** Null while it is under way. */
  readonly outcomes: Map<number, Outcome | null>;
}

/**
 * Makes each forward count once, however often the network delivers it or its sender repeats it, after Lee et al. 2015,
 * "Implementing linearizability at large scale and low latency" (RIFL): outcomes are kept until the sender says that it
 * has them. All of it is lost with this life, and so a forward names the life that it is meant for.
 */
export class Inbox {
  readonly #senders = new Map<NodeId, Sender>();

  /** True if the forward is new here. An answer that may have been lost is repeated. */
  accept(from: NodeId, { number, oldest }: Forward, out: Out): boolean {
    const sender = this.#sender(from);
    sender.oldest = Math.max(sender.oldest, oldest);
    if (number < sender.oldest) return false;
    const outcome = sender.outcomes.get(number);
    if (outcome === undefined) {
      forget(sender);
      sender.outcomes.set(number, null);
      return true;
    }
    out.send(from, outcome ?? underway);
    return false;
  }

  answer(to: NodeId, number: number, completion: Completion, out: Out): void {
    this.conclude(to, { type: 'answer', number, completion }, out);
  }

  conclude(to: NodeId, outcome: Outcome, out: Out): void {
    const outcomes = this.#senders.get(to)?.outcomes;
    // Whoever asked may have died, or given up, since.
    if (outcomes?.get(outcome.number) !== null) return;
    outcomes.set(outcome.number, outcome);
    out.send(to, outcome);
  }

  #sender(from: NodeId): Sender {
    let sender = this.#senders.get(from);
    if (sender === undefined) {
      sender = { oldest: 0, outcomes: new Map() };
      this.#senders.set(from, sender);
    }
    return sender;
  }
}

/** Mostly in the order of arrival, which is nearly that of the numbers; what stays behind goes a little later. */
function forget({ oldest, outcomes }: Sender): void {
  for (const number of outcomes.keys()) {
    if (number >= oldest) return;
    outcomes.delete(number);
  }
}
