import { completionCode, type History, kindCode, valueKind } from '../history/history.ts';
import { ValueIndex } from './value-index.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf, processOf, valueRead } from './words.ts';

/** Whether the rows of a key are a register with unique values: reads and writes only, no value written twice, none null. */
export function isUniqueRegister(history: History, rows: Uint32Array): boolean {
  const { kind, argument, argumentKind } = history.columns;
  const values = new ValueIndex(rows.length);
  for (const row of rows) {
    if (kind[row] === kindCode.read) continue;
    if (kind[row] !== kindCode.write || argumentKind[row] === valueKind.null) return false;
    if (!values.add(argument[row]!, argumentKind[row]!, row)) return false;
  }
  return true;
}

/**
 * Linearizability of one register with unique values, in O(n log n): every value read was written, by a write that
 * began before the read ended; forward zones (f < s: the value was there from f to s) do not overlap; no backward
 * zone lies inside a forward one (Gibbons and Korach 1997, theorem 4.5). Equal times count as overlapping.
 */
export function checkRegister(history: History, rows: Uint32Array): Verdict {
  const clusters = new Clusters(history, rows);
  const wrong = clusters.addWrites() ?? clusters.addReads();
  if (wrong !== null) return wrong;
  const { f, s } = clusters;
  const forward = clusters.forward();
  for (let i = 1; i < forward.length; i += 1) {
    const [earlier, later] = [forward[i - 1]!, forward[i]!];
    if (f[later]! < s[earlier]!) return clusters.overlap(earlier, later);
  }
  const starts = Float64Array.from(forward, (cluster) => f[cluster]!);
  for (let cluster = 0; cluster < clusters.count; cluster += 1) {
    if (!clusters.counts(cluster) || f[cluster]! < s[cluster]!) continue;
    const around = forward[countBefore(starts, s[cluster]!) - 1];
    if (around !== undefined && f[cluster]! < s[around]!) return clusters.overlap(around, cluster);
  }
  return { type: 'holds' };
}

/**
 * Each written value with everything that saw it (a cluster, in the paper's word), in columns. In a linearizable history the
 * operations of a cluster stand side by side; `f` and `s` bound where. Cluster 0 is the initial value, there before all.
 */
class Clusters {
  count = 1;
  /** The smallest completion, and whose it is. */
  readonly f: Float64Array;
  readonly #first: Int32Array;
  /** The largest invocation, and whose it is. */
  readonly s: Float64Array;
  readonly #last: Int32Array;
  readonly #write: Int32Array;
  /** Whether it took part: an unanswered write may have happened or not, and counts only once it was read. */
  readonly #counts: Uint8Array;
  readonly #history: History;
  readonly #rows: Uint32Array;
  readonly #byValue: ValueIndex;

  constructor(history: History, rows: Uint32Array) {
    const writes = rows.reduce((sum, row) => sum + (history.columns.kind[row] === kindCode.write ? 1 : 0), 1);
    this.#history = history;
    this.#rows = rows;
    this.#byValue = new ValueIndex(writes);
    this.f = new Float64Array(writes).fill(Number.NEGATIVE_INFINITY);
    this.s = new Float64Array(writes).fill(Number.NEGATIVE_INFINITY);
    this.#first = new Int32Array(writes).fill(-1);
    this.#last = new Int32Array(writes).fill(-1);
    this.#write = new Int32Array(writes).fill(-1);
    this.#counts = new Uint8Array(writes);
  }

  counts(cluster: number): boolean {
    return this.#counts[cluster] === 1;
  }

  addWrites(): Verdict | null {
    const { kind, completion, invokedAt, completedAt, argument, argumentKind } = this.#history.columns;
    for (const row of this.#rows) {
      const code = completion[row]!;
      if (kind[row] !== kindCode.write || code === completionCode.fail || code === completionCode.refused) {
        continue;
      }
      const answered = code === completionCode.ok;
      if (answered && this.#misled(row)) return this.#misledBy(row);
      const cluster = this.count;
      this.count += 1;
      this.f[cluster] = answered ? completedAt[row]! : Number.POSITIVE_INFINITY;
      this.s[cluster] = invokedAt[row]!;
      this.#first[cluster] = this.#last[cluster] = this.#write[cluster] = row;
      this.#counts[cluster] = answered ? 1 : 0;
      this.#byValue.add(argument[row]!, argumentKind[row]!, cluster);
    }
    return null;
  }

  /** Joins each answered read to the write that it saw; says so when there is none, or none yet. */
  addReads(): Verdict | null {
    const { kind, completion, invokedAt, completedAt, valueKind: seen } = this.#history.columns;
    for (const row of this.#rows) {
      if (kind[row] !== kindCode.read || completion[row] !== completionCode.ok) continue;
      if (seen[row] === valueKind.absent) continue;
      const cluster = this.#clusterRead(row);
      if (cluster === -1) return this.#phantom(row);
      const write = this.#write[cluster]!;
      if (write >= 0 && completedAt[row]! < invokedAt[write]!) return this.#tooEarly(row, write);
      this.#counts[cluster] = 1;
      if (completedAt[row]! < this.f[cluster]!) {
        this.f[cluster] = completedAt[row]!;
        this.#first[cluster] = row;
      }
      if (invokedAt[row]! > this.s[cluster]!) {
        this.s[cluster] = invokedAt[row]!;
        this.#last[cluster] = row;
      }
    }
    return null;
  }

  /** The clusters with forward zones, in the order in which these begin. */
  forward(): Int32Array {
    const { f, s, count } = this;
    let found = 0;
    const forward = new Int32Array(count);
    for (let cluster = 0; cluster < count; cluster += 1) {
      if (!this.counts(cluster) || !(f[cluster]! < s[cluster]!)) continue;
      forward[found] = cluster;
      found += 1;
    }
    return sortedBy(f, forward.subarray(0, found));
  }

  /** The value of `outer` was there before and after a moment at which that of `inner` was: whichever is newer, one read is stale. */
  overlap(outer: number, inner: number): Verdict {
    const stale = this.#staleRead(outer, inner);
    const otherwise = this.#staleRead(inner, outer);
    const rows = [this.#write[outer]!, this.#write[inner]!];
    if (this.f[outer]! < this.#invoked(inner)) {
      return violated([...rows, this.#first[outer]!, this.#last[outer]!, this.#first[inner]!], stale);
    }
    if (this.f[inner]! < this.#invoked(outer)) {
      return violated([...rows, this.#first[inner]!, this.#last[inner]!, this.#first[outer]!], otherwise);
    }
    return violated(
      [...rows, this.#first[outer]!, this.#last[outer]!, this.#first[inner]!, this.#last[inner]!],
      `${stale}; and ${otherwise}: either way one of them is stale`,
    );
  }

  #clusterRead(row: number): number {
    const { value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.null) return 0;
    const cluster = this.#byValue.find(value[row]!, seen[row]!);
    // To whoever counts, nothing written is 0.
    return cluster === -1 && seen[row] === valueKind.number && value[row] === 0 ? 0 : cluster;
  }

  #invoked(cluster: number): number {
    const write = this.#write[cluster]!;
    return write < 0 ? Number.NEGATIVE_INFINITY : this.#history.columns.invokedAt[write]!;
  }

  /** `process 3 read 17 at 2.104 s although process 1's write of 18 had completed at 2.071 s` */
  #staleRead(older: number, newer: number): string {
    const [last, first] = [this.#last[older]!, this.#first[newer]!];
    if (last < 0 || first < 0) return '';
    const read = `${processOf(this.#history, last)} read ${valueRead(this.#history, last)}`;
    const missed = `${deedOf(this.#history, first)} had completed at ${atSecond(this.f[newer]!)}`;
    return `${read} at ${atSecond(this.s[older]!)} although ${missed}`;
  }

  #misled(row: number): boolean {
    const { argument, argumentKind, value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.absent) return false;
    return seen[row] !== argumentKind[row] || value[row] !== argument[row];
  }

  #misledBy(row: number): Verdict {
    return violated([row], `${deedOf(this.#history, row)} was answered with another value than it wrote`);
  }

  #phantom(row: number): Verdict {
    const read = `${processOf(this.#history, row)} read ${valueRead(this.#history, row)}`;
    const when = atSecond(this.#history.columns.invokedAt[row]!);
    return violated([row], `${read} at ${when}, which nobody wrote, or whose write had certainly failed`);
  }

  #tooEarly(row: number, write: number): Verdict {
    const { invokedAt, completedAt } = this.#history.columns;
    const read = `${deedOf(this.#history, row)} had completed at ${atSecond(completedAt[row]!)}`;
    const began = `${deedOf(this.#history, write)} began at ${atSecond(invokedAt[write]!)}`;
    return violated([row, write], `${read}, before ${began}`);
  }
}

/** How many of the sorted numbers are smaller than `at`. */
function countBefore(sorted: Float64Array, at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Clusters in the order of their times. Where it fits, time and position are packed into one double, since typed arrays sort
 * several times faster without a comparison of our own.
 */
function sortedBy(times: Float64Array, clusters: Int32Array): Int32Array {
  const size = clusters.length;
  const last = clusters.reduce((most, cluster) => Math.max(most, times[cluster]!), 0);
  const whole = clusters.every((cluster) => times[cluster]! >= 0 && Number.isInteger(times[cluster]!));
  if (!whole || (last + 1) * size > Number.MAX_SAFE_INTEGER) {
    return clusters.slice().sort((a, b) => (times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b));
  }
  const packed = Float64Array.from(clusters, (cluster, i) => times[cluster]! * size + i).sort();
  return Int32Array.from(packed, (key) => clusters[key % size]!);
}

function violated(rows: readonly number[], sentence: string): Verdict {
  const witness = [...new Set(rows)].filter((row) => row >= 0).sort((a, b) => a - b);
  return { type: 'violated', witness, sentence };
}
