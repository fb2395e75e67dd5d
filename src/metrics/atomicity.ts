import type { History } from '../history/history.ts';
import type { Micros } from '../kernel/time.ts';
import { type KeyView, keyViews } from './keys.ts';
import { type Distribution, distributionOf } from './percentile.ts';
import { type Clusters, clustersOf } from './register-clusters.ts';
import { registerWrites } from './register-writes.ts';
import { ascendingOrder, permuted } from './sorted.ts';

/** How far times must be shifted until registers look atomic; null where no register could be judged. */
export interface Shift {
  /** For the whole history: the most that any register needs. */
  readonly whole: Micros;
  /** Over registers. */
  readonly registers: Distribution;
  readonly atomicRegisters: number;
  /** Over clusters (a written value with all reads of it): the least shift that ends all conflicts of the cluster. */
  readonly clusters: Distribution;
  readonly atomicClusters: number;
}

export interface Atomicity {
  /** Δ: how much earlier reads, and cas, which look too, must have begun (Golab, Li and Shah 2011, "Analyzing consistency properties for fun and profit"). */
  readonly delta: Shift | null;
  /** Γ: by how much all operations must have been longer, half at each end (Golab et al. 2014, "Client-centric benchmarking"). */
  readonly gamma: Shift | null;
  /** Reads and cas that no shift explains, and that are left out: what they found was never there, came later, or had been replaced. */
  readonly inexplicable: number;
}

/** Δ and Γ of the registers with unique values, per cluster, in O(n log n). */
export function measureAtomicity(history: History, views: readonly KeyView[] = keyViews(history)): Atomicity {
  const delta: Float64Array[] = [];
  const gamma: Float64Array[] = [];
  let inexplicable = 0;
  for (const view of views) {
    const writes = view.shape === 'register' ? registerWrites(history.columns, view) : null;
    if (writes === null) continue;
    const clusters = clustersOf(history.columns, writes);
    inexplicable += clusters.inexplicable;
    if (clusters.first.length === 0) continue;
    delta.push(atLeast(leastShifts(clusters), clusters.within));
    gamma.push(atLeast(leastShifts(withEverythingMovable(clusters)), clusters.withinAll));
  }
  return { delta: shiftOf(delta), gamma: shiftOf(gamma), inexplicable };
}

/**
 * Two clusters conflict if each has an operation that was over before one of the other began, for then neither can have come
 * first; a history without conflicts is atomic (Gibbons and Korach 1997). A conflict ends when the beginnings of
 * either have moved back to the first end of the other. So the shift that a cluster needs is
 *
 *     max over others of min(until its own beginnings ≤ the other's first end, until the other's ≤ its own)
 *
 * Over clusters sorted by their first ends, and a maximum taken over each prefix of them, the first of the two falls and the
 * second rises, so the maximum of their minimum lies where they cross. No search over shifts is needed.
 */
export function leastShifts(clusters: Clusters): Float64Array {
  const order = ascendingOrder(clusters.first);
  const ends = permuted(clusters.first, order);
  const pinned = prefixMaxima(clusters.pinned, order);
  const movable = prefixMaxima(clusters.movable, order);
  const shifts = new Float64Array(order.length);
  for (let cluster = 0; cluster < order.length; cluster += 1) {
    const first = clusters.first[cluster]!;
    const shiftOfOwn = (i: number) =>
      ends[i]! < clusters.pinned[cluster]! ? Number.POSITIVE_INFINITY : clusters.movable[cluster]! - ends[i]!;
    const shiftOfOther = (i: number) => {
      if (pinned(i, cluster) > first) return Number.POSITIVE_INFINITY;
      const last = movable(i, cluster);
      return last === Number.NEGATIVE_INFINITY ? last : last - first;
    };
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (shiftOfOther(middle) < shiftOfOwn(middle)) low = middle + 1;
      else high = middle;
    }
    // The crossing is at `low`: before it the rising one is the smaller, from it on the falling one.
    const before = low > 0 ? shiftOfOther(low - 1) : 0;
    const after = low < order.length ? shiftOfOwn(low) : 0;
    shifts[cluster] = Math.max(0, before, after);
  }
  return shifts;
}

/** For Γ, beginnings and ends move by half each, so a gap closes by the whole; nothing stands still. */
function withEverythingMovable(clusters: Clusters): Clusters {
  const { pinned, movable } = clusters;
  return {
    ...clusters,
    pinned: new Float64Array(pinned.length).fill(Number.NEGATIVE_INFINITY),
    movable: movable.map((at, i) => Math.max(at, pinned[i]!)),
  };
}

function atLeast(shifts: Float64Array, others: Float64Array): Float64Array {
  return shifts.map((shift, i) => Math.max(shift, others[i]!));
}

/** The greatest value among the first `i + 1` clusters of an order, one of them left out. */
function prefixMaxima(values: Float64Array, order: Uint32Array) {
  const greatest = new Int32Array(order.length);
  const runnerUp = new Float64Array(order.length);
  let [best, second] = [-1, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < order.length; i += 1) {
    const cluster = order[i]!;
    if (best < 0 || values[cluster]! > values[best]!) {
      if (best >= 0) second = values[best]!;
      best = cluster;
    } else if (values[cluster]! > second) second = values[cluster]!;
    greatest[i] = best;
    runnerUp[i] = second;
  }
  return (i: number, without: number) => (greatest[i] === without ? runnerUp[i]! : values[greatest[i]!]!);
}

function shiftOf(registers: readonly Float64Array[]): Shift | null {
  if (registers.length === 0) return null;
  const worst = Float64Array.from(registers, (shifts) => shifts.reduce((a, b) => Math.max(a, b), 0));
  const all = new Float64Array(registers.reduce((sum, shifts) => sum + shifts.length, 0));
  let filled = 0;
  for (const shifts of registers) {
    all.set(shifts, filled);
    filled += shifts.length;
  }
  const atomic = (shifts: Float64Array) => shifts.reduce((sum, shift) => sum + (shift === 0 ? 1 : 0), 0);
  const [atomicRegisters, atomicClusters] = [atomic(worst), atomic(all)];
  const [overRegisters, overClusters] = [distributionOf(worst)!, distributionOf(all)!];
  return {
    whole: overRegisters.maximum,
    registers: overRegisters,
    atomicRegisters,
    clusters: overClusters,
    atomicClusters,
  };
}
