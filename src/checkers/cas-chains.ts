import { completionCode, type History, kindCode } from '../history/history.ts';
import type { Clusters } from './clusters.ts';
import {
  deedInWords,
  didInWords,
  endOf,
  explainConflict,
  staleInWords,
  valueAt,
  violated,
} from './contradiction.ts';
import { checkRefused } from './refused-cas.ts';
import type { Verdict } from './verdict.ts';
import { atSecond } from './words.ts';
import { conflictOf, type Zones } from './zones.ts';

/** The predecessor of a value that was written, and that of one which a cas made of what nobody wrote. */
const none = -1;
const unknown = -2;

/**
 * Linearizability of a register that unique writes and cas change, in O(n log n).
 *
 * A cas that made v of u tells the predecessor of v: nothing stands between their clusters. So every value has one
 * predecessor or, written, none; no value may have two successors; and the values fall into chains, each begun by a write or by nothing
 * written, within which the order is forced. A chain is in order where nothing that made or saw a later value had
 * completed before something that made or saw an earlier one was invoked. Taken whole, a chain is like a cluster: its operations stand
 * side by side, and it comes before another one wherever its smallest completion is before the other's largest invocation.
 * Any order of chains that respects this, each spelled out, puts no operation before one that had completed before it was
 * invoked; so the argument for zones (see `conflictOf`) carries over with chains in the place of clusters.
 *
 * An unanswered update counts once its value was seen, or made into another one that counts. Any other can be left out of an order:
 * nobody saw its value, so without it the value before stays until the next update, which is a write or an update
 * left out too. Only a refused cas that does not tell what it saw might need it; see `checkRefused`.
 */
export function checkChains(history: History, rows: Uint32Array, clusters: Clusters): Verdict | null {
  const chains = new Chains(history, rows, clusters);
  const wrong = chains.link() ?? chains.merge();
  if (wrong !== null) return wrong;
  const conflict = conflictOf(chains);
  if (conflict !== null) {
    return explainConflict(
      { history, rows, zones: chains, isIn: (row, zone) => chains.of(row) === zone },
      conflict,
    );
  }
  return checkRefused(history, rows, clusters, chains);
}

/** Chains of clusters, named by the cluster that begins them. */
export class Chains implements Zones {
  readonly count: number;
  readonly f: Float64Array;
  readonly s: Float64Array;
  /** 1 for clusters that begin a chain. */
  readonly counts: Uint8Array;
  /** The cluster that follows, or `none`. */
  readonly next: Int32Array;
  readonly #history: History;
  readonly #rows: Uint32Array;
  readonly #clusters: Clusters;
  readonly #previous: Int32Array;
  /** Clusters whose update was certainly done. */
  readonly #done: Uint8Array;
  readonly #chain: Int32Array;

  constructor(history: History, rows: Uint32Array, clusters: Clusters) {
    this.#history = history;
    this.#rows = rows;
    this.#clusters = clusters;
    this.count = clusters.count;
    this.f = clusters.f.slice();
    this.s = clusters.s.slice();
    this.counts = new Uint8Array(this.count);
    this.next = new Int32Array(this.count).fill(none);
    this.#previous = new Int32Array(this.count).fill(none);
    this.#done = clusters.counts.slice();
    this.#chain = new Int32Array(this.count).fill(none);
  }

  /** The chain to which a row belongs, or −1. */
  of(row: number): number {
    const cluster = this.#clusters.of(row);
    return cluster === -1 ? none : this.#chain[cluster]!;
  }

  /** Joins each value that was certainly made to the one before it. */
  link(): Verdict | null {
    const { kind } = this.#history.columns;
    const { maker } = this.#clusters;
    for (let cluster = 1; cluster < this.count; cluster += 1) {
      const row = maker[cluster]!;
      if (kind[row] !== kindCode.cas) continue;
      const expected = this.#clusters.expectedBy(row);
      this.#previous[cluster] = expected === -1 ? unknown : expected;
    }
    for (let cluster = 1; cluster < this.count; cluster += 1) {
      for (let at = cluster; this.#done[at] === 1; ) {
        const before = this.#previous[at]!;
        if (before === unknown) return this.#fromNowhere(at);
        if (before === none || this.next[before] === at) break;
        if (this.next[before] !== none) return this.#twice(this.next[before]!, at);
        this.next[before] = at;
        this.#done[before] = 1;
        at = before;
      }
    }
    return null;
  }

  /** Makes a zone of each chain; says so where one is out of order, or begins nowhere. */
  merge(): Verdict | null {
    let wrong: Verdict | null = null;
    let count = 0;
    let merged = 0;
    for (let first = 0; first < this.count; first += 1) {
      if (this.#done[first] === 0 || this.#previous[first] !== none) continue;
      this.counts[first] = 1;
      for (let at = first; at !== none; at = this.next[at]!) {
        merged += 1;
        this.#chain[at] = first;
        if (this.#clusters.f[at]! < this.s[first]! && at !== first) {
          count += 1;
          wrong ??= this.#outOfOrder(first, at);
        }
        this.f[first] = Math.min(this.f[first]!, this.#clusters.f[at]!);
        this.s[first] = Math.max(this.s[first]!, this.#clusters.s[at]!);
      }
    }
    if (wrong?.type === 'violated') return { ...wrong, count };
    return merged === this.#done.reduce((sum, done) => sum + done, 0) ? null : this.#circle();
  }

  /** Something saw a value of the chain after something had completed that saw a later one. */
  #outOfOrder(first: number, later: number): Verdict {
    const { invokedAt } = this.#history.columns;
    const [end, start] = [this.#clusters.f[later]!, this.s[first]!];
    const isEarlier = (row: number) => this.of(row) === first && this.#clusters.of(row) !== later;
    const newer = this.#find((row) => endOf(this.#history, row) === end && this.#clusters.of(row) === later);
    const older = this.#find((row) => invokedAt[row] === start && isEarlier(row));
    const [from, to] = [valueAt(this.#history, older), valueAt(this.#history, newer)];
    const adjacent =
      newer === this.#clusters.maker[later] && this.#previous[later] === this.#clusters.of(older);
    const why = adjacent ? '' : `, and nothing but changes leads from ${from} to ${to}`;
    return violated([older, newer], `${staleInWords(this.#history, older, newer)}${why}`, 1);
  }

  #twice(one: number, two: number): Verdict {
    const rows = [this.#evidence(one), this.#evidence(two)];
    const [first, second] = [this.#clusters.maker[one]!, this.#clusters.maker[two]!];
    const both = `${deedInWords(this.#history, first)} and ${deedInWords(this.#history, second)}`;
    return violated(rows, `${both} both took effect, although what they expected was there only once`, 1);
  }

  #fromNowhere(cluster: number): Verdict {
    const row = this.#evidence(cluster);
    const maker = this.#clusters.maker[cluster]!;
    const shown = row === maker ? '' : `, as ${deedInWords(this.#history, row)} shows`;
    const what = `${didInWords(this.#history, maker)} at ${this.#when(maker)}${shown}`;
    return violated(
      [row],
      `${what}, but nobody wrote what it expected, or its write had certainly failed`,
      1,
    );
  }

  /** Of a ring of changes none can be the first. */
  #circle(): Verdict {
    const cluster = this.#done.findIndex((done, at) => done === 1 && this.#chain[at] === none);
    const row = this.#evidence(cluster);
    const change = `${deedInWords(this.#history, this.#clusters.maker[cluster]!)}`;
    return violated([row], `${change} took effect, but what it expected comes only of what it made`, 1);
  }

  #when(row: number): string {
    return atSecond(this.#history.columns.invokedAt[row]!);
  }

  /** A row that shows that the value of a cluster was made: its acknowledged update, whoever saw it, or what was made of it. */
  #evidence(cluster: number): number {
    const { completion } = this.#history.columns;
    const maker = this.#clusters.maker[cluster]!;
    if (completion[maker] === completionCode.ok) return maker;
    if (this.#clusters.counts[cluster] === 1)
      return this.#find((row) => this.#clusters.seenBy(row) === cluster);
    return this.#evidence(this.next[cluster]!);
  }

  #find(test: (row: number) => boolean): number {
    return this.#rows.find(test) ?? none;
  }
}
