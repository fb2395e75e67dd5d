import { Argument, Command, Option } from '@commander-js/extra-typings';
import { findWorkload, namedWorkloads } from '../experiment/file/find.ts';
import { readManifest } from '../experiment/manifest.ts';
import { run } from '../experiment/session.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { loadSpec, type Overrides } from '../experiment/spec-file.ts';
import { workersWorth } from '../experiment/workers.ts';
import type { TrialResult } from '../report/result.ts';
import { terminalStyle } from '../report/terminal.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { simRuntime } from '../runtimes/sim/runtime.ts';
import { threadsRuntime } from '../runtimes/threads/runtime.ts';
import { closingJson, closingText } from './closing.ts';
import { exitCode } from './exit-codes.ts';
import { oneOf } from './one-of.ts';
import { registryWith, renamedStrategies } from './own-strategies.ts';
import { progressDisplay } from './progress.ts';
import { Repeats } from './repeats.ts';
import { RunProgress } from './run-progress.ts';
import { shellWord } from './shell.ts';
import { UsageError } from './usage.ts';
import { wholeNumber } from './whole-number.ts';

const runtimes = { threads: threadsRuntime, sim: simRuntime } as const satisfies Record<string, Runtime>;
type RuntimeName = keyof typeof runtimes;
const runtimeNames: readonly RuntimeName[] = ['threads', 'sim'];

interface RunFlags {
  readonly strategy?: string;
  readonly nodes?: string;
  readonly seed?: string;
  readonly duration?: string;
  readonly trials?: string;
  readonly faults?: string;
  readonly runtime?: RuntimeName;
  readonly out?: string;
  readonly resume?: string;
  readonly history: boolean;
  readonly commits: boolean;
  readonly workers?: number;
  readonly checkDeterminism?: true;
  readonly explain?: true;
  readonly json?: true;
}

/** `pacelc run`: a workload against strategies, measured, judged and written to a folder. */
export function runCommand(setExit: (code: number) => void) {
  return new Command('run')
    .description('run a workload against strategies and compare them')
    .addArgument(new Argument('[workload]', 'a name (pacelc list workloads) or the path of a YAML file'))
    .addOption(
      new Option(
        '--strategy <names>',
        'only these, separated by commas: names, or paths of modules of your own',
      ).argParser((given: string, before: string | undefined) =>
        before === undefined ? given : `${before},${given}`,
      ),
    )
    .option('--nodes <count>', 'so many nodes, dealt to the regions in turn')
    .option('--seed <seed>', 'the seed of every draw; the same seed asks the same questions')
    .option('--duration <time>', 'how long the load lasts, such as 5s; faults and rates stretch with it')
    .option('--trials <count>', 'how often each strategy is measured, interleaved')
    .option('--faults <none>', 'none: leave the faults of the file out')
    .addOption(
      new Option(
        '--runtime <name>',
        'where nodes live: on worker threads, as they do by default, or in virtual time',
      )
        .choices(runtimeNames)
        .argParser(oneOf('--runtime', runtimeNames)),
    )
    .option('--out <folder>', 'write here instead of a new folder under results/')
    .option('--resume <folder>', 'go on with an interrupted run')
    .option('--history', 'also write what each client asked and was told, for pacelc check', false)
    .option(
      '--commits',
      'let replicas note their commits, so that staleness is exact (slower on threads)',
      false,
    )
    .addOption(
      new Option(
        '--workers <count>',
        'in virtual time: so many trials at a time; by default one for each processor, where that pays',
      ).argParser(wholeNumber('--workers')),
    )
    .option('--check-determinism', 'in virtual time: run each trial twice and compare all that happened')
    .option('--explain', 'in virtual time: draw the first violation of each trial, under explained/')
    .option('--json', 'print the result as JSON on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ pacelc run viral-likes
  $ pacelc run viral-likes --strategy gossip,quorum --nodes 5
  $ pacelc run viral-likes --seed 7 --duration 5s --trials 3
  $ pacelc run viral-likes --out DIR --json
  $ pacelc run registers --strategy ./my-strategy.ts,quorum
  $ pacelc run ./my-workload.yaml --runtime sim
  $ pacelc run registers --strategy ./mine.ts --runtime sim --check-determinism
  $ pacelc run --resume results/latest`,
    )
    .action(async (workload, flags) => setExit(await runVerb(workload, flags)));
}

async function runVerb(workload: string | undefined, flags: RunFlags): Promise<number> {
  const { spec, folder, command, runtime } = await planOf(workload, flags);
  const display = progressDisplay(
    spec.strategies.map((choice) => choice.label),
    false,
  );
  for (const line of renamedStrategies(spec.strategies)) display.say(line);
  const progress = new RunProgress(display, spec.trials);
  const repeats = new Repeats(spec);
  const interrupted = new AbortController();
  // The first Ctrl-C ends the run cleanly; whoever presses it again wants out, whatever it costs.
  const onInterrupt = () => {
    process.off('exit', onExit);
    if (interrupted.signal.aborted) process.exit(exitCode.interrupted);
    interrupted.abort();
    display.say('Interrupted: writing what was measured. Press Ctrl-C again to leave at once.');
  };
  // A strategy may do so behind the simulator's back, in a callback of its own.
  const onExit = () => {
    process.stderr.write('something ended the process: does a strategy call process.exit?\n');
    process.exitCode = exitCode.undecided;
  };
  process.on('exit', onExit);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const result = await run({
      spec,
      runtime,
      command,
      signal: interrupted.signal,
      workers: flags.workers ?? workersWorth(spec),
      checkDeterminism: flags.checkDeterminism === true,
      explain: flags.explain === true,
      onEvent: (event) => {
        progress.show(event);
        repeats.see(event);
      },
      ...(folder === undefined ? {} : { out: folder }),
      resume: flags.resume !== undefined,
      history: flags.history,
      ...(flags.commits ? { runtimeOptions: { commits: true } } : {}),
    });
    display.close();
    const closing = { spec, command, realTime: runtime !== simRuntime, repeats: repeats.compared };
    process.stdout.write(
      flags.json === true
        ? closingJson(result, closing)
        : closingText(result, closing, terminalStyle(process.stdout, process.env)),
    );
    if (interrupted.signal.aborted) return exitCode.interrupted;
    return repeats.exit() ?? exitOf(result.trials);
  } finally {
    display.close();
    process.off('exit', onExit);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** What the words of the command line mean. */
interface RunPlan {
  readonly spec: ExperimentSpec;
  readonly folder: string | undefined;
  readonly command: string;
  readonly runtime: Runtime;
}

async function planOf(workload: string | undefined, flags: RunFlags): Promise<RunPlan> {
  if (flags.resume !== undefined) return resumed(flags.resume, workload, flags);
  if (workload === undefined) {
    const names = namedWorkloads().map(({ name }) => name);
    throw new UsageError(`which workload? Give one of ${names.join(', ')}, or the path of a YAML file`);
  }
  const names = flags.strategy === undefined ? undefined : namesIn(flags.strategy);
  const overrides: Overrides = {
    ...(names === undefined ? {} : { strategies: names }),
    ...(flags.nodes === undefined ? {} : { nodes: flags.nodes }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.duration === undefined ? {} : { duration: flags.duration }),
    ...(flags.trials === undefined ? {} : { trials: flags.trials }),
    ...(flags.faults === undefined ? {} : { faults: flags.faults as 'none' }),
  };
  if (flags.out === '') throw new UsageError('--out: name a folder');
  const runtime = flags.runtime ?? 'threads';
  refuseOutsideOfVirtualTime(runtime, flags);
  const { lacks = [], offers }: Runtime = runtimes[runtime];
  const limits = { runtime, lacks, offers, nodes: runtime === 'sim' ? 1_000 : 64 };
  const file = findWorkload(workload);
  const spec = loadSpec(file, await registryWith(names ?? [], file), overrides, limits);
  return {
    spec,
    folder: flags.out,
    command: repeatCommand(workload, spec, flags),
    runtime: runtimes[runtime],
  };
}

function namesIn(list: string): readonly string[] {
  return list.trim() === '' ? [] : list.split(',').map((name) => name.trim());
}

/** What an interrupted run asked for comes from its folder, all of it. */
function resumed(folder: string, workload: string | undefined, flags: RunFlags): RunPlan {
  const { strategy, nodes, seed, duration, trials, faults, runtime, out } = flags;
  const others = { strategy, nodes, seed, duration, trials, faults, runtime, out };
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : `--${name}`));
  if (workload !== undefined) given.unshift(`"${workload}"`);
  if (given.length > 0)
    throw new UsageError(`--resume takes everything from the folder; leave out ${given.join(' ')}`);
  if (folder === '') throw new UsageError('--resume: name a folder');
  const earlier = readManifest(folder);
  refuseOutsideOfVirtualTime(earlier.runtime, flags);
  return {
    spec: earlier.spec,
    folder,
    command: earlier.command ?? `npx pacelc run ${earlier.spec.name} --seed ${earlier.spec.seed}`,
    runtime: earlier.runtime === 'sim' ? simRuntime : threadsRuntime,
  };
}

/** Threads share the machine with each other, and no two runs of theirs are the same. */
function refuseOutsideOfVirtualTime(runtime: string, flags: RunFlags): void {
  const { workers, checkDeterminism, explain } = flags;
  if (runtime === 'sim') return;
  if (checkDeterminism === true)
    throw new UsageError('--check-determinism: only virtual time repeats itself; add --runtime sim');
  if (explain === true)
    throw new UsageError('--explain: what led to what is traced in virtual time only; add --runtime sim');
  if (workers !== undefined)
    throw new UsageError(
      '--workers: trials on worker threads need the processors for themselves, one trial at a time; add --runtime sim',
    );
}

/** The line that asks the same questions again. */
function repeatCommand(word: string, spec: ExperimentSpec, flags: RunFlags): string {
  const option = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}`, shellWord(value)];
  return [
    'npx pacelc run',
    shellWord(word),
    ...option('strategy', flags.strategy),
    ...option('nodes', flags.nodes),
    ...option('duration', flags.duration),
    ...option('trials', flags.trials),
    ...option('faults', flags.faults),
    ...(flags.history ? ['--history'] : []),
    ...(flags.commits ? ['--commits'] : []),
    ...(flags.checkDeterminism === true ? ['--check-determinism'] : []),
    ...(flags.explain === true ? ['--explain'] : []),
    ...option('runtime', flags.runtime),
    ...option('seed', spec.seed),
  ].join(' ');
}

/** Only promises that a strategy makes under the faults of the run count. */
function exitOf(trials: readonly TrialResult[]): number {
  const isBroken = (trial: TrialResult) => trial.summary.some((row) => row.broken);
  const whole = trials.filter((trial) => !isBroken(trial));
  // Nothing that a broken strategy did counts, not even against it.
  const claimed = whole.flatMap((trial) => trial.verdicts).filter((verdict) => verdict.claimed);
  if (claimed.some(({ verdict }) => verdict === 'violated')) return exitCode.violated;
  if (whole.length < trials.length || claimed.some(({ verdict }) => verdict === 'unknown'))
    return exitCode.undecided;
  return exitCode.kept;
}
