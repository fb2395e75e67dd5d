import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdnReader } from '../../../src/history/codecs/edn-reader.ts';
import { ednText } from '../../../src/history/codecs/edn-text.ts';
import type { Plain } from '../../../src/kernel/operation.ts';
import { propertyPatience, propertyRuns } from '../../support/histories.ts';
import { awkwardText } from '../../support/random-history.ts';

describe('EDN', () => {
  it.each<readonly [edn: string, value: Plain]>([
    ['nil', null],
    ['true', true],
    ['-3', -3],
    ['+3', 3],
    ['10N', 10],
    ['1.5', 1.5],
    ['2.50M', '2.50'],
    ['1.5M', 1.5],
    ['1e3', 1000],
    ['12345678901234567890', '12345678901234567890'],
    ['12345678901234567891N', '12345678901234567891'],
    ['22/7', '22/7'],
    ['##Inf', Number.POSITIVE_INFINITY],
    ['##NaN', Number.NaN],
    [':timed-out', ':timed-out'],
    [':jepsen/op', ':jepsen/op'],
    ['symbol', 'symbol'],
    ['"a \\"b\\" \\n \\u00e9"', 'a "b" \n é'],
    ['"two\nlines"', 'two\nlines'],
    ['\\a', 'a'],
    ['\\newline', '\n'],
    ['\\u00e9', 'é'],
    ['\\(', '('],
    ['\\é', 'é'],
    ['[1 2, 3]', [1, 2, 3]],
    ['(1 (2) [])', [1, [2], []]],
    ['[\\a\\b]', ['a', 'b']],
    ['#{1 :a}', new Set([1, ':a'])],
    ['#{[2] [1]}', [[1], [2]]],
    ['{:f :read, :value nil}', { f: ':read', value: null }],
    [
      '{0 10, 1 20}',
      new Map([
        [0, 10],
        [1, 20],
      ]),
    ],
    ['#:jepsen{:f 1 :other/g 2}', { 'jepsen/f': 1, 'other/g': 2 }],
    ['#inst "2020-01-01"', '2020-01-01'],
    ['#jepsen.history.Op{:f 1}', { f: 1 }],
    ['#a #b 7', 7],
    ['^{:line 3} [1]', [1]],
    ['; a comment\n7', 7],
    ['#_ {:not "this"} #_#_ 1 2 7', 7],
    ['[1 #_2 3 ; 4\n]', [1, 3]],
    ['{:__proto__ 1}', Object.fromEntries([['__proto__', 1]])],
  ])('%s is read', (edn, value) => {
    expect(readAll(edn)).toEqual([value]);
  });

  it.each<readonly [edn: string, message: string, column?: number]>([
    ['[1 2', 'what is opened here is never closed'],
    ['"abc', 'a string is opened here and never closed'],
    ['{:a}', 'a map has a key without a value'],
    ['"\\q"', 'a string holds \\q; it may hold'],
    ['\\nowhere', '\\nowhere is no character'],
    ['1x', '"1x" is no value of EDN'],
    ['1/0', '"1/0" is no value of EDN'],
    [']', '] closes nothing'],
    ['#_', 'the file ends in the middle of a value', 3],
    ['#', '"#" is no value of EDN'],
    ['#:a 7', '#:a stands before no map', 5],
    ['{:a 1 :a 2}', 'a map has one key twice'],
    ['{1 1 1 2}', 'a map has one key twice'],
    ['##Nothing', '"##Nothing" is no value of EDN'],
  ])('%s is refused', (edn, message, column = 1) => {
    expect(() => readAll(`\n${edn}`)).toThrow(`file:2:${column}: ${message}`);
  });

  it.each(['[', '{', '#{', '#_', '^', '#a ['])('of many %s in one another is refused', (opener) => {
    expect(() => readAll(opener.repeat(100_000))).toThrow(/^file:1:\d+: values are nested deeper than 200/);
  });

  it(
    'gives plain data back as it was written',
    () => {
      const key = fc.oneof(awkwardText, fc.integer());
      const { value } = fc.letrec<{ value: Plain }>((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          fc.constant(null),
          fc.boolean(),
          fc.double({ noNaN: true }),
          awkwardText,
          fc.constantFrom('1', '1N', '-', ':', '\\a', ':a b', ':é'),
          fc.array(tie('value'), { maxLength: 3 }),
          fc.uniqueArray(key, { maxLength: 3 }).map((elements) => new Set(elements)),
          fc
            .dictionary(awkwardText, tie('value'), { maxKeys: 3 })
            .filter((map) => Object.keys(map).length > 0),
          fc
            .uniqueArray(fc.tuple(fc.integer(), tie('value')), {
              maxLength: 3,
              selector: ([number]) => number,
            })
            .filter((entries) => entries.length > 0)
            .map((entries) => new Map(entries)),
        ),
      }));
      fc.assert(
        fc.property(value, (data) => {
          expect(readAll(ednText(data))).toEqual([plain(data)]);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

/** Dictionaries of the generator have no prototype. */
function plain(data: Plain): Plain {
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [key, plain(value)]));
  if (data === null || typeof data !== 'object' || data instanceof Set) return data;
  if (Array.isArray(data)) return (data as readonly Plain[]).map(plain);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plain(value as Plain)]));
}

function readAll(text: string): Plain[] {
  const reader = new EdnReader('file', Buffer.from(text));
  const values: Plain[] = [];
  while (reader.peek() !== undefined) values.push(reader.read());
  return values;
}
