import type { Micros } from '../kernel/time.ts';
import type { StalenessColumns } from './staleness-columns.ts';

/** Reads that began within a stretch of time after the latest update before them was over, and what they saw. */
export interface VisibilityBin {
  readonly from: Micros;
  readonly to: Micros;
  readonly reads: number;
  readonly visible: number;
  readonly share: number;
  /** The 95 % confidence interval of the share. */
  readonly low: number;
  readonly high: number;
}

/** How soon after its completion an update is seen (t-visibility, Bailis et al. 2012, section 2.2). */
export interface Visibility {
  /** Bins in which any read began, in the order of time. */
  readonly curve: readonly VisibilityBin[];
  /** When 99 and 99.9 % of reads see it; null where no time is late enough, or too few reads began so late. */
  readonly at99: Micros | null;
  readonly at999: Micros | null;
}

/** The quantile of the standard normal distribution that leaves 2.5 % on each side. */
const z = 1.959963984540054;

/** The curve and its quantiles over the judged ones among `rows`, in O(n log n). */
export function measureVisibility({ elapsed, unseen }: StalenessColumns, rows: Uint32Array): Visibility {
  // Time and what was seen share a double, so that they are sorted together and fast.
  const samples = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    if (Number.isNaN(elapsed[row]!)) continue;
    samples[count] = elapsed[row]! * 2 + 1 - unseen[row]!;
    count += 1;
  }
  const sorted = samples.subarray(0, count).sort();
  const levels = levelsOf(sorted);
  return {
    curve: curveOf(sorted),
    at99: firstAt(levels, { visible: 99, of: 100 }),
    at999: firstAt(levels, { visible: 999, of: 1_000 }),
  };
}

/**
 * Wilson's score interval (1927). Its coverage stays close to 95 % for shares near 0 and 1 (Brown, Cai and DasGupta 2001),
 * where a normal interval fails and the exact one of Clopper and Pearson is too wide, and it needs no more than a root.
 */
export function wilsonInterval(visible: number, reads: number): { low: number; high: number } {
  const share = visible / reads;
  const centre = share + (z * z) / (2 * reads);
  const spread = z * Math.sqrt((share * (1 - share)) / reads + (z * z) / (4 * reads * reads));
  const width = 1 + (z * z) / reads;
  return {
    low: visible === 0 ? 0 : (centre - spread) / width,
    high: visible === reads ? 1 : (centre + spread) / width,
  };
}

/** Bins end at 0.1, 0.2 and 0.5 milliseconds and their multiples by ten. */
function curveOf(sorted: Float64Array): readonly VisibilityBin[] {
  const curve: VisibilityBin[] = [];
  let [from, to, step] = [0, 100, 0];
  for (let i = 0; i < sorted.length; ) {
    let [reads, visible] = [0, 0];
    for (; i < sorted.length && sorted[i]! < to * 2; i += 1) {
      reads += 1;
      visible += sorted[i]! % 2;
    }
    if (reads > 0) {
      curve.push({ from, to, reads, visible, share: visible / reads, ...wilsonInterval(visible, reads) });
    }
    from = to;
    to *= step % 3 === 1 ? 2.5 : 2;
    step += 1;
  }
  return curve;
}

/** A stretch of time over which the share of reads that see is taken for constant. */
interface Level {
  readonly from: Micros;
  reads: number;
  visible: number;
}

/**
 * The likeliest shares that never fall with time. Each read tells only whether visibility came before or after it ("current
 * status" data), and then these are the means that pooling adjacent violators leaves (Ayer et al. 1955).
 */
function levelsOf(sorted: Float64Array): readonly Level[] {
  const levels: Level[] = [];
  for (let i = 0; i < sorted.length; ) {
    const at = Math.floor(sorted[i]! / 2);
    const level: Level = { from: at, reads: 0, visible: 0 };
    for (; i < sorted.length && Math.floor(sorted[i]! / 2) === at; i += 1) {
      level.reads += 1;
      level.visible += sorted[i]! % 2;
    }
    let last = level;
    for (let below = levels.at(-1); below !== undefined && !isLower(below, last); below = levels.at(-1)) {
      below.reads += last.reads;
      below.visible += last.visible;
      last = below;
      levels.pop();
    }
    levels.push(last);
  }
  return levels;
}

function isLower(a: Level, b: Level): boolean {
  return a.visible * b.reads < b.visible * a.reads;
}

/** The start of the first level that is high enough, if it and those after it hold enough reads to tell such a share. */
function firstAt(levels: readonly Level[], share: { readonly visible: number; readonly of: number }) {
  let reads = 0;
  let at: Micros | null = null;
  for (let i = levels.length - 1; i >= 0; i -= 1) {
    const level = levels[i]!;
    if (level.visible * share.of < share.visible * level.reads) break;
    reads += level.reads;
    at = level.from;
  }
  return reads >= share.of ? at : null;
}
