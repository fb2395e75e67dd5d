import { formatMs, formatMsUp, formatPercent } from '../format.ts';
import { type FaultRow, measuredRow, type SummaryRow, type TrialResult } from '../result.ts';
import { allRegions } from '../rows/region.ts';

/** How a strategy answered, without its name: "answered every write through the crash of europe-2". */
export function answering(trials: readonly TrialResult[]): string {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  const reads = { asked: sum(rows, (row) => row.askedReads), left: sum(rows, unansweredReads) };
  const writes = { asked: sum(rows, (row) => row.askedWrites), left: sum(rows, unansweredWrites) };
  const faults = trials.flatMap((trial) => trial.faults);
  const remarks = [silenceOf(rows, faults), waitOf(faults)].filter((remark) => remark !== null);
  return joined(answeredWhat(reads, writes, throughWhat(trials)), remarks);
}

/** What is to be said of a fault, or of none in particular. */
interface Remark {
  readonly fault: string | null;
  readonly what: string;
}

/** A remark on the fault that was named last goes on in its clause: it is not named again, nor left to be guessed. */
function joined(opening: string, remarks: readonly Remark[]): string {
  let text = opening;
  for (const [index, { fault, what }] of remarks.entries()) {
    const isNamed = index === 0 ? opening.endsWith(` the ${fault}`) : remarks[index - 1]?.fault === fault;
    if (fault !== null && isNamed) text += `, ${index === 0 ? 'though' : 'and'} ${what}`;
    else text += fault === null ? `; ${what}` : `; after the ${fault} ${what}`;
  }
  return text;
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

/** The worst time without answers: over all, else of one region or class, else in part. */
function silenceOf(rows: readonly SummaryRow[], faults: readonly FaultRow[]): Remark | null {
  const after = (fault: FaultRow, what: string): Remark => ({ fault: fault.label, what });
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
  return { fault: null, what: `the longest time without an answer was ${formatMs(Math.max(...gaps))}` };
}

/** A wait is worth a word when it is this many times what all but one in a thousand took in the calm. */
const unusualWait = 3;

/** The longest wait for an answer after a fault, where it was out of the ordinary. */
function waitOf(faults: readonly FaultRow[]): Remark | null {
  const unusual = faults.filter(
    (fault) =>
      isOverall(fault) && (fault.latencyMsMax ?? 0) > unusualWait * (fault.calmLatencyMsP999 ?? Infinity),
  );
  const slowest = worst(unusual, (fault) => fault.latencyMsMax);
  if (slowest === null || slowest.latencyMsMax === null) return null;
  return { fault: slowest.label, what: `answers took up to ${formatMsUp(slowest.latencyMsMax)}` };
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
