import { implies } from '../../kernel/guarantee.ts';
import { formatCount, formatMs } from '../format.ts';
import { type FaultRow, measuredRow, type SummaryRow, type TrialResult, type VerdictRow } from '../result.ts';
import { allRegions } from '../rows/region.ts';
import { isOverall } from './answering.ts';

/** Whatever else a reader must know before trusting the numbers; a sentence each. */
export function exceptions(
  strategy: string,
  all: readonly TrialResult[],
  counting: readonly TrialResult[],
): readonly string[] {
  const rows = counting.flatMap((trial) => measuredRow(trial) ?? []);
  return [
    ...promises(strategy, all),
    ...phantoms(strategy, rows),
    ...recovery(strategy, counting),
    ...convergence(strategy, rows),
    ...overload(strategy, rows),
    ...interruption(strategy, rows),
    ...breakage(strategy, all, counting.length),
  ];
}

function promises(strategy: string, trials: readonly TrialResult[]): readonly string[] {
  const claims = trials.flatMap((trial) => trial.verdicts.filter((verdict) => verdict.claimed));
  const doubtful = claims.filter((claim) => claim.verdict !== 'holds').map((claim) => claim.guarantee);
  // What follows from a promise that is told of already would only say the same once more.
  const guarantees = [...new Set(doubtful)].filter(
    (weaker) => !doubtful.some((stronger) => implies(stronger, weaker)),
  );
  return guarantees.flatMap((guarantee) =>
    promiseOf(
      strategy,
      guarantee,
      claims.filter((claim) => claim.guarantee === guarantee),
    ),
  );
}

function promiseOf(strategy: string, guarantee: string, claims: readonly VerdictRow[]): readonly string[] {
  const violated = claims.find((claim) => claim.verdict === 'violated');
  if (violated !== undefined) {
    return [`${strategy} broke its promise "${guarantee}": ${ended(violated.sentence)}`];
  }
  const unknown = claims.find((claim) => claim.verdict === 'unknown');
  if (unknown === undefined) return [];
  return [`Whether ${strategy} kept its promise "${guarantee}" is undecided: ${ended(unknown.sentence)}`];
}

function phantoms(strategy: string, rows: readonly SummaryRow[]): readonly string[] {
  const count = rows.reduce((sum, row) => sum + (row.phantomReads ?? 0), 0);
  if (count === 0) return [];
  const reads = count === 1 ? '1 read' : `${formatCount(count)} reads`;
  return [`${reads} of ${strategy} returned what had never been written.`];
}

/** Of the first fault that was not overcome by all: of everybody, else of those for whom it lasted. */
function recovery(strategy: string, trials: readonly TrialResult[]): readonly string[] {
  const lasting = trials.flatMap((trial) => trial.faults).filter((fault) => !fault.recovered);
  const first = lasting.find(isOverall) ?? lasting[0];
  if (first === undefined) return [];
  const watched = `within the ${formatMs(first.observedMs)} that were watched`;
  const what = `${strategy} did not recover from the ${first.label} ${watched}.`;
  if (isOverall(first)) return [what];
  return [`For ${sufferers(lasting.filter((fault) => isOfSameStrike(fault, first)))}, ${what}`];
}

function isOfSameStrike(fault: FaultRow, other: FaultRow): boolean {
  return fault.trial === other.trial && fault.fault === other.fault;
}

const sufferersAtMost = 3;

/** `writes and clients of europe`: classes and regions, and parts of them only where the whole is not named. */
function sufferers(lasting: readonly FaultRow[]): string {
  const whole = lasting.filter(({ region, operations }) => region === allRegions || operations === 'all');
  const isPart = (part: FaultRow) =>
    whole.some(({ region, operations }) => region === part.region || operations === part.operations);
  const names = [...whole, ...lasting.filter((fault) => !whole.includes(fault) && !isPart(fault))].map(
    ({ region, operations }) => {
      if (operations === 'all') return `clients of ${region}`;
      return region === allRegions ? `${operations}s` : `${operations}s from ${region}`;
    },
  );
  if (names.length === 1) return names[0]!;
  if (names.length <= sufferersAtMost) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const others = names.length - sufferersAtMost + 1;
  return `${names.slice(0, sufferersAtMost - 1).join(', ')} and ${others} other groups of clients`;
}

function convergence(strategy: string, rows: readonly SummaryRow[]): readonly string[] {
  const apart = rows.find((row) => row.converged === false);
  if (apart === undefined) return [];
  const allowed =
    apart.convergenceAllowedMs === null ? '' : ` within ${formatMs(apart.convergenceAllowedMs)}`;
  return [`The replicas of ${strategy} did not agree${allowed} after the load.`];
}

function overload(strategy: string, rows: readonly SummaryRow[]): readonly string[] {
  if (!rows.some((row) => row.sustained === false)) return [];
  return [`${strategy} did not keep up with the offered load: its latencies are those of a growing queue.`];
}

function interruption(strategy: string, rows: readonly SummaryRow[]): readonly string[] {
  if (!rows.some((row) => row.partial)) return [];
  const seconds = rows.reduce((sum, row) => sum + row.phaseSeconds, 0);
  return [`The run of ${strategy} was interrupted: these numbers cover ${formatMs(seconds * 1_000)}.`];
}

function breakage(strategy: string, all: readonly TrialResult[], counting: number): readonly string[] {
  const broken = all.flatMap((trial) => {
    const row = measuredRow(trial);
    return row?.broken === true ? [row] : [];
  });
  if (broken.length === 0) return [];
  const because = ended(broken[0]!.brokenBy === '' ? 'no reason is known' : broken[0]!.brokenBy);
  if (counting === 0) return [`${strategy} broke, and nothing of it counts: ${because}`];
  return [`${broken.length} of ${all.length} trials of ${strategy} broke and are left out: ${because}`];
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
