import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ndjsonPieces } from '../history/codecs/ndjson-writer.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import { makeFolder, writeWhole } from '../report/disk.ts';
import type { RunEvent } from './run.ts';

/** Writes what a trial recorded to `history/<strategy>-<trial>.ndjson.gz`, with what was promised; nothing where it has no record. */
export function writeHistory(folder: string, event: RunEvent & { readonly type: 'trial-ends' }): void {
  const { label, trial, outcome, result } = event;
  if (outcome === undefined) return;
  const claimed = result.verdicts.flatMap((row) => (row.claimed ? [row.guarantee as Guarantee] : []));
  makeFolder(join(folder, 'history'));
  const pieces = ndjsonPieces(outcome.record.history, { record: outcome.record, claimed });
  // Each piece is a gzip member of its own: readers take them as one, and the text of a long history is never held whole.
  const members = Array.from(pieces, (piece) => gzipSync(piece));
  writeWhole(join(folder, 'history', historyFileName(label, trial)), Buffer.concat(members));
}

/** Writes the drawing of a trial's first violation to `explained/<strategy>-<trial>.svg`. */
export function writePicture(folder: string, { label, trial }: RunEvent, picture: string): void {
  makeFolder(join(folder, 'explained'));
  writeWhole(join(folder, 'explained', trialFileName(label, trial, 'svg')), picture);
}

export function historyFileName(label: string, trial: number): string {
  return trialFileName(label, trial, 'ndjson.gz');
}

/** Labels may be paths of modules; what some file system forbids is told by its code. */
function trialFileName(label: string, trial: number, ending: string): string {
  const plain = label.replace(
    /[^\p{Letter}\p{Number}._-]/gu,
    (character) => `%${character.codePointAt(0)!.toString(16)}`,
  );
  return `${plain.slice(-80)}-${trial}.${ending}`;
}
