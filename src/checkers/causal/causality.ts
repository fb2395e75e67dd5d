import type { History } from '../../history/history.ts';
import { type Events, eventsOf } from './events.ts';
import { CausalOrder } from './order.ts';

/** What causality says about a history: found once, and used by the checkers of all guarantees that rest on it. */
export interface Causality {
  readonly events: Events;
  /** Null where there are too many sessions for the memory of a check. */
  readonly order: CausalOrder | null;
}

export function causalityOf(history: History): Causality {
  const events = eventsOf(history);
  return { events, order: CausalOrder.of(events) };
}
