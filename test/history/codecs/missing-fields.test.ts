import { describe, expect, it } from 'vitest';
import { judgeHistory } from '../../../src/cli/check/judge.ts';
import { callsOf } from '../../../src/history/calls.ts';
import { HistoryFileError } from '../../../src/history/codecs/file-error.ts';
import { jepsenEdnLines } from '../../../src/history/codecs/jepsen-text.ts';
import { kvLines } from '../../../src/history/codecs/kv-text.ts';
import { ndjsonPieces } from '../../../src/history/codecs/ndjson-writer.ts';
import type { History } from '../../../src/history/history.ts';
import { draw } from '../../support/history.ts';
import { readBytes } from '../../support/read-text.ts';

const kept = draw(`
  1:  |-- write x a -|  |- read x a -|   |- write x c -|
  2:     |- write y b -|   |- read y b -|                |- read x c -|
  3:       |- read y null -|
`);
const violated = draw(`
  1:  |-- write x a -|  |- read x a -|   |- write x c -|
  2:     |- write y b -|   |- read y b -|                |- read x a -|
  3:       |- read y null -|
`);

const forms: Readonly<Record<string, (history: History) => string>> = {
  ndjson: (history) => [...ndjsonPieces(history)].join(''),
  edn: (history) => [...jepsenEdnLines(callsOf(history))].join(''),
  kv: (history) => [...kvLines(callsOf(history))].join(''),
};
/** A field with its value and a comma. What an invocation asks of a read is nil, whether it says so or not. */
const fields: Readonly<Record<string, RegExp>> = {
  ndjson: /"[a-zA-Z]+":(?:null|\d+|"[^"]*"|\{[^{}]*\}),?|,"[a-zA-Z]+":(?:null|\d+|"[^"]*"|\{[^{}]*\})/g,
  edn: /:(?:process|type|f|key|value|time) (?:"[^"]*"|[^\s,}]+),? ?/g,
  kv: /:(?:process|type|f|key|value) (?:"[^"]*"|[^\s,}]+),? ?/g,
};

describe.each(['ndjson', 'edn', 'kv'])('a history as %s of which one field of one line is lost', (form) => {
  it.each([
    ['kept', kept],
    ['violated', violated],
  ])('is refused, or %s as before', async (verdict, history) => {
    const text = forms[form]!(history);
    const losses = [...text.matchAll(fields[form]!)];
    const outcomes = new Set<string>();

    for (const { 0: field, index } of losses) {
      const outcome = await verdictOn(text.slice(0, index) + text.slice(index + field.length));
      if (outcome !== 'refused')
        expect({ field, index, outcome }).toEqual({ field, index, outcome: verdict });
      outcomes.add(outcome);
    }

    expect(await verdictOn(text)).toBe(verdict);
    expect(losses.length).toBeGreaterThan(50);
    expect(outcomes).toContain('refused');
  });
});

async function verdictOn(text: string): Promise<string> {
  try {
    const { verdicts } = judgeHistory(await readBytes(text, undefined, 1_000), {}, 'file');
    const { verdict } = verdicts.find(({ guarantee }) => guarantee === 'linearizable')!;
    return { holds: 'kept', violated: 'violated', unknown: 'undecided' }[verdict.type];
  } catch (error) {
    if (error instanceof HistoryFileError) return 'refused';
    throw error;
  }
}
