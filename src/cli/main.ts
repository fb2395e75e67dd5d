#!/usr/bin/env node
import { Command, CommanderError } from '@commander-js/extra-typings';
import { packageVersion } from '../experiment/machine.ts';
import { exitCode } from './exit-codes.ts';
import { listCommand } from './list.ts';
import { runCommand } from './run.ts';
import { complain } from './usage.ts';

const program = new Command('pacelc')
  .description(
    'Runs the same workload and the same faults against interchangeable replication strategies, eventual and\n' +
      'strong, and shows what each one answers, how fast, how stale, and whether it kept its promise.',
  )
  .version(packageVersion())
  .showHelpAfterError('(pacelc --help shows what is allowed)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ pacelc run viral-likes                      the story: four strategies, one crash
  $ pacelc run registers --strategy quorum,lock --duration 5s --seed 7
  $ pacelc list strategies --verbose

Exit codes: 0 kept · 1 a guarantee was violated · 2 undecided · 3 an expectation was missed
            64 wrong usage · 70 a bug in pacelc · 130 interrupted`,
  );

program.addCommand(runCommand(setExit));
program.addCommand(listCommand());
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Commander has already printed its words; help and version are no mistakes.
  if (error instanceof CommanderError) setExit(error.exitCode === 0 ? exitCode.kept : exitCode.usage);
  else setExit(complain(error));
}

function setExit(code: number): void {
  process.exitCode = code;
}
