import { measuredRow, type SummaryRow, type TrialResult, type VerdictRow } from './result.ts';

/** One measure over all trials of a strategy. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * `kept` and `violated` speak of what the strategy claims; `undecided`: a claim could not be decided and none was
 * violated; `none`: nothing claimed was checked; `died`: no trial ran to its end.
 */
export type Promise = 'kept' | 'violated' | 'undecided' | 'none' | 'died';

/** One strategy in the comparison. Null: not measured in any trial. */
export interface ComparisonRow {
  readonly strategy: string;
  readonly implementation: string;
  readonly family: string;
  /** How many trials the numbers come from. */
  readonly trials: number;
  /** How many there were besides that broke and so are left out. */
  readonly brokenTrials: number;
  /** The run was interrupted while it measured this. */
  readonly partial: boolean;
  readonly writesPerSecond: Spread | null;
  readonly readsPerSecond: Spread | null;
  readonly writeLatencyMsP50: Spread | null;
  readonly writeLatencyMsP99: Spread | null;
  readonly readLatencyMsP50: Spread | null;
  readonly readLatencyMsP99: Spread | null;
  readonly yield: Spread | null;
  readonly staleShare: Spread | null;
  readonly stalenessMsP99: Spread | null;
  readonly stalenessMsMax: Spread | null;
  /** Acknowledged increments and writes that were gone in the end. */
  readonly lost: Spread | null;
  readonly sumDifference: Spread | null;
  readonly promise: Promise;
}

/** One row per strategy, in the order of their first results. */
export function summarise(results: readonly TrialResult[]): readonly ComparisonRow[] {
  return [...byStrategy(results).values()].map(compareTrials);
}

/** The results of each strategy, in the order of their first results. */
export function byStrategy(results: readonly TrialResult[]): ReadonlyMap<string, readonly TrialResult[]> {
  const groups = new Map<string, TrialResult[]>();
  for (const result of results) {
    const group = groups.get(result.strategy);
    if (group === undefined) groups.set(result.strategy, [result]);
    else group.push(result);
  }
  return groups;
}

/** The trials whose numbers count: whole ones; where there are none, interrupted ones; broken ones never. */
export function countingTrials(results: readonly TrialResult[]): readonly TrialResult[] {
  const unbroken = results.filter((result) => measuredRow(result)?.broken === false);
  const whole = unbroken.filter((result) => measuredRow(result)?.partial === false);
  return whole.length > 0 ? whole : unbroken;
}

export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, minimum: sorted[0]!, maximum: sorted.at(-1)! };
}

/** What the verdicts say of the claims. */
export function promiseOf(verdicts: readonly VerdictRow[]): Promise {
  const claims = verdicts.filter((verdict) => verdict.claimed);
  if (claims.some((claim) => claim.verdict === 'violated')) return 'violated';
  if (claims.some((claim) => claim.verdict === 'unknown')) return 'undecided';
  return claims.length > 0 ? 'kept' : 'none';
}

function compareTrials(results: readonly TrialResult[]): ComparisonRow {
  const counting = countingTrials(results);
  const rows = counting.flatMap((result) => measuredRow(result) ?? []);
  const over = (measure: (row: SummaryRow) => number | null) => spreadOf(rows.map(measure));
  const any = measuredRow(results[0]!);
  return {
    strategy: results[0]!.strategy,
    implementation: any?.implementation ?? results[0]!.strategy,
    family: any?.family ?? '',
    trials: counting.length,
    brokenTrials: results.filter((result) => measuredRow(result)?.broken !== false).length,
    partial: rows.some((row) => row.partial),
    writesPerSecond: over((row) => (row.askedWrites > 0 ? row.writeThroughputPerSecond : null)),
    readsPerSecond: over((row) => (row.askedReads > 0 ? row.readThroughputPerSecond : null)),
    writeLatencyMsP50: over((row) => row.writeLatencyMsP50),
    writeLatencyMsP99: over((row) => row.writeLatencyMsP99),
    readLatencyMsP50: over((row) => row.readLatencyMsP50),
    readLatencyMsP99: over((row) => row.readLatencyMsP99),
    yield: over((row) => row.yield),
    staleShare: over((row) => row.staleShare),
    stalenessMsP99: over((row) => row.stalenessMsP99),
    stalenessMsMax: over((row) => row.stalenessMsMax),
    lost: over(lostIn),
    sumDifference: over((row) => row.sumDifference),
    promise: counting.length === 0 ? 'died' : promiseOf(results.flatMap((result) => result.verdicts)),
  };
}

function lostIn({ lostIncrements, lostWrites }: SummaryRow): number | null {
  return lostIncrements === null && lostWrites === null ? null : (lostIncrements ?? 0) + (lostWrites ?? 0);
}
