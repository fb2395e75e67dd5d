import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConvergence } from '../../../src/checkers/convergence.ts';
import { HistoryFileError } from '../../../src/history/codecs/file-error.ts';
import { lineOfRow } from '../../../src/history/codecs/ndjson-reader.ts';
import { ndjsonPieces } from '../../../src/history/codecs/ndjson-writer.ts';
import { type Columns, type History, noText, valueKind } from '../../../src/history/history.ts';
import type { Value } from '../../../src/kernel/operation.ts';
import { propertyPatience, propertyRuns } from '../../support/histories.ts';
import { draw } from '../../support/history.ts';
import { anyHistory } from '../../support/random-history.ts';
import { readOwn } from '../../support/read-text.ts';
import { trialOf } from '../../support/trial.ts';

const small = draw(`
  1:  |- write x 1 -|   |-- read x 2 --|
  2:     |- cas x 1 2 -/       |- add y 1 -?
`);

describe('a history as NDJSON', () => {
  it(
    'gives every column back as it was',
    () => {
      fc.assert(
        fc.property(anyHistory(), (history) => {
          const back = readOwn(text(history)).history;

          expect(columnsOf(back)).toEqual(columnsOf(history));
          expect([back.nodes, back.regions]).toEqual([history.nodes, history.regions]);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'gives the same bytes when it is read and written again',
    () => {
      fc.assert(
        fc.property(anyHistory(), (history) => {
          const once = text(history);

          expect(text(readOwn(once).history)).toBe(once);
        }),
        { numRuns: Math.min(propertyRuns, 10_000) },
      );
    },
    propertyPatience,
  );

  it('has a line that says what it is, and a line for each operation', () => {
    const lines = text(small).trimEnd().split('\n');

    expect(lines[0]).toBe(
      '{"schemaVersion":1,"operations":4,"nodes":["asia-1","america-1","europe-1"],"regions":["asia","america","europe"]}',
    );
    expect(lines[lineOfRow(0) - 1]).toBe(
      '{"stream":1,"index":0,"process":1,"site":0,"node":0,"attempts":1,"phase":"measured","operation":{"type":"write","key":"x","value":1},"dueAt":null,"invokedAt":6000,"completedAt":20000,"completion":{"type":"ok"}}',
    );
    expect(lines).toHaveLength(5);
  });

  it('keeps what is known of the trial, and what was promised', () => {
    const record = trialOf(small, { convergence: { agreed: true, took: 5, allowed: 10 } });
    const { record: back, claimed } = readOwn(
      [...ndjsonPieces(small, { record, claimed: ['linearizable'] })].join(''),
    );

    expect(claimed).toEqual(['linearizable']);
    expect({ ...back, history: null, contents: null }).toEqual({ ...record, history: null, contents: null });
  });

  it('keeps of the contents of nodes what tells whether they agree', () => {
    const stored = (value: Value) =>
      new Map<string, Value>([
        ['same', 1],
        ['x', value],
      ]);
    const record = trialOf(small, {
      convergence: { agreed: false, took: null, allowed: 10 },
      contents: new Map([
        [0, stored(1)],
        [1, stored(1)],
        [2, stored(2)],
      ]),
    });
    const { record: back } = readOwn([...ndjsonPieces(small, { record })].join(''));

    expect(back.contents.get(2)).toEqual(new Map([['x', 2]]));
    expect(checkConvergence(back)).toEqual(checkConvergence(record));
  });

  it('is taken to contain the kinds of operation that it has, where it does not say', () => {
    expect(readOwn(text(small)).record.kinds).toEqual(['read', 'write', 'add', 'cas']);
  });
});

describe('reading NDJSON', () => {
  const [header, write, cas, read, add] = text(small).trimEnd().split('\n') as [
    string,
    string,
    string,
    string,
    string,
  ];

  it('takes lines that end as on Windows, and a last line without an end', () => {
    expect(readOwn(text(small).trimEnd().replaceAll('\n', '\r\n')).history.length).toBe(4);
  });

  const first = (change: string, to: string) => [header.replace(change, to), write, cas, read, add];
  const second = (change: string, to: string) => [header, write.replace(change, to), cas, read, add];
  const mistakes: readonly (readonly [name: string, lines: readonly string[], message: string | RegExp])[] = [
    [
      'a newer schema version',
      first('"schemaVersion":1', '"schemaVersion":7'),
      'file:1:18: the history has schema version 7, of a newer pacelc; this one reads 1: update pacelc to read it',
    ],
    [
      'an older schema version',
      first('"schemaVersion":1', '"schemaVersion":0'),
      'file:1:18: the history has schema version 0, of an older pacelc; this one reads 1: record it again, or read it with the pacelc that wrote it',
    ],
    [
      'a schema version that is no number',
      first('"schemaVersion":1', '"schemaVersion":"1"'),
      'file:1:18: "schemaVersion" is no number; this pacelc reads 1',
    ],
    ['no header', [write, cas], /^file:1: the first line of a history is/],
    [
      'a header without nodes',
      first('"nodes"', '"knots"'),
      'file:1:1: "nodes" is missing; it is the names of the nodes',
    ],
    [
      'a field of the header that nobody knows',
      first('"nodes"', '"claimd":[],"nodes"'),
      /^file:1:44: there is no field "claimd"; there are schemaVersion, operations, nodes, /,
    ],
    [
      'a promise that does not exist',
      first('"nodes"', '"claimed":["good"],"nodes"'),
      /^file:1:45: "claimed" is wrong; it is among linearizable, /,
    ],
    [
      'fewer lines than promised',
      [header, write, cas],
      'file:3: the history ends after 2 of 4 operations; the file was cut off',
    ],
    [
      'more lines than promised',
      [header, write, cas, read, add, add],
      'file:6: the first line promises 4 operations; this is one more',
    ],
    ['a line that is no JSON', [header, '{"stream":1,'], 'file:2: the line is no JSON'],
    ['an empty line', [header, '', write], 'file:2: the line is empty; every line is one operation'],
    [
      'a line that is no object',
      [header, '[]'],
      'file:2: a line is an object with the fields of one operation',
    ],
    [
      'a node that the header does not name',
      second('"node":0', '"node":3'),
      'file:2:51: "node" is 3; it is a whole number from 0 to 2',
    ],
    [
      'a phase that does not exist',
      second('"measured"', '"later"'),
      'file:2:74: "phase" is "later"; it is one of setup, warm-up, measured, cool-down, final',
    ],
    [
      'an operation that does not exist',
      second('"type":"write"', '"type":"erase"'),
      'file:2:105: "type" is "erase"; it is read, write, add, cas or transfer',
    ],
    [
      'a write without a value',
      second(',"value":1', ''),
      'file:2:97: "value" is missing; it is null, true, false, a number, a text, or an array of these',
    ],
    ['a key that is no text', second('"key":"x"', '"key":7'), 'file:2:119: "key" is 7; it is a text'],
    [
      'a completion that does not exist',
      second('{"type":"ok"}', '{"type":"maybe"}'),
      'file:2:205: "type" is "maybe"; it is ok, refused, fail or info',
    ],
    [
      'a time that is no number',
      second('"invokedAt":6000', '"invokedAt":"NaN"'),
      /^file:2:159: "invokedAt" is "NaN"; it is a time in whole microseconds/,
    ],
    [
      'a negative time',
      second('"invokedAt":6000', '"invokedAt":-6000'),
      /^file:2:159: "invokedAt" is -6000; it is a time/,
    ],
    [
      'a time beyond what a double holds exactly',
      second('20000', '9007199254740993'),
      'file:2:178: 9007199254740993 is no number that a double holds; write it as a text, "9007199254740993"',
    ],
    [
      'a time that is not whole',
      second('"invokedAt":6000', '"invokedAt":6000.5'),
      /^file:2:159: "invokedAt" is 6000.5; it is a time in whole microseconds/,
    ],
    [
      'a value that a double does not hold',
      second('"value":1', '"value":[12345678901234567890]'),
      'file:2:132: 12345678901234567890 is no number that a double holds; write it as a text, "12345678901234567890"',
    ],
    [
      'a value that is too large',
      second('"value":1', '"value":1e999'),
      /^file:2:131: "value" is Infinity; it is null/,
    ],
    [
      'a field that is there twice',
      second('"process":1', '"process":1,"process":7'),
      'file:2:45: "process" is there twice',
    ],
    [
      'a field of an answer that nobody knows',
      [header, write, cas, read.replace('"value":2', '"val":2'), add],
      'file:4:206: there is no field "val"; there are type, value',
    ],
    [
      'a field of a line that nobody knows',
      second('"dueAt"', '"due":null,"dueAt"'),
      /^file:2:\d+: there is no field "due"; there are stream, index, process/,
    ],
    [
      'a process that goes on after an unknown outcome',
      [header, write.replace('{"type":"ok"}', '{"type":"info","error":"late"}'), cas, read, add],
      'file:4:33: process 1 goes on although the outcome of its operation in line 2 is unknown; "info" retires a process, another one goes on',
    ],
    [
      'a completion before the invocation',
      second('20000', '5999'),
      'file:2:178: it completes at 5999, before its invocation at 6000',
    ],
    [
      'an answer without a time',
      second('20000', 'null'),
      'file:2:178: "completion" and "completedAt" are both null, or neither is',
    ],
    [
      'lines out of order',
      [header, cas, write, read, add],
      /^file:3:159: it was invoked at 6000, before the line above at 9000; lines are in the order/,
    ],
    [
      'two open invocations of one process',
      [header, write, cas.replace('"process":2', '"process":1'), read, add],
      'file:3:33: process 1 invokes again while its invocation in line 2 is open; a process does one thing at a time',
    ],
  ];

  it.each(mistakes)('refuses %s', (_, lines, message) => {
    expect(complaintAbout(lines.join('\n'))).toMatch(message);
  });

  it('tells all that is wrong', () => {
    const lines = [header, write.replace('"ok"', '"okay"'), cas.replace('"cas"', '"swap"'), '{', add];

    expect(complaintAbout(lines.join('\n'))).toMatch(
      /^file:2:\d+: "type" is "okay".*\nfile:3:\d+: "type" is "swap".*\nfile:4: the line is no JSON$/,
    );
  });

  it('does not take bytes that are no text for the character that stands for them', () => {
    const strange = Buffer.from(text(small).replace('"key":"x"', '"key":"\ufffd"'));
    expect(readOwn(strange.toString()).history.texts).toContain('\ufffd');

    const at = strange.indexOf(Buffer.from('\ufffd'));
    const broken = Buffer.concat([strange.subarray(0, at), Buffer.from([0xff]), strange.subarray(at + 3)]);
    expect(complaintAbout(broken)).toBe('file:2: there are bytes that are no text; a history is UTF-8');
  });
});

function complaintAbout(content: string | Buffer): string {
  try {
    readOwn(content);
  } catch (error) {
    if (error instanceof HistoryFileError) return error.message;
    throw error;
  }
  return 'nothing';
}

function text(history: History): string {
  return [...ndjsonPieces(history)].join('');
}

/** Every column as plain numbers; where a column holds texts, as the texts. */
function columnsOf({ columns, texts, length }: History) {
  const named = (id: number) => (id === noText ? null : texts[id]);
  const valued = (values: Float64Array, kinds: Uint8Array) =>
    Array.from({ length }, (_, row) => {
      const held = values[row]!;
      switch (kinds[row]) {
        case valueKind.text:
          return ['text', texts[held]];
        case valueKind.number:
          return ['number', held];
        default:
          return [kinds[row]];
      }
    });
  const {
    key,
    to,
    reason,
    argument,
    argumentKind,
    condition,
    conditionKind,
    value,
    valueKind: kinds,
    ...others
  } = columns;
  return {
    ...Object.fromEntries(
      Object.entries(others).map(([name, column]) => [name, [...(column as Columns['stream'])]]),
    ),
    key: [...key].map(named),
    to: [...to].map(named),
    reason: [...reason].map(named),
    argument: valued(argument, argumentKind),
    condition: valued(condition, conditionKind),
    value: valued(value, kinds),
  };
}
