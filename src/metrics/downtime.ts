import type { Columns } from '../history/history.ts';
import type { FaultRecord, TrialRecord } from '../history/trial.ts';
import { type Micros, milliseconds } from '../kernel/time.ts';
import { answeredRows, longestGap, successTimes } from './availability.ts';
import { calmSpans, isWithin } from './calm.ts';
import { percentileBySelection, rank } from './percentile.ts';
import {
  askedAt,
  isAnswered,
  isLoad,
  isOfClass,
  type OperationClass,
  operationClasses,
  type Span,
  spanOfPhase,
} from './rows.ts';
import { columnOf, countBelow } from './sorted.ts';

/** A shorter time without an answer is never called downtime. */
export const shortestGap: Micros = milliseconds(100);
/** Nor is one that is not longer than this many times the longest but one in a thousand of the calm. */
export const calmGaps = 3;
/** Partial downtime is counted in windows of this length. */
export const partialWindow: Micros = milliseconds(100);

/** What clients saw of one fault. */
export interface FaultImpact {
  /** An index in the record's faults. */
  readonly fault: number;
  /** The clients' region as an index in the history's regions; null: all of them. */
  readonly site: number | null;
  readonly operations: OperationClass;
  /** From the strike to the next fault, or to the end of the load. */
  readonly observed: Span;
  readonly asked: number;
  readonly failed: number;
  /** From the strike to the first operation that ended without an answer; null: there was none. */
  readonly firstError: Micros | null;
  readonly completeDowntime: Micros;
  /** Null in closed loops. */
  readonly partialDowntime: Micros | null;
  readonly longestGap: Micros;
  readonly gapThreshold: Micros;
  /** From the strike to the first answer after the last trouble; null: no trouble, or no such answer. */
  readonly recovery: Micros | null;
  readonly recovered: boolean;
  /** Of what was answered while the fault was watched. */
  readonly latency: { readonly p99: Micros; readonly maximum: Micros } | null;
  /** What all but one in a thousand stayed below in the calm; null where nothing was answered in it. */
  readonly calmLatency: Micros | null;
}

/** For each fault: by region and over all, for each class of operations of which any was asked. */
export function measureDowntime(record: TrialRecord): readonly FaultImpact[] {
  if (record.faults.length === 0) return [];
  const sites = [null, ...record.history.regions.keys()];
  const answered = answeredRows(record.history);
  const impacts: FaultImpact[] = [];
  for (const site of sites) {
    for (const operations of operationClasses) {
      const view = viewOf(record, answered, site, operations);
      record.faults.forEach((fault, index) => {
        const observed = observedSpan(record, fault);
        const impact = impactOf(record, view, observed);
        if (impact !== null) impacts.push({ fault: index, site, operations, observed, ...impact });
      });
    }
  }
  return impacts.sort((a, b) => a.fault - b.fault);
}

/** What one region's clients asked of one class, prepared once for all faults. */
interface ClientView {
  readonly rows: Uint32Array;
  readonly successes: Float64Array;
  readonly threshold: Micros;
  readonly calmLatency: Micros | null;
}

type Impact = Omit<FaultImpact, 'fault' | 'site' | 'operations' | 'observed'>;

function viewOf(
  record: TrialRecord,
  answered: Uint32Array,
  site: number | null,
  operations: OperationClass,
): ClientView {
  const { columns, length } = record.history;
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (!isLoad(columns, row) || !isOfClass(columns, row, operations)) continue;
    if (site !== null && columns.site[row] !== site) continue;
    rows[count] = row;
    count += 1;
  }
  const successes = successTimes(record.history, answered, site, operations);
  const own = rows.subarray(0, count);
  return {
    rows: own,
    successes,
    threshold: gapThreshold(record, successes),
    calmLatency: calmLatencyOf(record, own),
  };
}

function calmLatencyOf(record: TrialRecord, rows: Uint32Array): Micros | null {
  const { columns } = record.history;
  const calm = calmSpans(record, spanOfPhase(record, 'measured'));
  const isCalm = (row: number) =>
    isAnswered(columns, row) &&
    isWithin(calm, askedAt(columns, row)) &&
    isWithin(calm, columns.completedAt[row]!);
  const latencies = latenciesOf(columns, chosenOf(rows, isCalm));
  return latencies.length === 0 ? null : percentileBySelection(latencies, rank.p999);
}

function slownessOf(columns: Columns, touched: Uint32Array): FaultImpact['latency'] {
  const latencies = latenciesOf(
    columns,
    chosenOf(touched, (row) => isAnswered(columns, row)),
  );
  if (latencies.length === 0) return null;
  let maximum = 0;
  for (let i = 0; i < latencies.length; i += 1) maximum = Math.max(maximum, latencies[i]!);
  return { p99: percentileBySelection(latencies, rank.p99), maximum };
}

function latenciesOf(columns: Columns, answered: Uint32Array): Float64Array {
  return columnOf(answered, (row) => columns.completedAt[row]! - askedAt(columns, row));
}

/** The longest silence that is still ordinary, learnt from the gaps between answers in the calm. */
function gapThreshold(record: TrialRecord, successes: Float64Array): Micros {
  const gaps = new Float64Array(successes.length);
  let count = 0;
  for (const span of calmSpans(record, spanOfPhase(record, 'measured'))) {
    const end = countBelow(successes, span.to);
    for (let i = countBelow(successes, span.from) + 1; i < end; i += 1) {
      gaps[count] = successes[i]! - successes[i - 1]!;
      count += 1;
    }
  }
  if (count === 0) return shortestGap;
  return Math.max(shortestGap, calmGaps * percentileBySelection(gaps.subarray(0, count), rank.p999));
}

/** Later faults have effects of their own, so each is watched up to the next. */
function observedSpan(record: TrialRecord, fault: FaultRecord): Span {
  const next = record.faults.filter((other) => other.began > fault.began).map((other) => other.began);
  return { from: fault.began, to: Math.min(record.window.loadTo, ...next) };
}

function impactOf(record: TrialRecord, view: ClientView, observed: Span): Impact | null {
  const { columns } = record.history;
  const touched = chosenOf(view.rows, (row) => isTouched(columns, row, observed));
  if (touched.length === 0 || !(observed.to > observed.from)) return null;
  const failed = chosenOf(touched, (row) => !isAnswered(columns, row));
  const stretches = downStretches(columns, touched, view, observed);
  const recovered = recoveryOf(columns, view.rows, failed, stretches, observed);
  return {
    asked: touched.length,
    failed: failed.length,
    firstError: firstErrorOf(columns, failed, observed),
    completeDowntime: stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0),
    partialDowntime: record.openLoop ? partialDowntimeOf(columns, failed, stretches, observed) : null,
    longestGap: longestGap(view.successes, observed) ?? 0,
    gapThreshold: view.threshold,
    recovery: recovered === null ? null : recovered.at,
    recovered: recovered === null || recovered.at !== null,
    latency: slownessOf(columns, touched),
    calmLatency: view.calmLatency,
  };
}

/** Asked within the span, or still waiting when it began. */
function isTouched(columns: Columns, row: number, { from, to }: Span): boolean {
  return askedAt(columns, row) < to && endOf(columns, row) >= from;
}

function endOf(columns: Columns, row: number): Micros {
  const completedAt = columns.completedAt[row]!;
  return Number.isNaN(completedAt) ? Number.POSITIVE_INFINITY : completedAt;
}

function firstErrorOf(columns: Columns, failed: Uint32Array, { from, to }: Span): Micros | null {
  let first = Number.POSITIVE_INFINITY;
  for (const row of failed) first = Math.min(first, endOf(columns, row));
  return first < to ? first - from : null;
}

/** Stretches in which somebody had asked and nobody was answered, longer than is ordinary. */
function downStretches(
  columns: Columns,
  touched: Uint32Array,
  { successes, threshold }: ClientView,
  { from, to }: Span,
): readonly Span[] {
  const stretches: Span[] = [];
  let last = from;
  for (let i = countBelow(successes, from); i <= successes.length; i += 1) {
    const next = Math.min(successes[i] ?? to, to);
    if (next - last > threshold) {
      const start = Math.max(last, firstWaiting(columns, touched, { from: last, to: next }));
      if (next - start > threshold) stretches.push({ from: start, to: next });
    }
    last = next;
    if (next >= to) break;
  }
  return stretches;
}

function firstWaiting(columns: Columns, rows: Uint32Array, { from, to }: Span): Micros {
  let first = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const asked = askedAt(columns, row);
    if (asked < first && asked < to && endOf(columns, row) > from) first = asked;
  }
  return first;
}

/** Windows of asking in which something failed, less those within a complete downtime. */
function partialDowntimeOf(
  columns: Columns,
  failed: Uint32Array,
  stretches: readonly Span[],
  { from, to }: Span,
): Micros {
  const windows = new Set<number>();
  for (const row of failed) {
    const asked = askedAt(columns, row);
    if (asked >= from) windows.add(Math.floor((asked - from) / partialWindow));
  }
  let sum = 0;
  for (const window of windows) {
    const start = from + window * partialWindow;
    const end = Math.min(start + partialWindow, to);
    sum += end - start - overlapOf(stretches, { from: start, to: end });
  }
  return sum;
}

function overlapOf(stretches: readonly Span[], { from, to }: Span): Micros {
  return stretches.reduce(
    (sum, stretch) => sum + Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from)),
    0,
  );
}

/** The first answer after all trouble; `null` as a whole where there was none. */
function recoveryOf(
  columns: Columns,
  rows: Uint32Array,
  failed: Uint32Array,
  stretches: readonly Span[],
  { from, to }: Span,
): { at: Micros | null } | null {
  if (failed.length === 0 && stretches.length === 0) return null;
  let lastFailure = Number.NEGATIVE_INFINITY;
  for (const row of failed) lastFailure = Math.max(lastFailure, askedAt(columns, row));
  const troubleTo = stretches.at(-1)?.to ?? from;
  let first = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const at = endOf(columns, row);
    if (at < troubleTo || at >= first || !isAnswered(columns, row)) continue;
    if (askedAt(columns, row) > lastFailure) first = at;
  }
  return { at: first < to ? first - from : null };
}

function chosenOf(rows: Uint32Array, isChosen: (row: number) => boolean): Uint32Array {
  const chosen = new Uint32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i += 1) {
    if (!isChosen(rows[i]!)) continue;
    chosen[count] = rows[i]!;
    count += 1;
  }
  return chosen.subarray(0, count);
}
