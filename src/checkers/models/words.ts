import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain } from '../../kernel/operation.ts';
import { earlierOnes } from '../words.ts';
import { functionOf, inWords } from './model.ts';

/** As many answers as a sentence bears. */
const answersTold = 4;

/** Why some calls have no order: what each was answered, in the order of completion. */
export function contradictionInWords(calls: readonly RecordedCall[]): string {
  const nameKeys = new Set(calls.map(({ key }) => key)).size > 1;
  const told = calls.slice(-answersTold).map((call) => answerInWords(call, nameKeys));
  const more = earlierOnes(calls.length - told.length);
  return `no order of the operations gives these answers${more}: ${told.join('; ')}`;
}

/** `process 3 read 17 (asked in line 12)`, `process 1 had write 18 acknowledged (asked in line 9)` */
function answerInWords(call: RecordedCall, nameKey: boolean): string {
  const { process, input, output, line } = call;
  const where = nameKey && call.key !== null ? ` of ${JSON.stringify(call.key)}` : '';
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
