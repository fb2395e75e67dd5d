import type { TrialRecord } from '../history/trial.ts';
import type { Micros } from '../kernel/time.ts';
import type { FaultImpact } from './downtime.ts';
import { isLoad } from './rows.ts';
import type { StalenessColumns } from './staleness-columns.ts';

/** How stale the reads were that began while a fault was watched. */
export interface FaultStaleness {
  readonly judged: number;
  readonly stale: number;
  /** From the strike to the first stale read; null where there was none. */
  readonly first: Micros | null;
  /** From the end of the fault to the first and the last stale read after it; null where there was none, or no end. */
  readonly firstAfterEnd: Micros | null;
  readonly lastAfterEnd: Micros | null;
}

/** For the clients and the time of an impact; null where it is one of updates alone. */
export function stalenessUnderFault(
  { history, faults }: TrialRecord,
  { age }: StalenessColumns,
  { fault, site, operations, observed }: FaultImpact,
): FaultStaleness | null {
  if (operations === 'write') return null;
  const { columns, length } = history;
  const ended = faults[fault]!.ended ?? Number.POSITIVE_INFINITY;
  let [judged, stale] = [0, 0];
  let [first, firstAfterEnd, last] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < length; row += 1) {
    const at = columns.invokedAt[row]!;
    if (at < observed.from || at >= observed.to || Number.isNaN(age[row]!)) continue;
    if (!isLoad(columns, row) || (site !== null && columns.site[row] !== site)) continue;
    judged += 1;
    if (age[row] === 0) continue;
    stale += 1;
    first = Math.min(first, at);
    last = Math.max(last, at);
    if (at >= ended) firstAfterEnd = Math.min(firstAfterEnd, at);
  }
  const isAfterEnd = firstAfterEnd < Number.POSITIVE_INFINITY;
  return {
    judged,
    stale,
    first: stale > 0 ? first - observed.from : null,
    firstAfterEnd: isAfterEnd ? firstAfterEnd - ended : null,
    lastAfterEnd: isAfterEnd ? last - ended : null,
  };
}
