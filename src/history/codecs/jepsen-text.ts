import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall } from '../recorded.ts';
import { ednString, ednText } from './edn-text.ts';

/** A beginning or an end of a call, in the order in which a file tells them. */
export interface Told {
  readonly call: RecordedCall;
  readonly type: 'invoke' | RecordedCall['outcome'];
  readonly at: number;
}

/** Calls as Jepsen's EDN: one map a line, without a list around them, so that a file can be cut by its lines. */
export function* jepsenEdnLines(calls: readonly RecordedCall[]): Iterable<string> {
  for (const { call, type, at } of toldInOrder(calls)) {
    const key = call.key === null ? '' : `, :key ${ednString(call.key)}`;
    yield `{:process ${processText(call)}, :type :${type}, :f ${ednText(`:${call.function}`)}${key}, :value ${ednText(toldValue(call, type))}, :time ${at}}\n`;
  }
}

/** Calls as lines of Jepsen's log, which checkers such as Porcupine's read: one object, no keys, no times. */
export function* jepsenLogLines(calls: readonly RecordedCall[]): Iterable<string> {
  for (const { call, type } of toldInOrder(calls)) {
    const value = type === 'info' ? ':timed-out' : ednText(toldValue(call, type));
    yield `INFO  jepsen.util - ${processText(call)}\t:${type}\t:${call.function}\t${value}\n`;
  }
}

/** Beginnings and ends by time, and at equal times so that as few calls as possible seem to come after one another. */
export function toldInOrder(calls: readonly RecordedCall[]): readonly Told[] {
  const told: Told[] = [];
  for (const call of calls) {
    told.push({ call, type: 'invoke', at: call.invokedAt });
    if (call.completedAt !== Number.POSITIVE_INFINITY) {
      told.push({ call, type: call.outcome, at: call.completedAt });
    }
  }
  // The sort is stable, and so what one process did stays in its order.
  told.sort((a, b) => a.at - b.at);
  for (let from = 0, to = 1; from < told.length; from = to, to += 1) {
    while (to < told.length && told[to]!.at === told[from]!.at) to += 1;
    if (to - from === 1) continue;
    for (const [i, event] of overlapping(told.slice(from, to)).entries()) told[from + i] = event;
  }
  return told;
}

/**
 * Equal times overlap, but in a file whose order counts an end that stands before a beginning does not. So beginnings come first, and an
 * end only when its process has to begin something else at the same time: one process after the other, as they did so.
 */
function overlapping(told: readonly Told[]): Told[] {
  const waiting = new Map<string, Told[]>();
  const [first, next]: [Told[], Told[]] = [[], []];
  for (const event of told) {
    const { process } = event.call;
    const own = waiting.get(process);
    const begins = event.type === 'invoke';
    if (own !== undefined) own.push(event);
    else waiting.set(process, begins ? [] : [event]);
    if (begins) (own === undefined ? first : next).push(event);
  }
  for (const event of next) {
    const own = waiting.get(event.call.process)!;
    first.push(...own.splice(0, own.indexOf(event) + 1));
  }
  return [...first, ...[...waiting.values()].flat()];
}

/** Whoever was answered tells the answer; reads ask for nothing, and so tell nothing where they fail. */
function toldValue({ input, output }: RecordedCall, type: Told['type']): Plain {
  return type === 'ok' ? output : input;
}

function processText({ process }: RecordedCall): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(process) ? process : ednText(process);
}
