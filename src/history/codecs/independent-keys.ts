import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall } from '../recorded.ts';
import { HistoryFileError, Mistakes } from './file-error.ts';
import { keyText } from './jepsen-edn.ts';

const reads = ['read', 'r', 'get'];

/**
 * Jepsen's `independent` puts the key into the value: a read asks `[key nil]`, a write `[key value]`, a cas `[key [old new]]`. A read of one
 * register asks for nil alone, so a history with such a read is of that kind, and a call in it without such a pair is a mistake.
 */
export function withIndependentKeys(source: string, calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const asking = calls.find((call) => isRead(call) && call.key === null && asksForKey(call.input));
  if (asking === undefined) return calls;
  const mistakes = new Mistakes(source);
  for (const call of calls) {
    if (isPairOfKey(call)) continue;
    mistakes.note(
      new HistoryFileError(
        source,
        call.line,
        `the value is no pair [key value] although the read in line ${asking.line} asks for [key nil], or the answer is one of another key`,
      ),
    );
  }
  mistakes.throwIfAny();
  return calls.map((call) => {
    const [key, input] = call.input as readonly Plain[];
    const output = call.outcome === 'ok' ? (call.output as readonly Plain[])[1] : undefined;
    return { ...call, key: keyText(key), input, output };
  });
}

function isRead({ function: name }: RecordedCall): boolean {
  return reads.includes(name);
}

function asksForKey(input: Plain): boolean {
  return isPair(input) && input[1] === null && keyText(input[0]) !== null;
}

function isPairOfKey(call: RecordedCall): boolean {
  const { function: name, key, input, output, outcome } = call;
  if (key !== null || !isPair(input) || (isRead(call) && input[1] !== null)) return false;
  if (keyText(input[0]) === null || (name === 'cas' && !isPair(input[1]))) return false;
  return outcome !== 'ok' || (isPair(output) && keyText(output[0]) === keyText(input[0]));
}

function isPair(value: Plain): value is readonly [Plain, Plain] {
  return Array.isArray(value) && value.length === 2;
}
