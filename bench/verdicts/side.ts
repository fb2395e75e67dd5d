import { fileURLToPath } from 'node:url';
import { judge } from '../../src/checkers/index.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { sideAnswers, sideInput } from '../support/side.ts';

export interface SideInput {
  readonly workload: string;
}

/** What one strategy's trial and its verdicts took. */
export interface TrialCost {
  readonly label: string;
  readonly operations: number;
  /** Processor time of the whole process, in milliseconds. */
  readonly runMs: number;
  readonly checkMs: number;
  /** How many guarantees were judged, and how many of them undecided. */
  readonly verdicts: number;
  readonly undecided: number;
}

export type SideAnswer = readonly TrialCost[];

/** Runs and judges each strategy of a workload once, in a process that has done nothing else: as `pacelc run` does it. */
const { workload } = sideInput<SideInput>();
const file = fileURLToPath(new URL(`../../workloads/${workload}.yaml`, import.meta.url));
const spec = loadSpec(file, strategies);
const costs: TrialCost[] = [];
for (const choice of spec.strategies) {
  const cost = await costOf(choice);
  if (cost !== null) costs.push(cost);
}
sideAnswers<SideAnswer>(costs);

/** Null for a strategy that refuses the workload's operations. */
async function costOf(choice: (typeof spec.strategies)[number]): Promise<TrialCost | null> {
  const beforeRun = process.cpuUsage();
  const { record } = await runTrial({ spec, choice, trial: 1, runtime: simRuntime });
  const runMs = msSince(beforeRun);
  const beforeCheck = process.cpuUsage();
  const judgements = judge(record, []);
  return {
    label: choice.label,
    operations: record.history.length,
    runMs,
    checkMs: msSince(beforeCheck),
    verdicts: judgements.length,
    undecided: judgements.filter(({ verdict }) => verdict.type === 'unknown').length,
  };
}

function msSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
