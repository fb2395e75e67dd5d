import { explainTrial, firstViolation } from '../../experiment/explain/explain.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Replayed } from '../../hunting/replay.ts';
import type { Guarantee } from '../../kernel/guarantee.ts';
import { writeWhole } from '../../report/disk.ts';
import { shellWord } from '../shell.ts';
import { UsageError } from '../usage.ts';
import type { ToReplay } from './to-replay.ts';

/** What `--explain` and `--out` ask for makes sense together only. */
export function refuseOutAlone({ explain, out }: { readonly explain: boolean; readonly out?: string }): void {
  if (out !== undefined && !explain) throw new UsageError('--out names the drawing of --explain; add that');
  if (out === '') throw new UsageError('--out: name a file');
}

/**
 * Draws the first violation of all trials, of what the file expects to be violated before others, and writes it; gives back
 * where, or null where there was none that operations show.
 */
export async function drawFirst(
  { spec }: ToReplay,
  replayed: readonly Replayed[],
  out = `${plainName(spec.name)}.svg`,
): Promise<string | null> {
  const wanted = expectedToBreak(spec);
  for (const { choice, trial, played } of replayed) {
    const violation = firstViolation(played.judgements, wanted);
    if (violation === undefined) continue;
    writeWhole(out, await explainTrial({ spec, choice, trial }, played.outcome.record, violation));
    return out;
  }
  return null;
}

export function drawingInWords(drawing: string | null): string {
  return drawing === null
    ? 'Drawing: none, as no violation is shown by operations'
    : `Drawing: ${shellWord(drawing)}`;
}

function expectedToBreak({ expect = {} }: ExperimentSpec): readonly Guarantee[] {
  return Object.entries(expect).flatMap(([guarantee, verdict]) =>
    verdict === 'violated' ? [guarantee as Guarantee] : [],
  );
}

function plainName(name: string): string {
  return name.replace(/[^\p{Letter}\p{Number}._-]+/gu, '-');
}
