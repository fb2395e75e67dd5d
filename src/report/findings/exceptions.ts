import { formatCount, formatMs } from '../format.ts';
import { measuredRow, type SummaryRow, type TrialResult, type VerdictRow } from '../result.ts';
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
  const guarantees = [...new Set(claims.map((claim) => claim.guarantee))];
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

function recovery(strategy: string, trials: readonly TrialResult[]): readonly string[] {
  const lasting = trials
    .flatMap((trial) => trial.faults)
    .find((fault) => isOverall(fault) && !fault.recovered);
  if (lasting === undefined) return [];
  const watched = formatMs(lasting.observedMs);
  return [`${strategy} had not recovered from the ${lasting.label} when it had been watched for ${watched}.`];
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
