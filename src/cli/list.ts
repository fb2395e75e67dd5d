import { Argument, Command } from '@commander-js/extra-typings';
import { shippedWorkloads } from '../experiment/file/find.ts';
import { operationKinds } from '../kernel/operation.ts';
import { faultKinds, type Knob } from '../kernel/strategy.ts';
import { simRuntime } from '../runtimes/sim/runtime.ts';
import { threadsRuntime } from '../runtimes/threads/runtime.ts';
import { strategies } from '../strategies/index.ts';
import { topologyPresets } from '../topology/presets.ts';
import { workloadKinds } from '../workloads/index.ts';

const subjects = ['strategies', 'workloads', 'faults', 'topologies'] as const;
type Subject = (typeof subjects)[number];

/** One thing that can be listed. */
interface Item {
  readonly name: string;
  readonly summary: string;
  readonly details: readonly string[];
}

/** `pacelc list …`: what there is to run. */
export function listCommand() {
  return new Command('list')
    .description('list what there is: strategies, workloads, faults or topologies')
    .addArgument(new Argument('<what>', 'what to list').choices(subjects))
    .option('--verbose', 'with promises, knobs and operations', false)
    .option('--json', 'as JSON on stdout', false)
    .addHelpText(
      'after',
      '\nExamples:\n  $ pacelc list strategies --verbose\n  $ pacelc list workloads\n  $ pacelc list faults --json',
    )
    .action((what, options) => {
      const items = itemsOf(what as Subject);
      process.stdout.write(
        options.json ? `${JSON.stringify(items, null, 2)}\n` : asText(items, options.verbose),
      );
    });
}

function itemsOf(subject: Subject): readonly Item[] {
  switch (subject) {
    case 'strategies':
      return strategyItems();
    case 'workloads':
      return workloadItems();
    case 'faults':
      return faultItems();
    case 'topologies':
      return Object.entries(topologyPresets).map(([name, { summary }]) => ({ name, summary, details: [] }));
  }
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

function knobLine(knob: Knob): string {
  const unit = knob.unit === undefined ? '' : ` ${knob.unit}`;
  const choices = knob.choices === undefined ? '' : ` (${knob.choices.join(', ')})`;
  return `knob ${knob.name}: ${knob.kind}${choices}, default ${knob.default}${unit}. ${knob.sentence}`;
}

function workloadItems(): Item[] {
  const shipped = shippedWorkloads().map(({ name, summary }) => ({ name, summary, details: [] }));
  const kinds = Object.values(workloadKinds).map(({ name, summary }) => `kind ${name}: ${summary}`);
  return [...shipped, { name: 'kinds', summary: 'for files of your own (workload.kind)', details: kinds }];
}

function faultItems(): Item[] {
  return faultKinds.map((name) => {
    const runtimes = [threadsRuntime, simRuntime].filter(({ offers }) => offers.includes(name));
    const where =
      runtimes.length === 0
        ? 'not offered by a runtime yet'
        : `runtimes: ${runtimes.map((r) => r.name).join(', ')}`;
    return { name, summary: where, details: [] };
  });
}

function asText(items: readonly Item[], verbose: boolean): string {
  const width = Math.max(...items.map((item) => item.name.length));
  return items
    .map((item) => {
      const details = verbose ? item.details.map((line) => `${' '.repeat(width + 2)}${line}\n`).join('') : '';
      return `${item.name.padEnd(width)}  ${item.summary}\n${details}`;
    })
    .join('');
}
