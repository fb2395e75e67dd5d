import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import type { SideAnswer, SideInput, TrialCost } from './side.ts';

/**
 * What does it cost to judge a run by all guarantees, beside the run itself? Each workload that comes with pacelc runs in virtual time,
 * where a run costs least, in a process of its own; all its strategies are judged on every guarantee that it can show.
 *
 *     npm run bench:verdicts
 */
const rounds = Number(process.argv[2] ?? 3);
const workloads = ['viral-likes', 'registers', 'bank-transfers'] as const;
/** By how many times the run must cost more than its verdicts, in each workload: to check it costs less than to make it. */
const bar = 1;

const module = new URL('./side.ts', import.meta.url);
const answers = await interleave(workloads, rounds, (workload) =>
  runSide<SideInput, SideAnswer>(module, { workload }),
);
const rows: string[][] = [];
let worst = Number.POSITIVE_INFINITY;
for (const [workload, taken] of answers) {
  const trials = taken[0]!.map((trial, i) => ({ ...trial, ...mediansOf(taken.map((round) => round[i]!)) }));
  for (const trial of trials) rows.push(rowOf(`${workload}, ${trial.label}`, trial));
  const [runMs, checkMs] = [sumOf(trials, 'runMs'), sumOf(trials, 'checkMs')];
  rows.push([workload, '', runMs.toFixed(0), checkMs.toFixed(0), (runMs / checkMs).toFixed(1), '', '']);
  worst = Math.min(worst, runMs / checkMs);
}
printTable(
  ['workload', 'operations', 'run cpu ms', 'verdicts cpu ms', 'ratio', 'verdicts', 'undecided'],
  rows,
);
printRatio('verdicts', worst, bar);

function mediansOf(trials: readonly TrialCost[]): Pick<TrialCost, 'runMs' | 'checkMs'> {
  return {
    runMs: median(trials.map(({ runMs }) => runMs)),
    checkMs: median(trials.map(({ checkMs }) => checkMs)),
  };
}

function sumOf(trials: readonly TrialCost[], what: 'runMs' | 'checkMs'): number {
  return trials.reduce((sum, trial) => sum + trial[what], 0);
}

function rowOf(name: string, { operations, runMs, checkMs, verdicts, undecided }: TrialCost): string[] {
  return [
    name,
    `${operations}`,
    runMs.toFixed(0),
    checkMs.toFixed(0),
    (runMs / checkMs).toFixed(1),
    `${verdicts}`,
    `${undecided}`,
  ];
}
