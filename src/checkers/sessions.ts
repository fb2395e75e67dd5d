import { type History, keyOf } from '../history/history.ts';
import { type Causality, causalityOf } from './causal/causality.ts';
import type { CausalOrder } from './causal/order.ts';
import { readsFrom, shortestPath } from './causal/path.ts';
import { initial } from './causal/versions.ts';
import { actInWords, deedInWords, lengthInWords, rowsOf, stepsInWords } from './causal/words.ts';
import { tooManySessions, unviolated } from './causal.ts';
import { type Breach, type Breaches, breachesOf, type SessionGuarantee } from './sessions/breaches.ts';
import { type CounterSessions, counterSessionsOf, type LowReads } from './sessions/counters.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, processOf } from './words.ts';

/** What is known of the sessions of a history: found once, and used by the checkers of all four guarantees. */
export interface Sessions {
  readonly causality: Causality;
  readonly breaches: Readonly<Record<SessionGuarantee, Breaches>> | null;
  readonly counters: CounterSessions;
}

export function sessionsOf(history: History, causality: Causality = causalityOf(history)): Sessions {
  const { order } = causality;
  return {
    causality,
    breaches: order === null ? null : breachesOf(order),
    counters: counterSessionsOf(history),
  };
}

/**
 * The session guarantees of Terry et al. (PDIS 1994) as clients can see them: a session is one process, until an operation
 * without an answer retires it. No store tells the order of its versions, so one is called newer than another
 * only where causality forces it (the writer of the newer one wrote, or had seen, the older one, or what followed from it),
 * which every order that respects causality agrees with. Concurrent writes may be in either order, so a breach among them is
 * missed unless some session saw one replaced by the other; nothing is blamed that some such order allows. Real time is not looked at.
 */
export function checkSession(
  history: History,
  guarantee: SessionGuarantee,
  sessions: Sessions = sessionsOf(history),
): Verdict {
  const { causality, breaches, counters } = sessions;
  const low = lowReadsOf(guarantee, counters);
  const found = breaches?.[guarantee] ?? { count: 0, worst: null };
  const count = found.count + (low?.count ?? 0);
  if (found.worst !== null) return { ...breachInWords(guarantee, causality.order!, found.worst), count };
  if (low !== null && low.worst !== null) return { ...lowInWords(history, guarantee, low), count };
  if (causality.order === null) return tooManySessions(causality.events);
  return nothingWrong(guarantee, sessions);
}

/** Counters show two of the guarantees. */
function lowReadsOf(guarantee: SessionGuarantee, counters: CounterSessions): LowReads | null {
  if (guarantee === 'read-your-writes') return counters.withoutOwn;
  return guarantee === 'monotonic-reads' ? counters.backwards : null;
}

/** On counters, monotonic writes and writes follow reads leave no trace in a value. */
function nothingWrong(guarantee: SessionGuarantee, { causality, counters }: Sessions): Verdict {
  const { events } = causality;
  if (guarantee === 'monotonic-writes' || guarantee === 'writes-follow-reads') return unviolated(events);
  const { keys, others } = events.versions;
  const judged = keys + counters.keys;
  const left = others.length - counters.keys;
  if (left === 0 && counters.unequal === 0) return { type: 'holds' };
  if (judged === 0) return unviolated(events);
  const what = [
    ...(left === 0
      ? []
      : [`${left} other keys are neither registers with unique values nor growing counters`]),
    ...(counters.unequal === 0 ? [] : [`the unequal adds of ${counters.unequal} counters do not tell all`]),
  ];
  return { type: 'unknown', because: `nothing is wrong on ${judged} keys, but ${what.join(', and ')}` };
}

/** The read, what its session knew, and why that is newer than what it read. */
function breachInWords(guarantee: SessionGuarantee, order: CausalOrder, breach: Breach) {
  const { events } = order;
  const { read, knew, age } = breach;
  const paths =
    guarantee === 'writes-follow-reads' ? followPaths(order, breach) : pathsOf(order, guarantee, breach);
  const steps = paths.flatMap((path) => stepsInWords(events, path));
  const when = atSecond(events.history.columns.invokedAt[events.row[read]!]!);
  const because = steps.length === 0 ? '' : `: ${[...new Set(steps)].join('; ')}`;
  return {
    type: 'violated' as const,
    witness: rowsOf(events, [...paths.flat(), knew, read]),
    sentence: `${deedInWords(events, read)} at ${when}, ${lengthInWords(age)} after it ${actInWords(events, knew)}${because}`,
  };
}

/** From what was read to what was missed, and from there to what the session knew. */
function pathsOf(order: CausalOrder, guarantee: SessionGuarantee, { read, missed, knew }: Breach) {
  const { events, source } = order;
  const told =
    guarantee === 'read-your-writes'
      ? [missed]
      : shortestPath(events, missed, source[knew]!, readsFrom(source));
  return [replacement(order, read, missed), told];
}

/** The same by way of what the writer of what the session knew had read. */
function followPaths(order: CausalOrder, { read, missed, knew }: Breach) {
  const { events, source, groups } = order;
  const later = source[knew]!;
  for (let heard = events.starts[events.session[later]!]!; heard < later; heard += 1) {
    const seen = source[heard]!;
    if (events.isWrite[heard] === 1 || seen < missed || groups.of[seen] !== groups.of[missed]) continue;
    return [replacement(order, read, missed), [missed, seen, heard, later]];
  }
  // Nobody needs to have read what was missed: it was written over what the read then saw.
  let heard = events.starts[events.session[missed]!]!;
  while (source[heard] !== source[read] || events.isWrite[heard] === 1) heard += 1;
  return [[source[read]!, heard, missed, later]];
}

function replacement({ events, source }: CausalOrder, read: number, missed: number): readonly number[] {
  return source[read] === initial ? [missed] : shortestPath(events, source[read]!, missed, readsFrom(source));
}

function lowInWords(history: History, guarantee: SessionGuarantee, { worst }: LowReads) {
  const { row, value, knew, least, age } = worst!;
  const when = atSecond(history.columns.invokedAt[row]!);
  const key = JSON.stringify(keyOf(history, row));
  const earlier =
    guarantee === 'monotonic-reads'
      ? `${lengthInWords(age)} after it was told ${least}`
      : `although it had added ${least} itself`;
  return {
    type: 'violated' as const,
    witness: [...new Set([knew, row])],
    sentence: `${processOf(history, row)} was told ${value} of ${key} at ${when}, ${earlier}`,
  };
}
