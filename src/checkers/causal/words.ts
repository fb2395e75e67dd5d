import { completionCode, keyOf, rowOf } from '../../history/history.ts';
import { type Micros, microsPerMillisecond } from '../../kernel/time.ts';
import { processOf, valueInWords } from '../words.ts';
import type { Events } from './events.ts';

/** `process 3 read 17 of "x"`, `process 1 wrote 18 to "x"` */
export function deedInWords(events: Events, event: number): string {
  return `${processOf(events.history, events.row[event]!)} ${actInWords(events, event)}`;
}

/** `read 17 of "x"`, `wrote 18 to "x"` */
export function actInWords(events: Events, event: number): string {
  const row = events.row[event]!;
  const key = JSON.stringify(keyOf(events.history, row));
  return events.isWrite[event] === 1
    ? `wrote ${contentOf(events, event)} to ${key}`
    : `read ${contentOf(events, event)} of ${key}`;
}

/** The value that a write wrote, or that a read saw: also one that a cas found. */
export function contentOf(events: Events, event: number): string {
  const { operation, completion } = rowOf(events.history, events.row[event]!);
  if (events.isWrite[event] === 1) return valueInWords('value' in operation ? operation.value : undefined);
  if (operation.type === 'cas' && completion?.type !== 'refused') return valueInWords(operation.expected);
  return valueInWords(completion !== null && 'value' in completion ? completion.value : undefined);
}

/** What each session did on the way of a path: `process 2 read 17 of "x" and then wrote 18 to "x"`. */
export function stepsInWords(events: Events, path: readonly number[]): readonly string[] {
  const steps: string[] = [];
  let first = 0;
  path.forEach((event, i) => {
    const next = path[i + 1];
    if (next !== undefined && events.session[next] === events.session[event]) return;
    if (path[first] !== event)
      steps.push(`${deedInWords(events, path[first]!)} and then ${actInWords(events, event)}`);
    first = i + 1;
  });
  return steps;
}

/** `33 ms`, `0.2 ms` */
export function lengthInWords(length: Micros): string {
  return `${Number((length / microsPerMillisecond).toFixed(length < 10 * microsPerMillisecond ? 1 : 0))} ms`;
}

/**
 * The rows of these events, each once, in the order of invocation. That an update without an answer was done at all is
 * known from whoever saw what it wrote, so one who did belongs to them.
 */
export function rowsOf(events: Events, found: readonly number[]): readonly number[] {
  const all = [...found];
  for (let i = 0; i < all.length; i += 1) {
    const row = events.row[all[i]!]!;
    if (isAnswered(events, row)) continue;
    const write = events.isWrite[all[i]!] === 1 ? all[i]! : all[i]! + 1;
    const sees = (event: number) => events.row[event] !== row && events.source[event] === write;
    if (all.some(sees)) continue;
    let reader = 0;
    while (!sees(reader)) reader += 1;
    all.push(reader);
  }
  return [...new Set(all.map((event) => events.row[event]!))].sort((a, b) => a - b);
}

function isAnswered({ history }: Events, row: number): boolean {
  const code = history.columns.completion[row]!;
  return code === completionCode.ok || code === completionCode.refused;
}
