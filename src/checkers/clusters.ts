import { completionCode, type History, kindCode, valueKind } from '../history/history.ts';
import { ValueIndex } from './value-index.ts';
import type { Zones } from './zones.ts';

/** What a single row says that no order can mend. */
export type Flaw = 'misled' | 'mistaken' | 'phantom' | 'too early';

/**
 * Each value that writes and cas made, with everything that saw it (a cluster, in the paper's word), in columns. In a linearizable
 * history the operations of a cluster stand side by side; `f` and `s` bound where. Cluster 0 is nothing written, there before all.
 */
export class Clusters implements Zones {
  count = 1;
  readonly f: Float64Array;
  readonly s: Float64Array;
  /** The row that made the value, or −1. */
  readonly maker: Int32Array;
  /** Whether it took part: an unanswered update may have happened or not, and counts only once its value was seen. */
  readonly counts: Uint8Array;
  /** Whether a cas made any of the values. */
  chained = false;
  /** Refused cas that do not tell what they saw. */
  readonly refused: number[] = [];
  /** The first flaw, its row, and how many rows have one. */
  flaw: Flaw | null = null;
  flawed = -1;
  flaws = 0;
  /** Whether a value seen may have been 0 or nothing written, which count alike: then only `holds` is certain. */
  ambiguous = false;
  readonly #history: History;
  readonly #byValue: ValueIndex;
  /** What saw a value that no row before it made. */
  readonly #late: number[] = [];

  private constructor(history: History, updates: number) {
    this.#history = history;
    this.#byValue = new ValueIndex(updates);
    this.f = new Float64Array(updates + 1);
    this.s = new Float64Array(updates + 1);
    this.maker = new Int32Array(updates + 1);
    this.counts = new Uint8Array(updates + 1);
    this.f[0] = this.s[0] = Number.NEGATIVE_INFINITY;
    this.maker[0] = -1;
    this.counts[0] = 1;
  }

  /**
   * The clusters of the rows of one key, which are in the order of invocation. Null unless reads, writes and cas alone touched it and
   * no value may have been written twice.
   */
  static of(history: History, rows: Uint32Array): Clusters | null {
    const { kind, completion } = history.columns;
    let updates = 0;
    for (const row of rows) {
      if (kind[row] === kindCode.read || completion[row] === completionCode.fail) continue;
      if (kind[row] !== kindCode.write && kind[row] !== kindCode.cas) return null;
      updates += 1;
    }
    const clusters = new Clusters(history, updates);
    return clusters.#take(rows) ? clusters : null;
  }

  /** The cluster of the value that a row made, or else of what it saw, or −1. */
  of(row: number): number {
    const { kind, completion, argument, argumentKind } = this.#history.columns;
    if (kind[row] === kindCode.read || completion[row] === completionCode.refused) return this.seenBy(row);
    const cluster = this.#byValue.find(argument[row]!, argumentKind[row]!);
    return cluster !== -1 && this.maker[cluster] === row ? cluster : -1;
  }

  /** The cluster of what a row saw, or −1. */
  seenBy(row: number): number {
    return this.#find(this.#history.columns.value[row]!, this.#history.columns.valueKind[row]!);
  }

  /** The cluster of what a cas expected, or −1. Nothing written is never 0 to a cas. */
  expectedBy(row: number): number {
    const { condition, conditionKind } = this.#history.columns;
    if (conditionKind[row] === valueKind.null) return 0;
    return this.#byValue.find(condition[row]!, conditionKind[row]!);
  }

  #take(rows: Uint32Array): boolean {
    const { kind, completion, valueKind: seen } = this.#history.columns;
    for (const row of rows) {
      const code = completion[row]!;
      if (kind[row] === kindCode.read) {
        if (code === completionCode.ok && seen[row] !== valueKind.absent) this.#see(row);
      } else if (code === completionCode.refused) {
        if (kind[row] === kindCode.cas) this.#takeRefused(row);
      } else if (code !== completionCode.fail && !this.#takeUpdate(row, code === completionCode.ok)) {
        return false;
      }
    }
    for (const row of this.#late) {
      const cluster = this.seenBy(row);
      if (cluster === -1) this.#blame(row, 'phantom');
      else if (this.#isTooEarly(row, cluster)) this.#blame(row, 'too early');
      else this.#join(row, cluster);
    }
    return true;
  }

  /** False where the value is not one that only this row makes. */
  #takeUpdate(row: number, answered: boolean): boolean {
    const { kind, argument, argumentKind, invokedAt, completedAt } = this.#history.columns;
    if (argumentKind[row] === valueKind.null) return false;
    const cluster = this.count;
    if (!this.#byValue.add(argument[row]!, argumentKind[row]!, cluster)) return false;
    this.count += 1;
    this.f[cluster] = answered ? completedAt[row]! : Number.POSITIVE_INFINITY;
    this.s[cluster] = invokedAt[row]!;
    this.maker[cluster] = row;
    this.counts[cluster] = answered ? 1 : 0;
    if (kind[row] === kindCode.cas) this.chained = true;
    if (argument[row] === 0 && argumentKind[row] === valueKind.number) this.ambiguous = true;
    if (answered && this.#isMisled(row)) this.#blame(row, 'misled');
    return true;
  }

  #takeRefused(row: number): void {
    const { columns } = this.#history;
    if (!isRefusal(this.#history, row)) return;
    const seen = columns.valueKind[row]!;
    if (seen === valueKind.absent) {
      this.refused.push(row);
    } else if (
      seen === columns.conditionKind[row] &&
      (seen === valueKind.null || columns.value[row] === columns.condition[row])
    ) {
      if (seen === valueKind.null || columns.value[row] === 0) this.ambiguous = true;
      this.#blame(row, 'mistaken');
    } else this.#see(row);
  }

  #see(row: number): void {
    const { value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.null) return this.#join(row, 0);
    const cluster = this.#byValue.find(value[row]!, seen[row]!);
    if (cluster === -1) this.#late.push(row);
    else this.#join(row, cluster);
  }

  #join(row: number, cluster: number): void {
    const { invokedAt, completedAt } = this.#history.columns;
    this.counts[cluster] = 1;
    if (completedAt[row]! < this.f[cluster]!) this.f[cluster] = completedAt[row]!;
    if (invokedAt[row]! > this.s[cluster]!) this.s[cluster] = invokedAt[row]!;
  }

  #find(value: number, kind: number): number {
    if (kind === valueKind.null) return 0;
    const cluster = this.#byValue.find(value, kind);
    if (cluster !== -1) return cluster;
    // To whoever counts, nothing written is 0.
    return kind === valueKind.number && value === 0 ? 0 : -1;
  }

  /** Rows are in the order of invocation, so this can be only where the maker stands behind. */
  #isTooEarly(row: number, cluster: number): boolean {
    const { invokedAt, completedAt } = this.#history.columns;
    return cluster > 0 && completedAt[row]! < invokedAt[this.maker[cluster]!]!;
  }

  #isMisled(row: number): boolean {
    const { argument, argumentKind, value, valueKind: seen } = this.#history.columns;
    if (seen[row] === valueKind.absent) return false;
    if (seen[row] === argumentKind[row]) return value[row] !== argument[row];
    return !(seen[row] === valueKind.null && argumentKind[row] === valueKind.number && argument[row] === 0);
  }

  #blame(row: number, flaw: Flaw): void {
    this.flaws += 1;
    if (this.flaw !== null) return;
    this.flaw = flaw;
    this.flawed = row;
  }
}

/** Whether a cas was refused for what was there. Any other reason says nothing of it, for example that cas is not served. */
export function isRefusal({ columns, texts }: History, row: number): boolean {
  if (columns.kind[row] !== kindCode.cas || columns.completion[row] !== completionCode.refused) return false;
  const because = texts[columns.reason[row]!];
  return because === 'mismatch' || because === 'below-floor';
}
