import { type Columns, completionCode, kindCode, valueKind } from '../history/history.ts';
import {
  initialValue,
  mayHaveHappened,
  phantomValue,
  positionOf,
  type RegisterWrites,
} from './register-writes.ts';
import { isAnswered, isOk } from './rows.ts';

/**
 * Each value of a register that was there with everything that saw it: a cluster (Gibbons and Korach 1997). Values whose write
 * nobody acknowledged and nobody saw are left out, for they need not have been there.
 *
 * A cas that made v of u says that nothing stands between their clusters; so values fall into chains, each begun by a write or by
 * the initial value, and a chain taken whole is a cluster (`checkers/cas-chains.ts` has the argument), if it is in order within.
 */
export interface Clusters {
  /** When the first operation of a cluster was over; before all time for the initial value. */
  readonly first: Float64Array;
  /** When its write began, and when the last that looked did, a read or a cas; before all time where there is none. */
  readonly pinned: Float64Array;
  readonly movable: Float64Array;
  /** The shift that puts what a chain of cas made in order: of what looks alone, and of everything. */
  readonly within: Float64Array;
  readonly withinAll: Float64Array;
  /** Reads and cas that belong to no cluster: what they found was never there, had been replaced, or came later. */
  readonly inexplicable: number;
}

export function clustersOf(columns: Columns, writes: RegisterWrites): Clusters {
  const values = valuesOf(columns, writes);
  const inexplicable = values.look(columns, writes);
  const links = linksOf(columns, writes, values);
  return merged(values, links, inexplicable + links.torn);
}

/** One cluster for each write and, last, for the initial value. */
class Values {
  readonly size: number;
  readonly first: Float64Array;
  readonly pinned: Float64Array;
  readonly movable: Float64Array;
  readonly began: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.first = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.pinned = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.movable = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.began = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.first[size - 1] = Number.NEGATIVE_INFINITY;
  }

  /** The cluster of what an operation found; −1 where no shift explains that it did. */
  clusterOf(columns: Columns, writes: RegisterWrites, row: number, kind: number, value: number): number {
    const source = positionOf(writes.positions, kind, value);
    if (source === initialValue) return this.size - 1;
    if (source === phantomValue || !mayHaveHappened(columns, writes.rows[source]!)) return -1;
    // A cas may be shifted to before it; a write stays where it is.
    const isOver = isAnswered(columns, row) && columns.completedAt[row]! < this.pinned[source]!;
    return isOver ? -1 : source;
  }

  /** Adds what answered operations saw: reads, and refused cas that tell it. Says how many no shift explains. */
  look(columns: Columns, writes: RegisterWrites): number {
    let inexplicable = 0;
    const see = (row: number): void => {
      const cluster = this.clusterOf(columns, writes, row, columns.valueKind[row]!, columns.value[row]!);
      if (cluster < 0) inexplicable += 1;
      else {
        this.first[cluster] = Math.min(this.first[cluster]!, columns.completedAt[row]!);
        this.movable[cluster] = Math.max(this.movable[cluster]!, columns.invokedAt[row]!);
      }
    };
    for (const row of writes.reads) see(row);
    for (const row of writes.rows) {
      const isRefused = columns.completion[row] === completionCode.refused;
      if (isRefused && columns.valueKind[row] !== valueKind.absent) see(row);
    }
    return inexplicable;
  }
}

/** Which value each was made into, −1 where into none; and 1 for those that were made of another. */
interface Links {
  readonly next: Int32Array;
  readonly follows: Uint8Array;
  /** Cas that no shift explains. */
  torn: number;
}

function valuesOf(columns: Columns, writes: RegisterWrites): Values {
  const values = new Values(writes.rows.length + 1);
  for (let i = 0; i < writes.rows.length; i += 1) {
    const row = writes.rows[i]!;
    const isCas = columns.kind[row] === kindCode.cas;
    values.began[i] = writes.began[i]!;
    (isCas ? values.movable : values.pinned)[i] = writes.began[i]!;
    if (isOk(columns, row)) values.first[i] = columns.completedAt[row]!;
  }
  return values;
}

/** Links values into chains. Says how many cas tell what no shift explains; of those the value stands for itself. */
function linksOf(columns: Columns, writes: RegisterWrites, values: Values): Links {
  const links: Links = {
    next: new Int32Array(values.size).fill(-1),
    follows: new Uint8Array(values.size),
    torn: 0,
  };
  // A value that was made into one that counts was there too, though nobody saw it.
  const counted = new Uint8Array(values.size);
  const left: number[] = [];
  const count = (i: number): void => {
    if (counted[i] === 1) return;
    counted[i] = 1;
    left.push(i);
  };
  for (let i = values.size - 2; i >= 0; i -= 1) {
    if (columns.kind[writes.rows[i]!] === kindCode.cas && values.first[i]! < Number.POSITIVE_INFINITY)
      count(i);
  }
  for (let i = left.pop(); i !== undefined; i = left.pop()) {
    const row = writes.rows[i]!;
    const before = values.clusterOf(
      columns,
      writes,
      row,
      columns.conditionKind[row]!,
      columns.condition[row]!,
    );
    // Two that say they replaced the same value: only one can have.
    if (before < 0 || links.next[before] !== -1) links.torn += 1;
    else {
      links.next[before] = i;
      links.follows[i] = 1;
      if (before < values.size - 1 && columns.kind[writes.rows[before]!] === kindCode.cas) count(before);
    }
  }
  return links;
}

/** Chains in place of the clusters that cas join; those that were never there are left out. */
function merged(values: Values, links: Links, inexplicable: number): Clusters {
  const { size } = values;
  const chains: Chain[] = [];
  const visited = new Uint8Array(size);
  let torn = 0;
  const chainFrom = (head: number): void => {
    const members: number[] = [];
    for (let i = head; i !== -1 && visited[i] === 0; i = links.next[i]!) {
      visited[i] = 1;
      members.push(i);
    }
    const chain = chainOf(values, members);
    if (chain.isInOrder) chains.push(chain);
    else {
      // It began after something that built on it was over.
      torn += 1;
      chains.push(chainOf(values, members.slice(0, 1)), chainOf(values, members.slice(1)));
    }
  };
  for (let i = 0; i < size; i += 1) if (links.follows[i] === 0) chainFrom(i);
  // What is left goes round in circles, and each breaks somewhere.
  for (let i = 0; i < size; i += 1) {
    if (visited[i] === 1) continue;
    torn += 1;
    chainFrom(i);
  }
  const there = chains.filter(({ isThere }) => isThere);
  return {
    first: Float64Array.from(there, ({ first }) => first),
    pinned: Float64Array.from(there, ({ pinned }) => pinned),
    movable: Float64Array.from(there, ({ movable }) => movable),
    within: Float64Array.from(there, ({ within }) => within),
    withinAll: Float64Array.from(there, ({ withinAll }) => withinAll),
    inexplicable: inexplicable + torn,
  };
}

interface Chain {
  readonly isThere: boolean;
  readonly first: number;
  readonly pinned: number;
  readonly movable: number;
  readonly within: number;
  readonly withinAll: number;
  /** Whether some shift of what looks puts it in order. */
  readonly isInOrder: boolean;
}

/** From the last value to the first: nothing that made or saw a later one may be over before what concerns an earlier one begins. */
function chainOf({ size, first, pinned, movable, began }: Values, members: readonly number[]): Chain {
  let [least, latest, within, withinAll] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let isInOrder = true;
  for (let place = members.length - 1; place >= 0; place -= 1) {
    const i = members[place]!;
    if (pinned[i]! > least) isInOrder = false;
    within = Math.max(within, movable[i]! - least);
    withinAll = Math.max(withinAll, movable[i]! - least, pinned[i]! - least);
    latest = Math.max(latest, movable[i]!);
    least = Math.min(least, first[i]!);
    // What a cas made may have been read before it began.
    if (i < size - 1) within = Math.max(within, began[i]! - least);
    withinAll = Math.max(withinAll, within);
  }
  const isInitial = members[0] === size - 1;
  return {
    isThere: isInitial
      ? members.length > 1 || latest > Number.NEGATIVE_INFINITY
      : least < Number.POSITIVE_INFINITY,
    first: least,
    pinned: pinned[members[0]!] ?? Number.NEGATIVE_INFINITY,
    movable: latest,
    within,
    withinAll,
    isInOrder,
  };
}
