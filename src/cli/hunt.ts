import { availableParallelism } from 'node:os';
import { Command, Option } from '@commander-js/extra-typings';
import { hunt, shrinkAll } from '../hunting/hunt.ts';
import type { SeedReport, ShrinkReport } from '../hunting/protocol.ts';
import { stayedUnknown, type TallyRow, tallyOf } from '../hunting/tally.ts';
import { terminalStyle } from '../report/terminal.ts';
import { exitCode } from './exit-codes.ts';
import { type HuntPlan, planOf } from './hunt/plan.ts';
import { huntJson, huntText } from './hunt/report.ts';
import { outFolder, targetsOf, type WrittenScenario, writeScenario } from './hunt/scenarios.ts';
import { type ProgressDisplay, progressDisplay } from './progress.ts';
import { wholeNumber } from './whole-number.ts';

/** What was typed after `hunt`. */
export interface HuntFlags {
  readonly strategy?: string;
  readonly workload?: string;
  readonly seeds: number;
  readonly seed: number;
  readonly nodes?: number;
  readonly duration?: string;
  readonly workers?: number;
  readonly budget: string;
  readonly out?: string;
  readonly unclaimed: boolean;
  readonly json: boolean;
}

const joined = (given: string, before: string | undefined) =>
  before === undefined ? given : `${before},${given}`;

/** `pacelc hunt`: many seeds in virtual time, each with a scenario of its own, in search of a broken promise. */
export function huntCommand(setExit: (code: number) => void) {
  return new Command('hunt')
    .description(
      'draw a scenario from each of many seeds, run it in virtual time, and look for broken promises',
    )
    .addOption(
      new Option(
        '--strategy <names>',
        'hunt only these, separated by commas: names, or paths of modules of your own',
      ).argParser(joined),
    )
    .addOption(new Option('--seeds <count>', 'how many seeds').argParser(wholeNumber('--seeds')).default(100))
    .addOption(new Option('--seed <first>', 'the first of them').argParser(wholeNumber('--seed')).default(1))
    .addOption(
      new Option(
        '--workload <names>',
        'keep what these workload files say, and draw only faults, knobs and seeds',
      ).argParser(joined),
    )
    .addOption(new Option('--nodes <count>', 'always so many nodes').argParser(wholeNumber('--nodes')))
    .option('--duration <time>', 'a load of always this length, such as 2s')
    .addOption(
      new Option(
        '--workers <count>',
        'so many seeds at a time, as many as there are processors by default',
      ).argParser(wholeNumber('--workers')),
    )
    .option(
      '--budget <runs>',
      'how many runs to spend on making each find smaller; 0 leaves it as drawn',
      '500',
    )
    .option('--out <folder>', 'write scenarios here instead of a new folder under results/')
    .option('--unclaimed', 'also tell which seeds break what nobody promised', false)
    .option('--json', 'print the result as JSON on stdout', false)
    .addHelpText('after', help)
    .action(async (flags) => setExit(await huntVerb(flags)));
}

const help = `
Examples:
  $ pacelc hunt --strategy quorum --seeds 1000
  $ pacelc hunt --strategy ./mine.ts --seed 17 --seeds 1
  $ pacelc hunt --strategy gossip,crdt --unclaimed --seeds 200
  $ pacelc hunt --workload bank-transfers --strategy lock

Exit codes: 0 no promise broken · 1 a promise broken · 2 a promise that no seed could decide · 64 wrong usage`;

async function huntVerb(flags: HuntFlags): Promise<number> {
  const plan = await planOf(flags);
  const display = progressDisplay(['seeds', 'shrinking'], false);
  const interrupted = interruption(display);
  for (const line of plan.leftOut) display.say(line);
  try {
    const reports = await huntSeeds(plan, display, interrupted.signal);
    const rows = tallyOf(reports);
    const shrunk = interrupted.signal.aborted
      ? []
      : await shrinkFinds(plan, rows, display, interrupted.signal);
    display.close();
    const written = writeAll(plan, shrunk);
    const closing = { plan, reports, rows, written, partial: interrupted.signal.aborted };
    process.stdout.write(
      flags.json ? huntJson(closing) : huntText(closing, terminalStyle(process.stdout, process.env)),
    );
    return interrupted.signal.aborted ? exitCode.interrupted : exitOf(rows);
  } finally {
    display.close();
    interrupted.stop();
  }
}

function exitOf(rows: readonly TallyRow[]): number {
  const claimed = rows.filter((row) => row.claimed);
  if (claimed.some(({ broken }) => broken.length > 0)) return exitCode.violated;
  return claimed.some(stayedUnknown) ? exitCode.undecided : exitCode.kept;
}

async function huntSeeds(
  { order, words, seeds, workers }: HuntPlan,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<readonly SeedReport[]> {
  const since = Date.now();
  return hunt({
    order,
    words,
    seeds,
    workers,
    signal,
    onProgress: ({ runs, of, events, violated }) => {
      const perSecond = Math.round(runs / Math.max(0.001, (Date.now() - since) / 1_000));
      const found = violated === 0 ? 'nothing broken' : `${violated} with a broken promise`;
      const words = `${count(runs)} of ${count(of)} runs, ${count(perSecond)}/s, ${count(events)} events, ${found}`;
      display.update({ label: 'seeds', fraction: runs / of, stage: runs === of ? 'done' : 'running', words });
    },
  });
}

async function shrinkFinds(
  plan: HuntPlan,
  rows: readonly TallyRow[],
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<readonly ShrinkReport[]> {
  const tasks = targetsOf(plan, rows);
  let ended = 0;
  return shrinkAll({
    tasks,
    workers: plan.workers || availableParallelism(),
    signal,
    onProgress: ({ word, subject, seed }, { runs, budget }) => {
      const words = `${subject} of ${word}, seed ${seed}: ${runs} of at most ${budget} runs`;
      display.update({
        label: 'shrinking',
        fraction: (ended + runs / budget) / (tasks.length + 1),
        stage: 'shrinking',
        words,
      });
    },
    onResult: () => {
      ended += 1;
      const words = `${ended} of ${tasks.length} made smaller`;
      const stage = ended === tasks.length ? 'done' : 'shrinking';
      display.update({ label: 'shrinking', fraction: ended / tasks.length, stage, words });
    },
  });
}

function writeAll(plan: HuntPlan, shrunk: readonly ShrinkReport[]): readonly WrittenScenario[] {
  if (shrunk.length === 0) return [];
  const folder = outFolder(plan);
  return shrunk.map((report) => writeScenario(folder, plan, report));
}

/** The first Ctrl-C ends the hunt with what it has; the second one ends the process. */
function interruption(display: ProgressDisplay): { readonly signal: AbortSignal; readonly stop: () => void } {
  const interrupted = new AbortController();
  const onInterrupt = () => {
    if (interrupted.signal.aborted) process.exit(exitCode.interrupted);
    interrupted.abort();
    display.say('Interrupted: telling what was found. Press Ctrl-C again to leave at once.');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const stop = () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  };
  return { signal: interrupted.signal, stop };
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
