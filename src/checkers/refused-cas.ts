import type { History } from '../history/history.ts';
import type { Chains } from './cas-chains.ts';
import type { Clusters } from './clusters.ts';
import { deedInWords, didInWords, endOf, violated } from './contradiction.ts';
import type { Verdict } from './verdict.ts';
import { atSecond } from './words.ts';
import { orderOf } from './zones.ts';

/**
 * Refused cas that do not tell what they saw: each must find some value that it did not expect. Refuted for certain where
 * the expected one was there from before it began until after it had ended. In order for certain where one choice of instants, at
 * which the values follow each other, leaves each of them a moment with another value; two choices are tried, every value as
 * early and as late as can be. Null where neither decides: each wants its own choice, and a search must find one for all.
 */
export function checkRefused(
  history: History,
  rows: Uint32Array,
  clusters: Clusters,
  chains: Chains,
): Verdict | null {
  if (clusters.refused.length === 0) return { type: 'holds' };
  const { invokedAt } = history.columns;
  const within = clusters.refused.filter((row) => {
    const cluster = clusters.expectedBy(row);
    if (cluster === -1) return false;
    return clusters.f[cluster]! < invokedAt[row]! && endOf(history, row) < clusters.s[cluster]!;
  });
  if (within.length > 0) return thereThroughout(history, rows, clusters, within[0]!, within.length);
  const sequence = sequenceOf(chains);
  const decided = [earliest, latest].some((instants) => {
    return suits(history, clusters, sequence, instants(history, clusters, sequence));
  });
  return decided ? { type: 'holds' } : null;
}

/** All values that were certainly there, in an order in which they can follow each other. */
function sequenceOf(chains: Chains): Int32Array {
  const sequence: number[] = [];
  for (const first of orderOf(chains)) {
    for (let at = first; at !== -1; at = chains.next[at]!) sequence.push(at);
  }
  return Int32Array.from(sequence);
}

/** When each value of the sequence comes at the earliest: all that saw the one before were invoked, and so was its own update. */
function earliest(history: History, { s, maker }: Clusters, sequence: Int32Array): Float64Array {
  const { invokedAt } = history.columns;
  const instants = new Float64Array(sequence.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 1; i < sequence.length; i += 1) {
    instants[i] = Math.max(instants[i - 1]!, s[sequence[i - 1]!]!, invokedAt[maker[sequence[i]!]!]!);
  }
  return instants;
}

/** When each value comes at the latest: by the first completion of what made or saw it or a later one. */
function latest(_history: History, { f }: Clusters, sequence: Int32Array): Float64Array {
  const instants = new Float64Array(sequence.length);
  let bound = Number.POSITIVE_INFINITY;
  for (let i = sequence.length - 1; i >= 0; i -= 1) {
    bound = Math.min(bound, f[sequence[i]!]!);
    instants[i] = bound;
  }
  return instants;
}

/** Whether every refused cas has a moment at which another value than the expected one was there. */
function suits(history: History, clusters: Clusters, sequence: Int32Array, instants: Float64Array): boolean {
  const { invokedAt } = history.columns;
  const places = new Int32Array(clusters.count).fill(-1);
  sequence.forEach((cluster, place) => {
    places[cluster] = place;
  });
  return clusters.refused.every((row) => {
    const cluster = clusters.expectedBy(row);
    const place = cluster === -1 ? -1 : places[cluster]!;
    if (place === -1) return true;
    const before = place > 0 && invokedAt[row]! <= instants[place]!;
    const after = place + 1 < sequence.length && endOf(history, row) >= instants[place + 1]!;
    return before || after;
  });
}

function thereThroughout(
  history: History,
  rows: Uint32Array,
  clusters: Clusters,
  refused: number,
  count: number,
): Verdict {
  const { invokedAt } = history.columns;
  const cluster = clusters.expectedBy(refused);
  const isOf = (row: number) => clusters.of(row) === cluster;
  const before = rows.find((row) => endOf(history, row) === clusters.f[cluster] && isOf(row)) ?? -1;
  const after = rows.find((row) => invokedAt[row] === clusters.s[cluster] && isOf(row)) ?? -1;
  const had = before === -1 ? '' : `${deedInWords(history, before)} had completed before and `;
  const saw = `${had}${didInWords(history, after)} at ${atSecond(invokedAt[after]!)}`;
  const what = `${didInWords(history, refused)} at ${atSecond(invokedAt[refused]!)}`;
  return violated([before, refused, after], `${what} although ${saw}`, count);
}
