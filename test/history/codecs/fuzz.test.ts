import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeHistory } from '../../../src/cli/check/judge.ts';
import { asJson, asText } from '../../../src/cli/check/report.ts';
import { callsOf } from '../../../src/history/calls.ts';
import { HistoryFileError } from '../../../src/history/codecs/file-error.ts';
import { jepsenEdnLines, jepsenLogLines } from '../../../src/history/codecs/jepsen-text.ts';
import { ndjsonPieces } from '../../../src/history/codecs/ndjson-writer.ts';
import { historyFormats } from '../../../src/history/codecs/sniff.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../../support/histories.ts';
import { draw } from '../../support/history.ts';
import { readBytes } from '../../support/read-text.ts';
import { trialOf } from '../../support/trial.ts';

const history = draw(`
  1:  |-- write x 1 -|   |-- read x 2 --|        |- add n 3 -|  |- read n 3 -|
  2:     |- cas x 1 2 -/       |- write x 3 -?
  4:                                                 |- transfer a b 5 0 -|
  3:       |- write x 2 -~
`);
const calls = callsOf(history);
const valid: readonly string[] = [
  [...ndjsonPieces(history, { record: trialOf(history), claimed: ['linearizable'] })].join(''),
  [...jepsenEdnLines(calls)].join(''),
  [...jepsenLogLines(calls)].join(''),
  '{:process 0, :type :invoke, :f :append, :key "0", :value "x"}\n{:process 0, :type :ok, :f :append, :key "0", :value "x"}\n{:process 0, :type :invoke, :f :get, :key "0", :value nil}\n{:process 0, :type :ok, :f :get, :key "0", :value "x"}\n',
  '[{:process 0 :type :invoke :f :txn :value [[:r :x nil] [:w :y 2]]} {:process 0 :type :ok :f :txn :value [[:r :x nil] [:w :y 2]]}]',
  '{:process 0 :type :invoke :f :add :value 1}{:process 1 :type :invoke :f :read}{:process 1 :type :ok :f :read :value #{1 2}}',
];

/** Pieces that mean something in one of the formats. */
const meaningful = fc.constantFrom(
  ...['{', '}', '[', ']', '(', ')', '"', '\\', '#', '#_', '^', ';', ':', ',', '\n', '\0', '\ufeff'],
  ...[
    'nil',
    'null',
    'NaN',
    '##NaN',
    '-1',
    '1e999',
    '9007199254740993',
    '0.5',
    '1/2',
    'true',
    '""',
    '[]',
    '{}',
  ],
  ...[
    ':invoke',
    ':ok',
    ':fail',
    ':info',
    ':read',
    ':write',
    ':cas',
    ':add',
    ':transfer',
    ':acquire',
    ':nemesis',
  ],
  ...['"type":"read"', '"value":[[[]]]', '"__proto__":{}', '"contents":[[0,[["x",1]]]]', '"kinds":[]'],
);

/** Deletes, doubles, swaps or overwrites a piece. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(30),
  piece: fc.oneof(meaningful, fc.string({ unit: 'binary', maxLength: 3 })),
  does: fc.constantFrom('delete', 'double', 'insert', 'replace', 'end'),
});

const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([text, mutations]) =>
    mutations.reduce((before, { at, length, piece, does }) => {
      const from = Math.floor(at * before.length);
      const [head, taken, tail] = [
        before.slice(0, from),
        before.slice(from, from + length),
        before.slice(from + length),
      ];
      switch (does) {
        case 'delete':
          return head + tail;
        case 'double':
          return head + taken + taken + tail;
        case 'insert':
          return head + piece + taken + tail;
        case 'replace':
          return head + piece + tail;
        default:
          return head;
      }
    }, text),
  );

const format = fc.option(fc.constantFrom(...historyFormats), { nil: undefined });

describe('a file that nobody meant to be a history', () => {
  it(
    'is read or refused in words, and never breaks the reader, when its bytes are random',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 60 }),
          format,
          fc.boolean(),
          async (bytes, asked, zipped) => {
            await judge(zipped ? gzipSync(bytes) : Buffer.from(bytes), asked);
          },
        ),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is read or refused in words, and never breaks the reader, when it was a history once',
    async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(mutated, format, async (text, asked) => {
          seen.add(await judge(Buffer.from(text), asked));
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect([...seen].sort()).toEqual(['judged', 'refused']);
    },
    propertyPatience,
  );

  it(
    'is refused in words when a compressed history was damaged',
    async () => {
      const bytes = gzipSync(valid[0]!);
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
          const damaged = cut ? bytes.subarray(0, at) : Buffer.from(bytes).fill(byte, at, at + 1);
          await judge(Buffer.from(damaged), undefined);
        }),
        { numRuns: Math.min(propertyRuns, 5_000) },
      );
    },
    propertyPatience,
  );
});

const oneLineEach = /^(?:file(?::\d+){0,2}: [^\n]+(?:\n|$))+$/;

/** Everything that the command does with a file. Whatever is thrown but a refusal in one line fails the test. */
async function judge(bytes: Buffer, format: (typeof historyFormats)[number] | undefined): Promise<string> {
  try {
    const judged = judgeHistory(await readBytes(bytes, format, 50), { budget: 10_000 }, 'file');
    asText(judged);
    asJson([judged]);
    return 'judged';
  } catch (error) {
    const refused = error instanceof HistoryFileError && oneLineEach.test(error.message);
    if (!refused) throw error;
    return 'refused';
  }
}
