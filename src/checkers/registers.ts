import { completionCode, type History, kindCode, valueKind } from '../history/history.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf, processOf, valueRead } from './words.ts';

/**
 * One written value with everything that saw it (Gibbons and Korach 1997 call it a cluster). In a linearizable history the operations
 * of a cluster stand side by side, and `f` and `s` bound where.
 */
interface Cluster {
  /** −1 for the initial value, which was there before everything. */
  readonly write: number;
  readonly invokedAt: number;
  /** An unanswered write may have happened or not: it counts only once it was read. */
  readonly optional: boolean;
  reads: number;
  /** The smallest completion, and whose it is. */
  f: number;
  first: number;
  /** The largest invocation, and whose it is. */
  s: number;
  last: number;
}

/** Whether the rows of a key are a register with unique values: reads and writes only, no value written twice, none null. */
export function isUniqueRegister(history: History, rows: Uint32Array): boolean {
  const { kind, argument, argumentKind } = history.columns;
  const numbers = new Set<number>();
  const texts = new Set<number>();
  for (const row of rows) {
    if (kind[row] === kindCode.read) continue;
    if (kind[row] !== kindCode.write || argumentKind[row] === valueKind.null) return false;
    const seen = argumentKind[row] === valueKind.number ? numbers : texts;
    if (seen.has(argument[row]!)) return false;
    seen.add(argument[row]!);
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
  const misread = clusters.misled ?? clusters.addReads(rows);
  if (misread !== null) return misread;
  const counted = clusters.all.filter((cluster) => cluster.reads > 0 || !cluster.optional);
  const forward = counted.filter(({ f, s }) => f < s).sort((a, b) => a.f - b.f || a.s - b.s);
  for (let i = 1; i < forward.length; i += 1) {
    const [earlier, later] = [forward[i - 1]!, forward[i]!];
    if (later.f < earlier.s) return overlap(history, earlier, later);
  }
  for (const cluster of counted) {
    if (cluster.f < cluster.s) continue;
    const around = lastBefore(forward, cluster.s);
    if (around !== undefined && cluster.f < around.s) return overlap(history, around, cluster);
  }
  return { type: 'holds' };
}

class Clusters {
  readonly all: Cluster[] = [];
  /** A write that was told it had left something else behind. */
  misled: Verdict | null = null;
  readonly #history: History;
  readonly #initial: Cluster = {
    write: -1,
    invokedAt: Number.NEGATIVE_INFINITY,
    optional: true,
    reads: 0,
    f: Number.NEGATIVE_INFINITY,
    first: -1,
    s: Number.NEGATIVE_INFINITY,
    last: -1,
  };
  readonly #byNumber = new Map<number, Cluster>();
  readonly #byText = new Map<number, Cluster>();

  constructor(history: History, rows: Uint32Array) {
    this.#history = history;
    this.all.push(this.#initial);
    for (const row of rows) this.#addWrite(row);
  }

  #addWrite(row: number): void {
    const { kind, completion, invokedAt, completedAt, argument, argumentKind } = this.#history.columns;
    const code = completion[row]!;
    if (kind[row] !== kindCode.write || code === completionCode.fail || code === completionCode.refused)
      return;
    const answered = code === completionCode.ok;
    if (answered) this.misled ??= this.#misled(row);
    const cluster: Cluster = {
      write: row,
      invokedAt: invokedAt[row]!,
      optional: !answered,
      reads: 0,
      f: answered ? completedAt[row]! : Number.POSITIVE_INFINITY,
      first: row,
      s: invokedAt[row]!,
      last: row,
    };
    this.all.push(cluster);
    const values = argumentKind[row] === valueKind.number ? this.#byNumber : this.#byText;
    values.set(argument[row]!, cluster);
  }

  /** Joins each answered read to the write that it saw; says so when there is none, or none yet. */
  addReads(rows: Uint32Array): Verdict | null {
    const { kind, completion, invokedAt, completedAt, valueKind: seen } = this.#history.columns;
    for (const row of rows) {
      if (kind[row] !== kindCode.read || completion[row] !== completionCode.ok) continue;
      if (seen[row] === valueKind.absent) continue;
      const cluster = this.#clusterRead(row);
      if (cluster === undefined) return this.#phantom(row);
      if (completedAt[row]! < cluster.invokedAt) return this.#tooEarly(row, cluster);
      cluster.reads += 1;
      if (completedAt[row]! < cluster.f) {
        cluster.f = completedAt[row]!;
        cluster.first = row;
      }
      if (invokedAt[row]! > cluster.s) {
        cluster.s = invokedAt[row]!;
        cluster.last = row;
      }
    }
    return null;
  }

  #clusterRead(row: number): Cluster | undefined {
    const { value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.null) return this.#initial;
    if (seen[row] !== valueKind.number) return this.#byText.get(value[row]!);
    const written = this.#byNumber.get(value[row]!);
    // To whoever counts, nothing written is 0.
    return written === undefined && value[row] === 0 ? this.#initial : written;
  }

  #misled(row: number): Verdict | null {
    const { argument, argumentKind, value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.absent) return null;
    if (seen[row] === argumentKind[row] && value[row] === argument[row]) return null;
    const sentence = `${deedOf(this.#history, row)} was answered with another value than it wrote`;
    return { type: 'violated', witness: [row], sentence };
  }

  #phantom(row: number): Verdict {
    const { invokedAt } = this.#history.columns;
    const read = `${processOf(this.#history, row)} read ${valueRead(this.#history, row)}`;
    return {
      type: 'violated',
      witness: [row],
      sentence: `${read} at ${atSecond(invokedAt[row]!)}, which nobody wrote, or whose write had certainly failed`,
    };
  }

  #tooEarly(row: number, cluster: Cluster): Verdict {
    const { completedAt } = this.#history.columns;
    const read = `${deedOf(this.#history, row)} had completed at ${atSecond(completedAt[row]!)}`;
    return {
      type: 'violated',
      witness: [row, cluster.write],
      sentence: `${read}, before ${deedOf(this.#history, cluster.write)} began at ${atSecond(cluster.invokedAt)}`,
    };
  }
}

/** The forward zone that begins last among those that begin before `at`. */
function lastBefore(forward: readonly Cluster[], at: number): Cluster | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (forward[middle]!.f < at) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}

/** The value of `outer` was there before and after a moment at which that of `inner` was: whichever is newer, one read is stale. */
function overlap(history: History, outer: Cluster, inner: Cluster): Verdict {
  const stale = staleRead(history, outer, inner);
  const writes = [outer.write, inner.write];
  if (outer.f < inner.invokedAt) return violated([...writes, outer.first, outer.last, inner.first], stale);
  const otherwise = staleRead(history, inner, outer);
  if (inner.f < outer.invokedAt)
    return violated([...writes, inner.first, inner.last, outer.first], otherwise);
  return violated(
    [...writes, outer.first, outer.last, inner.first, inner.last],
    `${stale}; and ${otherwise}: either way one of them is stale`,
  );
}

/** `process 3 read 17 at 2.104 s although process 1's write of 18 had completed at 2.071 s` */
function staleRead(history: History, older: Cluster, newer: Cluster): string {
  const read = `${processOf(history, older.last)} read ${valueRead(history, older.last)}`;
  const missed = `${deedOf(history, newer.first)} had completed at ${atSecond(newer.f)}`;
  return `${read} at ${atSecond(older.s)} although ${missed}`;
}

function violated(rows: readonly number[], sentence: string): Verdict {
  const witness = [...new Set(rows)].filter((row) => row >= 0).sort((a, b) => a - b);
  return { type: 'violated', witness, sentence };
}
