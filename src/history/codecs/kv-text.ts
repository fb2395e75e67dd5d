import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall } from '../recorded.ts';
import { ednString, ednText } from './edn-text.ts';
import { toldInOrder } from './jepsen-text.ts';

/** What the maps of a key-value store name the functions that they know. */
const storeNames: Readonly<Record<string, string>> = {
  ...{ read: 'get', r: 'get', get: 'get' },
  ...{ write: 'put', w: 'put', put: 'put', set: 'put' },
  append: 'append',
};

/** Why a call has no place in the maps of a key-value store; null where it has one. */
export function whyNotKv({ function: name, key }: RecordedCall): string | null {
  if (!Object.hasOwn(storeNames, name)) return `"${name}" is no read, write or append`;
  return key === null ? `"${name}" names no key` : null;
}

/**
 * Calls as maps of a key-value store, in the order in which they began and ended, as the tests of Porcupine read them: processes are
 * numbers, values are texts, nothing is an empty one. What failed is left out, and what is unknown has no completion; where its process
 * went on, another one does.
 */
export function* kvLines(calls: readonly RecordedCall[]): Iterable<string> {
  const told = withSingleProcesses(calls.filter(({ outcome }) => outcome !== 'fail'));
  for (const { call, type } of toldInOrder(told)) {
    if (type === 'info') continue;
    const name = storeNames[call.function]!;
    yield `{:process ${call.process}, :type :${type}, :f :${name}, :key ${ednString(call.key!)}, :value ${valueText(call, name, type)}}\n`;
  }
}

function valueText({ input, output }: RecordedCall, name: string, type: 'invoke' | 'ok' | 'fail'): string {
  if (name !== 'get') return textOf(input);
  return type === 'invoke' ? 'nil' : textOf(output);
}

function textOf(value: Plain): string {
  if (value === null || value === undefined) return '""';
  return ednString(typeof value === 'string' ? value : ednText(value));
}

/** Calls by processes with numbers, of which none goes on behind a call of unknown outcome. */
function withSingleProcesses(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const numbers = new Map<string, number>();
  let next = calls.reduce((most, { process }) => Math.max(most, numberIn(process) ?? -1), -1) + 1;
  return calls.map((call) => {
    const number = numbers.get(call.process) ?? numberIn(call.process) ?? next++;
    numbers.set(call.process, call.outcome === 'info' ? next++ : number);
    return { ...call, process: String(number) };
  });
}

function numberIn(process: string): number | null {
  return /^(?:0|[1-9]\d{0,8})$/.test(process) ? Number(process) : null;
}
