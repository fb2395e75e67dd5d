#!/usr/bin/env node
import { Command, CommanderError } from '@commander-js/extra-typings';
import { packageVersion } from '../experiment/machine.ts';
import { checkCommand } from './check.ts';
import { exitCode } from './exit-codes.ts';
import { huntCommand } from './hunt.ts';
import { listCommand } from './list.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { type Complaint, complain, complaintOf } from './usage.ts';

/** Help stays in columns on terminals at least so much wider than its first column. */
const minWidthToWrap = 20;

const program = new Command('pacelc')
  .description(
    'Runs the same workload and the same faults against interchangeable replication strategies, eventual and ' +
      'strong, and shows what each one answers, how fast, how stale, and whether it kept its promise.',
  )
  .version(packageVersion())
  .addHelpText(
    'after',
    `
Examples:
  $ pacelc run viral-likes            the story: four strategies, one crash
  $ pacelc run registers --strategy quorum,lock --duration 5s --seed 7
  $ pacelc check results/latest/history/*.ndjson.gz
  $ pacelc hunt --strategy quorum --seeds 1000
  $ pacelc list strategies --verbose

Exit codes:
  0    every promise was kept
  1    a guarantee was violated
  2    undecided
  3    an expectation was missed
  64   wrong usage
  70   a bug in pacelc
  130  interrupted`,
  );

program.addCommand(runCommand(setExit));
program.addCommand(checkCommand(setExit));
program.addCommand(huntCommand(setExit));
program.addCommand(replayCommand(setExit));
program.addCommand(listCommand());
for (const command of [program, ...program.commands]) {
  // What is wrong is said below, in one line.
  command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ minWidthToWrap });
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that went away has seen enough.
  if (error.code !== 'EPIPE') fail({ words: `stdout takes no more: ${error.message}`, code: exitCode.usage });
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError && error.code.startsWith('commander.help')) helpWasShown(error);
  else if (error instanceof CommanderError && error.code === 'commander.version') setExit(exitCode.kept);
  else fail(error instanceof CommanderError ? wrongWords(error) : complaintOf(error));
}

// A timer that a module of the user's left behind would keep the process alive.
process.stdout.write('', () => setTimeout(() => process.exit(), 1_000).unref());

function helpWasShown(error: CommanderError): void {
  setExit(error.exitCode === 0 ? exitCode.kept : exitCode.usage);
}

function fail(complaint: Complaint): void {
  complain(complaint, process.argv.includes('--json') && process.stdout.writable);
  setExit(complaint.code);
}

/** Commander's words as one line: `unknown option '--sed'; did you mean --seed? (pacelc run --help shows …)`. */
function wrongWords(error: CommanderError): Complaint {
  const verb = program.commands.find((command) => command.name() === process.argv[2]);
  const help = `pacelc ${verb === undefined ? '' : `${verb.name()} `}--help`;
  const words = error.message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (.*)\?\)/, '; did you mean $1?')
    .replace(/\.?\s*$/, '');
  return { words: `${words} (${help} shows what is allowed)`, code: exitCode.usage };
}

function setExit(code: number): void {
  process.exitCode = code;
}
