import type { History } from '../history/history.ts';
import { type Causality, causalityOf } from './causal/causality.ts';
import type { Events } from './causal/events.ts';
import type { CausalOrder, OverwrittenRead } from './causal/order.ts';
import { readsFrom, shortestPath } from './causal/path.ts';
import { initial, thinAir } from './causal/versions.ts';
import { contentOf, deedInWords, lengthInWords, rowsOf, stepsInWords } from './causal/words.ts';
import type { Verdict } from './verdict.ts';
import { atSecond } from './words.ts';

/**
 * Causal consistency of registers with unique values, in O(n × sessions): the variant CC of Bouajjani, Enea, Guerraoui
 * and Hamza, "On verifying causal consistency" (POPL 2017), theorem 3. A history has it exactly when the causal order
 * (program order and reads-from) has no cycle, and no read sees what nobody wrote (thin air), nothing although a write is in its
 * past (write-CO-init-read), or a write although a newer one is in its past (write-CO-read).
 */
export function checkCausal(history: History, causality: Causality = causalityOf(history)): Verdict {
  const { events, order } = causality;
  const invented = eventsWith(events.source, thinAir);
  if (order === null) {
    if (invented.length === 0) return tooManySessions(events);
    return { ...outOfThinAir(events, invented[0]!), count: invented.length };
  }
  const count = invented.length + order.cyclic.length + order.overwritten.length;
  if (count === 0) return unviolated(events);
  const worst = worstOf(order.overwritten);
  if (worst !== null) return { ...overwritten(order, worst), count };
  if (order.cyclic.length > 0) return { ...cyclic(order), count };
  return { ...outOfThinAir(events, invented[0]!), count };
}

/** What is to be said where nothing is wrong: of keys that were not judged, nothing is known. */
export function unviolated({ versions: { keys, others } }: Events): Verdict {
  if (others.length === 0) return { type: 'holds' };
  const why = 'values do not tell who wrote them (adds, transfers, or a value written twice)';
  if (keys === 0) return { type: 'unknown', because: `no register has unique values: ${why}` };
  const left = others.length > 2 ? `${others[0]} and ${others.length - 1} more keys` : others.join(' and ');
  return { type: 'unknown', because: `nothing is wrong on ${keys} keys, but on ${left} ${why}` };
}

/** Where clocks would not fit. */
export function tooManySessions({ starts }: Events): Verdict {
  return { type: 'unknown', because: `${starts.length - 1} sessions are too many for their vector clocks` };
}

function eventsWith(source: Int32Array, wanted: number): readonly number[] {
  const found: number[] = [];
  source.forEach((of, event) => {
    if (of === wanted) found.push(event);
  });
  return found;
}

function worstOf(reads: readonly OverwrittenRead[]): OverwrittenRead | null {
  return reads.reduce<OverwrittenRead | null>(
    (worst, read) => (worst === null || read.age > worst.age ? read : worst),
    null,
  );
}

/** The read, what it saw, what it should have seen, and how each came before the next. */
function overwritten(order: CausalOrder, { read, newer, age, versions }: OverwrittenRead) {
  const { events, source } = order;
  const seen = source[read]!;
  const replaced = seen === initial ? [newer] : shortestPath(events, seen, newer, readsFrom(source));
  const known = shortestPath(events, newer, read, readsFrom(source));
  const steps = [...stepsInWords(events, replaced), ...stepsInWords(events, known)];
  const when = atSecond(events.history.columns.invokedAt[events.row[read]!]!);
  const behind = `${versions === 1 ? 'one version' : `${versions} versions`} and ${lengthInWords(age)} behind`;
  return {
    type: 'violated' as const,
    witness: rowsOf(events, [...replaced, ...known]),
    sentence: `${deedInWords(events, read)} at ${when} although ${contentOf(events, newer)} is newer and came before that, ${behind}: ${steps.join('; ')}`,
  };
}

function cyclic({ events, cycle }: CausalOrder) {
  const steps = stepsInWords(events, [...cycle.slice(1), cycle[0]!].reverse());
  return {
    type: 'violated' as const,
    witness: rowsOf(events, cycle),
    sentence: `each was read before it was written: ${steps.join('; ')}`,
  };
}

function outOfThinAir(events: Events, read: number) {
  const when = atSecond(events.history.columns.invokedAt[events.row[read]!]!);
  return {
    type: 'violated' as const,
    witness: rowsOf(events, [read]),
    sentence: `${deedInWords(events, read)} at ${when}, which nobody wrote, or whose write had certainly failed`,
  };
}
