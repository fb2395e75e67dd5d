import type { TrialRecord } from '../history/trial.ts';
import { type Micros, microsPerSecond } from '../kernel/time.ts';
import type { Span } from './rows.ts';

/** After a fault has ended, its effects get this long to fade before the time counts as calm again. */
export const calmAfterFault: Micros = microsPerSecond;

/** The parts of a span that lie outside every fault and the second after its end, in order of time. */
export function calmSpans(record: TrialRecord, within: Span): readonly Span[] {
  const troubles = record.faults
    .map((fault) => ({
      from: fault.began,
      to: fault.ended === null ? Number.POSITIVE_INFINITY : fault.ended + calmAfterFault,
    }))
    .sort((a, b) => a.from - b.from);
  const calm: Span[] = [];
  let from = within.from;
  for (const trouble of troubles) {
    if (trouble.from > from) calm.push({ from, to: Math.min(trouble.from, within.to) });
    from = Math.max(from, trouble.to);
    if (from >= within.to) break;
  }
  if (from < within.to) calm.push({ from, to: within.to });
  return calm.filter((span) => span.to > span.from);
}

export function isWithin(spans: readonly Span[], at: Micros): boolean {
  for (const span of spans) if (at >= span.from && at < span.to) return true;
  return false;
}

export function lengthOf(spans: readonly Span[]): Micros {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0);
}
