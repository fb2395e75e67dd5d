import { statSync } from 'node:fs';
import { Argument, Command, Option } from '@commander-js/extra-typings';
import { strategyReference } from '../experiment/trial.ts';
import { type Replayed, replayTrial } from '../hunting/replay.ts';
import { terminalStyle } from '../report/terminal.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { exitCode } from './exit-codes.ts';
import { drawFirst, drawingInWords, refuseOutAlone } from './replay/drawing.ts';
import { fileToReplay } from './replay/file.ts';
import { folderToReplay } from './replay/folder.ts';
import { replayJson, replayText } from './replay/report.ts';
import type { ToReplay } from './replay/to-replay.ts';

/** What was typed after `replay`. */
export interface ReplayFlags {
  readonly seed?: string;
  readonly strategy?: string;
  readonly json: boolean;
  readonly explain: boolean;
  readonly out?: string;
}

/** `pacelc replay`: a scenario or a recorded run once more in virtual time, and whether the same came out. */
export function replayCommand(setExit: (code: number) => void) {
  return new Command('replay')
    .description(
      'repeat a scenario, or a run that was recorded in virtual time, and say whether the same came out',
    )
    .addArgument(new Argument('<scenario>', 'a workload file, by path or name, or the folder of a run'))
    .addOption(new Option('--seed <seed>', 'another seed: then nothing is expected'))
    .addOption(
      new Option('--strategy <names>', 'other strategies, separated by commas: then nothing is expected'),
    )
    .option('--explain', 'draw the first violation, with the messages that led to it, as an SVG', false)
    .option('--out <file>', 'with --explain: write the drawing here')
    .option('--json', 'print the result as JSON on stdout', false)
    .addHelpText('after', help)
    .action(async (scenario, flags) => setExit(await replayVerb(scenario, flags)));
}

const help = `
Examples:
  $ pacelc replay results/2026-11-25T10-00-00-hunt/gossip-convergent.yaml
  $ pacelc replay results/latest
  $ pacelc replay ./scenario.yaml --strategy quorum,lock
  $ pacelc replay ./scenario.yaml --explain --out why.svg

Exit codes: 0 kept · 1 violated, as expected or not promised to be · 2 undecided · 3 not what was expected · 64 wrong usage`;

async function replayVerb(scenario: string, flags: ReplayFlags): Promise<number> {
  refuseOutAlone(flags);
  const isFolder = statSync(scenario, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const asked = isFolder ? folderToReplay(scenario, flags) : await fileToReplay(scenario, flags);
  const replayed = await replayAll(asked);
  const drawing = flags.explain ? await drawFirst(asked, replayed, flags.out) : null;
  process.stdout.write(
    flags.json
      ? replayJson(asked, replayed, drawing)
      : replayText(asked, replayed, terminalStyle(process.stdout, process.env)),
  );
  if (flags.explain && !flags.json) process.stdout.write(`\n${drawingInWords(drawing)}\n`);
  return worst(replayed.map((one) => exitOf(one, asked)));
}

/** Every strategy through every trial; whoever draws what happened in one finds it here. */
async function replayAll({ spec, recordedOf }: ToReplay): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (let trial = 1; trial <= spec.trials; trial += 1) {
    for (const choice of spec.strategies) {
      const recorded = recordedOf(choice, trial);
      if (recorded === null) continue;
      const strategy = await loadStrategy(strategyReference(choice));
      replayed.push(await replayTrial(spec, choice, strategy, trial, recorded));
    }
  }
  return replayed;
}

function exitOf({ missed, sameHistory, played }: Replayed, { spec }: ToReplay): number {
  if (missed.length > 0 || sameHistory === false) return exitCode.missed;
  const counting = played.findings.filter(
    ({ subject, claimed }) => claimed || Object.hasOwn(spec.expect ?? {}, subject),
  );
  if (counting.some(({ verdict }) => verdict === 'violated')) return exitCode.violated;
  return counting.some(({ verdict }) => verdict === 'unknown') ? exitCode.undecided : exitCode.kept;
}

/** From the best to the worst. */
const ranks: readonly number[] = [exitCode.kept, exitCode.undecided, exitCode.violated, exitCode.missed];

function worst(codes: readonly number[]): number {
  return ranks[Math.max(0, ...codes.map((code) => ranks.indexOf(code)))] as number;
}
