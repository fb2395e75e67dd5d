import { ednText } from '../../history/codecs/edn-text.ts';
import { shown } from '../../history/codecs/file-error.ts';
import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain } from '../../kernel/operation.ts';
import { earlierOnes } from '../words.ts';
import { functionOf, inWords } from './model.ts';

/** As many answers as a sentence bears. */
const answersTold = 4;

/** Why some calls have no order: what each was answered, in the order of completion. */
export function contradictionInWords(calls: readonly RecordedCall[]): string {
  const keys = new Set(calls.map(({ key }) => key));
  const nameKeys = keys.size > 1;
  const told = calls.slice(-answersTold).map((call) => answerInWords(call, nameKeys));
  const more = earlierOnes(calls.length - told.length);
  return `${onKey(keys)}no order of the operations gives these answers${more}: ${told.join('; ')}`;
}

/** `on "x": ` where all that is told is about one key. */
export function onKey(keys: ReadonlySet<string | null>): string {
  const [key] = keys;
  return keys.size !== 1 || key === null || key === undefined ? '' : `on ${shown(ednText(key))}: `;
}

/** `process 3 read 17 (asked in line 12)`, `process 1 had write 18 acknowledged (asked in line 9)` */
function answerInWords(call: RecordedCall, nameKey: boolean): string {
  const { process, input, output, line } = call;
  const where = nameKey && call.key !== null ? ` of ${shown(ednText(call.key))}` : '';
  const asked = `(asked in line ${line})`;
  if (functionOf(call) === 'read') return `process ${process} read ${inWords(output)}${where} ${asked}`;
  const what = [call.function, ...argumentOf(input)].join(' ');
  const tells = functionOf(call) === 'contains' || call.function === 'txn';
  const seen = tells && inWords(output) !== inWords(input) ? `, with ${inWords(output)},` : '';
  return `process ${process} had ${what}${where}${seen} acknowledged ${asked}`;
}

function argumentOf(input: Plain): readonly string[] {
  return input === null || input === undefined ? [] : [inWords(input)];
}
