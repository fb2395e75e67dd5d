import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall } from '../recorded.ts';
import { keyText } from './jepsen-edn.ts';

const reads = ['read', 'r', 'get'];

/**
 * Jepsen's `independent` puts the key into the value: a read asks `[key nil]`, a write `[key value]`, a cas `[key [old new]]`. A history is
 * taken so where every call has such a pair and every read asks for nothing beside its key; a read of one register asks for nil alone.
 */
export function withIndependentKeys(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const isRead = (call: RecordedCall) => reads.includes(call.function);
  const keyed = calls.some(isRead) && calls.every((call) => isPairOfKey(call, isRead(call)));
  if (!keyed) return calls;
  return calls.map((call) => {
    const [key, input] = call.input as readonly Plain[];
    const output = call.outcome === 'ok' ? (call.output as readonly Plain[])[1] : undefined;
    return { ...call, key: keyText(key), input, output };
  });
}

function isPairOfKey({ function: name, key, input, output, outcome }: RecordedCall, read: boolean): boolean {
  if (key !== null || !isPair(input) || (read && input[1] !== null)) return false;
  if (keyText(input[0]) === null || (name === 'cas' && !isPair(input[1]))) return false;
  return outcome !== 'ok' || (isPair(output) && keyText(output[0]) === keyText(input[0]));
}

function isPair(value: Plain): value is readonly [Plain, Plain] {
  return Array.isArray(value) && value.length === 2;
}
