import { formatMs, formatMsUp, formatPercent } from '../format.ts';
import { type FaultRow, measuredRow, type SummaryRow, type TrialResult } from '../result.ts';
import { allRegions } from '../rows/region.ts';

/** How a strategy answered, without its name: "answered every write through the crash of europe-2". */
export function answering(trials: readonly TrialResult[]): string {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  const reads = { asked: sum(rows, (row) => row.askedReads), left: sum(rows, unansweredReads) };
  const writes = { asked: sum(rows, (row) => row.askedWrites), left: sum(rows, unansweredWrites) };
  const faults = trials.flatMap((trial) => trial.faults);
  const through = throughWhat(trials);
  const clauses = [answeredWhat(reads, writes, through)];
  const silence = silenceOf(rows, faults);
  if (silence !== null) clauses.push(silence.clause);
  const slowest = slowestAfter(faults);
  if (slowest === null) return clauses.join('; ');
  const wait = `answers took up to ${formatMsUp(slowest.latencyMsMax)}`;
  const { label } = slowest;
  // Said of the fault that was named last, which "it" would leave to be guessed.
  if (silence?.fault === label) return `${clauses.join('; ')}, and ${wait}`;
  if (silence === null && through === ` through the ${label}`) return `${clauses.join('; ')}, though ${wait}`;
  return [...clauses, `after the ${label} ${wait}`].join('; ');
}

interface Asked {
  readonly asked: number;
  readonly left: number;
}

function answeredWhat(reads: Asked, writes: Asked, through: string): string {
  const left = reads.left + writes.left;
  const asked = reads.asked + writes.asked;
  if (asked === 0) return 'was asked nothing while it was measured';
  if (left === 0) return `answered ${everything(reads, writes)}${through}`;
  if (left === asked) return `answered nothing of what it was asked`;
  if (reads.asked === 0) return `left ${percent(writes)} of its writes without an answer`;
  if (writes.asked === 0) return `left ${percent(reads)} of its reads without an answer`;
  if (writes.left === 0)
    return `answered every write but left ${percent(reads)} of its reads without an answer`;
  if (reads.left === 0)
    return `answered every read but left ${percent(writes)} of its writes without an answer`;
  const parts = `${percent(writes)} of writes, ${percent(reads)} of reads`;
  return `left ${percent({ asked, left })} of its operations without an answer (${parts})`;
}

function everything(reads: Asked, writes: Asked): string {
  if (reads.asked === 0) return 'every write';
  return writes.asked === 0 ? 'every read' : 'every read and write';
}

/** Names the faults only if all was answered while they were watched, which may be before or after the measures. */
function throughWhat(trials: readonly TrialResult[]): string {
  const overall = trials.flatMap((trial) => trial.faults.filter(isOverall));
  if (overall.length === 0 || overall.some((fault) => fault.failed > 0)) return '';
  const labels = [...new Set(overall.map((fault) => fault.label))];
  if (labels.length === 1) return ` through the ${labels[0]}`;
  return ` through ${labels.length} faults`;
}

interface Silence {
  readonly clause: string;
  /** The label of the fault that it followed. */
  readonly fault: string | null;
}

/** The worst time without answers: over all, else of one region or class, else in part. */
function silenceOf(rows: readonly SummaryRow[], faults: readonly FaultRow[]): Silence | null {
  const after = (fault: FaultRow, what: string): Silence => ({
    clause: `after the ${fault.label} ${what}`,
    fault: fault.label,
  });
  const overall = worst(faults.filter(isOverall), (fault) => fault.completeDowntimeMs);
  if (overall !== null) return after(overall, `nothing was answered for ${downtimeOf(overall)}`);
  const somewhere = worst(faults, (fault) => fault.completeDowntimeMs);
  if (somewhere !== null) {
    return after(somewhere, `no ${clientsOf(somewhere)} was answered for ${downtimeOf(somewhere)}`);
  }
  const partly = worst(faults.filter(isOverall), (fault) => fault.partialDowntimeMs);
  if (partly !== null && partly.partialDowntimeMs !== null) {
    return after(partly, `some failed during ${formatMs(partly.partialDowntimeMs)} in all`);
  }
  const gaps = rows.filter((row) => row.loop === 'closed').flatMap((row) => row.longestGapMs ?? []);
  if (gaps.length === 0) return null;
  return { clause: `the longest time without an answer was ${formatMs(Math.max(...gaps))}`, fault: null };
}

/** A wait is worth a word when it is this many times what all but one in a thousand took in the calm. */
const unusualWait = 3;

/** The fault with the longest wait for an answer, where that was out of the ordinary. */
function slowestAfter(faults: readonly FaultRow[]): (FaultRow & { readonly latencyMsMax: number }) | null {
  const unusual = faults.filter(
    (fault) =>
      isOverall(fault) && (fault.latencyMsMax ?? 0) > unusualWait * (fault.calmLatencyMsP999 ?? Infinity),
  );
  const slowest = worst(unusual, (fault) => fault.latencyMsMax);
  if (slowest === null || slowest.latencyMsMax === null) return null;
  return { ...slowest, latencyMsMax: slowest.latencyMsMax };
}

/** One stretch, or the sum of several. */
function downtimeOf({ completeDowntimeMs, longestGapMs }: FaultRow): string {
  return `${formatMs(completeDowntimeMs)}${completeDowntimeMs > longestGapMs ? ' in all' : ''}`;
}

function clientsOf({ operations, region }: FaultRow): string {
  const what = operations === 'all' ? 'operation' : operations;
  return region === allRegions ? what : `${what} from ${region}`;
}

export function isOverall(fault: FaultRow): boolean {
  return fault.region === allRegions && fault.operations === 'all';
}

function worst(faults: readonly FaultRow[], measure: (fault: FaultRow) => number | null): FaultRow | null {
  let found: FaultRow | null = null;
  for (const fault of faults) {
    if ((measure(fault) ?? 0) > (found === null ? 0 : (measure(found) ?? 0))) found = fault;
  }
  return found;
}

function unansweredReads(row: SummaryRow): number {
  return row.failedReads + row.infoReads;
}

function unansweredWrites(row: SummaryRow): number {
  return row.failedWrites + row.infoWrites;
}

function percent({ asked, left }: Asked): string {
  return `${formatPercent(left / asked)} %`;
}

function sum(rows: readonly SummaryRow[], measure: (row: SummaryRow) => number): number {
  return rows.reduce((total, row) => total + measure(row), 0);
}
