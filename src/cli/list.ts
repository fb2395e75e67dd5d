import { Argument, Command } from '@commander-js/extra-typings';
import { namedWorkloads } from '../experiment/file/find.ts';
import { allowedFor, written } from '../experiment/file/knobs.ts';
import { faultCatalogue } from '../faults/catalogue.ts';
import { operationKinds } from '../kernel/operation.ts';
import type { Knob } from '../kernel/strategy.ts';
import { wrapped } from '../report/wrap.ts';
import { simRuntime } from '../runtimes/sim/runtime.ts';
import { threadsRuntime } from '../runtimes/threads/runtime.ts';
import { strategies } from '../strategies/index.ts';
import { describePlan } from '../topology/describe.ts';
import { topologyPresets } from '../topology/presets.ts';
import { workloadKinds } from '../workloads/index.ts';
import { oneOf } from './one-of.ts';

/** What can be listed. */
export const subjects = ['strategies', 'workloads', 'kinds', 'faults', 'topologies'] as const;
export type Subject = (typeof subjects)[number];

/** One thing that can be listed. */
export interface Item {
  readonly name: string;
  readonly summary: string;
  readonly details: readonly string[];
}

/** `pacelc list …`: what there is to run. */
export function listCommand() {
  return new Command('list')
    .description('list what there is: strategies, workloads, kinds of workload, faults or topologies')
    .addArgument(new Argument('<what>', 'what to list').choices(subjects).argParser(oneOf('list', subjects)))
    .option('--verbose', 'with promises, knobs and operations, files, or examples')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pacelc list strategies --verbose\n  $ pacelc list workloads\n  $ pacelc list faults --json',
    )
    .action((what, options) => {
      const items = itemsOf(what);
      // Plain output goes to other programs, which know lines and not columns.
      const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(items, null, 2)}\n`
          : asText(items, options.verbose === true, width),
      );
    });
}

/** The items of a list, in the order in which it shows them. */
export function itemsOf(subject: Subject): readonly Item[] {
  switch (subject) {
    case 'strategies':
      return strategyItems();
    case 'workloads':
      return namedWorkloads().map(({ name, summary, file }) => ({
        name,
        summary,
        details: [`file: ${file}`],
      }));
    case 'kinds':
      return Object.values(workloadKinds).map(({ name, summary }) => {
        return { name, summary, details: [`in a file: workload: { kind: ${name}, ... }`] };
      });
    case 'faults':
      return faultItems();
    case 'topologies':
      return Object.entries(topologyPresets).map(([name, { summary, plan }]) => {
        return { name, summary, details: [...describePlan(plan), `in a file: topology: ${name}`] };
      });
  }
}

/** One item a line; what does not fit the width goes on below, indented. */
export function asText(items: readonly Item[], verbose: boolean, width: number): string {
  const longest = Math.max(...items.map((item) => item.name.length));
  const margin = ' '.repeat(longest + 2);
  return items
    .map(({ name, summary, details }) => {
      const lines = [
        name.padEnd(longest + 2) + wrapped(summary, width - margin.length).replaceAll('\n', `\n${margin}`),
        ...(verbose
          ? details.map(
              (line) => margin + wrapped(line, width - margin.length, '  ').replaceAll('\n', `\n${margin}`),
            )
          : []),
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

function strategyItems(): Item[] {
  return Object.entries(strategies).map(([name, { strategy }]) => {
    const knobs = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
    const services = operationKinds.map((kind) => `${kind} ${strategy.operations[kind]}`);
    return {
      name,
      summary: `${strategy.family}: ${strategy.summary}`,
      details: [
        `promises: ${strategy.guarantees(knobs).join(', ') || 'nothing'}`,
        `tolerates: ${strategy.tolerates.join(', ')}`,
        `operations: ${services.join(', ')}`,
        ...strategy.knobs.map(knobLine),
      ],
    };
  });
}

/** Values as a workload file gives them. */
function knobLine(knob: Knob): string {
  const unit = knob.unit === undefined || knob.kind === 'duration' ? '' : ` (${knob.unit})`;
  return `knob ${knob.name}: ${written(knob, knob.default)}${unit} by default, ${allowedFor(knob)}. ${knob.sentence}`;
}

function faultItems(): Item[] {
  return faultCatalogue.map(({ name, summary, examples, needs }) => {
    const runtimes = [threadsRuntime, simRuntime].filter(({ offers }) =>
      needs.every((kind) => offers.includes(kind)),
    );
    return {
      name,
      summary: `${summary} (runtimes: ${runtimes.map((runtime) => runtime.name).join(', ')})`,
      details: examples.map((example) => `in a file: ${example}`),
    };
  });
}
