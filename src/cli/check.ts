import { Argument, Command, Option } from '@commander-js/extra-typings';
import { type ModelName, modelNames, models } from '../checkers/recorded.ts';
import { HistoryFileError } from '../history/codecs/file-error.ts';
import { readHistory } from '../history/codecs/index.ts';
import { standardInput } from '../history/codecs/input.ts';
import { type HistoryFormat, historyFormats } from '../history/codecs/sniff.ts';
import { type Guarantee, guarantees } from '../kernel/guarantee.ts';
import { terminalStyle } from '../report/terminal.ts';
import { exportFormats, exportHistory } from './check/export.ts';
import { type FileJudgement, judgeHistory } from './check/judge.ts';
import { asJson, asText } from './check/report.ts';
import { exitCode } from './exit-codes.ts';
import { UsageError } from './usage.ts';

interface CheckFlags {
  readonly model?: ModelName;
  readonly format?: HistoryFormat;
  readonly budget?: string;
  readonly guarantee?: string;
  readonly json: boolean;
  readonly export?: (typeof exportFormats)[number];
  readonly key?: string;
  readonly out?: string;
}

/** `pacelc check`: the verdict on histories that were recorded earlier, by a run or by somebody else. */
export function checkCommand(setExit: (code: number) => void) {
  return new Command('check')
    .description('judge recorded histories: those of a run, Jepsen’s, and maps of a key-value store')
    .addArgument(new Argument('<file...>', 'files, also compressed with gzip; - is standard input'))
    .addOption(
      new Option('--model <name>', 'what the functions mean; found from them if left out').choices(
        modelNames,
      ),
    )
    .addOption(
      new Option('--format <name>', 'how it is written down; found from the content if left out').choices(
        historyFormats,
      ),
    )
    .option('--guarantee <names>', 'only these, separated by commas; linearizable for histories of others')
    .option('--budget <steps>', 'how many steps a search may take before it says "undecided"')
    .option('--json', 'print the verdicts as JSON on stdout', false)
    .addOption(
      new Option('--export <format>', 'write the history in this form instead of judging it').choices(
        exportFormats,
      ),
    )
    .option('--key <key>', 'with --export: only the operations on this key')
    .option('--out <file>', 'where --export writes, compressed if it ends in .gz; stdout if left out')
    .addHelpText('after', help)
    .action(async (files, flags) => setExit(await checkVerb(files, flags)));
}

const help = `
Models:
${modelNames.map((name) => `  ${name.padEnd(16)}${models[name].summary}`).join('\n')}

Examples:
  $ pacelc check history.edn
  $ pacelc check jepsen.log --model cas-register --budget 5000000
  $ pacelc run registers --runtime sim --history && pacelc check results/latest/history/*.ndjson.gz
  $ pacelc check results/latest/history/quorum-1.ndjson.gz --guarantee linearizable --json
  $ pacelc check results/latest/history/quorum-1.ndjson.gz --export edn --out quorum.edn
  $ zcat history.edn.gz | pacelc check -

Exit codes: the worst of all files. 0 kept · 1 violated · 2 undecided · 64 a file that cannot be read`;

/** From the best to the worst. */
const ranks: readonly number[] = [exitCode.kept, exitCode.undecided, exitCode.violated, exitCode.usage];

async function checkVerb(files: readonly string[], flags: CheckFlags): Promise<number> {
  if (files.filter((file) => file === standardInput).length > 1) {
    throw new UsageError(`${standardInput}: standard input can be read once`);
  }
  if (flags.export !== undefined) return exportVerb(files, flags, flags.export);
  for (const name of ['key', 'out'] as const) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} goes with --export`);
  }
  const options = optionsOf(flags);
  const { width } = terminalStyle(process.stdout, process.env);
  const style = { width, isTerminal: process.stdout.isTTY === true };
  const judged: (FileJudgement | HistoryFileError)[] = [];
  for (const file of files) {
    const found = await judgeFile(file, flags.format, options);
    judged.push(found);
    if (found instanceof HistoryFileError) process.stderr.write(`${found.message}\n`);
    else if (!flags.json) process.stdout.write(asText(found, style));
  }
  if (flags.json) process.stdout.write(asJson(judged));
  return judged
    .map((found) => (found instanceof HistoryFileError ? exitCode.usage : exitOf(found)))
    .reduce((worst, code) => (ranks.indexOf(code) > ranks.indexOf(worst) ? code : worst));
}

type JudgeOptions = Parameters<typeof judgeHistory>[1];

/** One file that cannot be read does not keep the others from being judged. */
async function judgeFile(
  file: string,
  format: HistoryFormat | undefined,
  options: JudgeOptions,
): Promise<FileJudgement | HistoryFileError> {
  try {
    return judgeHistory(await readHistory(file, format), options, file);
  } catch (error) {
    if (error instanceof HistoryFileError) return error;
    throw error;
  }
}

function optionsOf({ model, budget, guarantee }: CheckFlags): JudgeOptions {
  return {
    ...(model === undefined ? {} : { model }),
    ...(budget === undefined ? {} : { budget: stepsIn(budget) }),
    ...(guarantee === undefined ? {} : { guarantees: guarantee.split(',').map(guaranteeNamed) }),
  };
}

function stepsIn(text: string): number {
  const steps = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(steps) && steps > 0) return steps;
  throw new UsageError(
    `--budget ${text}: give a whole number of steps, from 1 to ${Number.MAX_SAFE_INTEGER}`,
  );
}

function guaranteeNamed(text: string): Guarantee {
  const found = guarantees.find((name) => name === text.trim());
  if (found !== undefined) return found;
  throw new UsageError(`--guarantee ${text}: there is no such guarantee; there are ${guarantees.join(', ')}`);
}

async function exportVerb(
  files: readonly string[],
  { format, key, out, ...flags }: CheckFlags,
  form: (typeof exportFormats)[number],
): Promise<number> {
  for (const name of ['model', 'budget', 'guarantee'] as const) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} judges a history and --export writes one`);
  }
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new UsageError('--export takes one file');
  await exportHistory(await readHistory(file, format), { form, key, out });
  return exitCode.kept;
}

function exitOf({ verdicts }: FileJudgement): number {
  const counting = verdicts.filter(({ counts }) => counts);
  if (counting.some(({ verdict }) => verdict.type === 'violated')) return exitCode.violated;
  if (counting.some(({ verdict }) => verdict.type === 'unknown')) return exitCode.undecided;
  return exitCode.kept;
}
