import { isAbsolute, relative } from 'node:path';
import type { RunResult } from '../experiment/session.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { toJson } from '../report/json.ts';
import { measuredRow, type SummaryRow, type TrialResult } from '../report/result.ts';
import { findings } from '../report/sentences.ts';
import { renderReport, type TerminalStyle } from '../report/terminal.ts';
import { wrapped } from '../report/wrap.ts';
import { workloadKinds } from '../workloads/index.ts';
import { type Repeat, repeatsInWords } from './repeats.ts';
import { shellWord } from './shell.ts';

/** What a run is shown with, besides its result. */
export interface Closing {
  readonly spec: ExperimentSpec;
  /** The command line that asks the same again. */
  readonly command: string;
  /** Whether time was of the machine, which can be late, or of the simulator, which cannot. */
  readonly realTime: boolean;
  /** What running trials twice has shown, where that was asked for. */
  readonly repeats?: readonly Repeat[];
}

/** What a run prints at its end for a person to read. */
export function closingText(result: RunResult, closing: Closing, style: TerminalStyle): string {
  const paragraph = (text: string) => `${wrapped(text, style.width)}\n`;
  const partial = result.partial ? `${paragraph('The run was interrupted: what follows is partial.')}\n` : '';
  const report = renderReport(result.trials, style, optionsOf(closing.spec));
  const others = leftOut(result).map(paragraph).join('');
  const lateness = closing.realTime ? honesty(result.trials).map(paragraph).join('') : '';
  const repeats = repeatsInWords(closing.repeats ?? [])
    .map(paragraph)
    .join('');
  // What people copy stays on one line, whatever the width.
  const folder = asSeenFrom(process.cwd(), result.folder);
  const goOn = result.partial ? `Go on:     npx pacelc run --resume ${shellWord(folder)}\n` : '';
  const last = `CSV files: ${folder}\n${goOn}Repeat:    ${closing.command}\n`;
  return `\n${partial}${report}${others}${lateness === '' ? '' : `\n${lateness}`}${repeats === '' ? '' : `\n${repeats}`}\n${last}`;
}

/** Within a folder the rest of the path is enough. */
function asSeenFrom(here: string, path: string): string {
  const rest = relative(here, path);
  return rest === '' || rest.startsWith('..') || isAbsolute(rest) ? path : rest;
}

/** The same for programs: one JSON document. */
export function closingJson(result: RunResult, { spec, command, repeats = [] }: Closing): string {
  const { trials, partial, folder } = result;
  const sentences = [...findings(trials, optionsOf(spec)), ...leftOut(result), ...repeatsInWords(repeats)];
  const determinism = repeats.length === 0 ? {} : { determinism: repeats };
  return toJson(trials, sentences, { partial, folder, repeat: command, ...determinism });
}

function optionsOf(spec: ExperimentSpec): { readonly increments?: string } {
  const increments = workloadKinds[spec.workload.kind]?.increments;
  return increments === undefined ? {} : { increments };
}

function leftOut(result: RunResult): readonly string[] {
  return result.leftOut.map(
    ({ label, kinds }) => `${label} was left out: it refuses ${kinds.join(' and ')}.`,
  );
}

/** A median lateness above this, in milliseconds, says that the machine and not the strategy was measured. */
const tooLate = 5;

/** How late the load generator and the delivery of delays were: what a reader needs to trust the rest. */
function honesty(trials: readonly TrialResult[]): readonly string[] {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  const worst = (of: (row: SummaryRow) => number | null) => {
    const measured = rows.flatMap((row) => of(row) ?? []);
    return measured.length === 0 ? null : Math.max(...measured);
  };
  const line = (what: string, half: number | null, most: number | null) => {
    if (half === null || most === null) return [];
    const busy = half > tooLate ? ' The machine was too busy for this load: do not trust its latencies.' : '';
    return [`${what} at most ${half.toFixed(2)} ms late at p50, ${most.toFixed(2)} ms at p99.${busy}`];
  };
  return [
    ...line(
      'Requests left',
      worst((row) => row.generatorLatenessMsP50),
      worst((row) => row.generatorLatenessMsP99),
    ),
    ...line(
      'Delayed messages arrived',
      worst((row) => row.deliveryLatenessMsP50),
      worst((row) => row.deliveryLatenessMsP99),
    ),
  ];
}
