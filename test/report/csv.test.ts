import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvFile, ResultsUnreadableError } from '../../src/report/csv/csv-file.ts';
import { CsvSyntaxError, parseCsv } from '../../src/report/csv/parse.ts';
import { pointLatestAt, writeWhole } from '../../src/report/disk.ts';
import { ResultFiles, ResultsUnwritableError, readTrials } from '../../src/report/files.ts';
import { resultFolderName } from '../../src/report/folder.ts';
import { toJson } from '../../src/report/json.ts';
import { measureTrial } from '../../src/report/measure.ts';
import type { TrialKey } from '../../src/report/result.ts';
import { draw } from '../support/history.ts';
import { resultOf, well } from '../support/results.ts';
import { crash, trialOf } from '../support/trial.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pacelc-csv-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Sample extends TrialKey {
  readonly words: string;
  readonly latencyMsP99: number | null;
  readonly partial: boolean;
  readonly sustained: boolean | null;
}

const sampleFile = csvFile<Sample>('sample.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  words: 'text',
  latencyMsP99: 'number?',
  partial: 'boolean',
  sustained: 'boolean?',
});

describe('a results file', () => {
  it('names its columns in snake case, units last, and leaves cells empty where nothing was measured', () => {
    const row = { schemaVersion: 1, strategy: 'gossip', trial: 1, words: 'a, "b"', latencyMsP99: null };

    const text = sampleFile.header + sampleFile.write([{ ...row, partial: false, sustained: null }]);

    expect(text).toBe(
      'schema_version,strategy,trial,words,latency_ms_p99,partial,sustained\n1,gossip,1,"a, ""b""",,false,\n',
    );
  });

  it('gives back what was written, whatever the words', () => {
    const rows = fc.array(
      fc.record({
        schemaVersion: fc.constant(1),
        strategy: fc.string(),
        trial: fc.integer({ min: 1 }),
        words: fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '=', 'é') }),
        latencyMsP99: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)),
        partial: fc.boolean(),
        sustained: fc.option(fc.boolean()),
      }),
    );

    fc.assert(
      fc.property(rows, (written) => {
        const text = sampleFile.header + sampleFile.write(written);

        expect(sampleFile.read(text, 'sample.csv')).toEqual(written);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses in words what it cannot read', () => {
    const read = (text: string) => () => sampleFile.read(text, 'sample.csv');
    const { header } = sampleFile;

    expect(read('')).toThrow(new ResultsUnreadableError('sample.csv: the file is empty'));
    expect(read(`${header}2,a,1,b,,true,\n`)).toThrow('written with schema 2; this version reads schema 1');
    expect(read('schema_version,strategy,trail\n')).toThrow(
      'sample.csv:1: column 3 is "trail", expected "trial"',
    );
    expect(read(`${header}1,a,1,b,fast,true,\n`)).toThrow(
      'sample.csv:2: "fast" is not a number (latency_ms_p99)',
    );
    expect(read(`${header}1,a,1,b,,maybe,\n`)).toThrow('"maybe" is not a boolean (partial)');
    expect(read(`${header}1,a,1,"b\n\n",,true,\n1,a\n`)).toThrow('sample.csv:5: 2 cells, expected 7');
    expect(read(`${header}1,"a`)).toThrow(new CsvSyntaxError('sample.csv:2: a quote is never closed'));
    expect(read(`${header}1,"a"b`)).toThrow(CsvSyntaxError);
  });

  it('reads both kinds of line ends and a last line without one', () => {
    expect(parseCsv('a,b\r\n1,\n,2', 'x').map((line) => line.cells)).toEqual([
      ['a', 'b'],
      ['1', ''],
      ['', '2'],
    ]);
  });
});

describe('the files of a run', () => {
  const first = resultOf(well, { faults: [{}], verdicts: [{ sentence: 'a "sentence", with\nlines' }] });
  const second = resultOf({ ...well, partial: true }, { strategy: 'lock' });

  it('grow as trials end and give all of them back', () => {
    const files = new ResultFiles(folder);

    files.append(first);
    files.append(second);

    expect(readTrials(folder)).toEqual([first, second]);
    expect(readdirSync(folder).sort()).toEqual([
      'atomicity.csv',
      'faults.csv',
      'latency.csv',
      'staleness.csv',
      'summary.csv',
      'timeline.csv',
      'verdicts.csv',
      'visibility.csv',
    ]);
  });

  it('keep what an earlier run wrote, and let a trial that is run again replace its rows', () => {
    new ResultFiles(folder).append(first);
    new ResultFiles(folder).append(second);
    const again = resultOf(well, { strategy: 'lock' });

    new ResultFiles(folder).append(again);

    expect(readTrials(folder)).toEqual([first, again]);
  });

  it('leave out a trial whose writing was cut off before its summary', () => {
    const files = new ResultFiles(folder);
    files.append(first);
    const summary = readFileSync(join(folder, 'summary.csv'));
    files.append(second);
    writeFileSync(join(folder, 'summary.csv'), summary);

    expect(readTrials(folder)).toEqual([first]);
    new ResultFiles(folder).append(resultOf(well, { trial: 2 }));
    expect(readFileSync(join(folder, 'verdicts.csv'), 'utf8')).not.toContain('lock');
  });

  it('are none in a folder that is empty or not there', () => {
    expect(readTrials(folder)).toEqual([]);
    expect(readTrials(join(folder, 'nowhere'))).toEqual([]);
  });

  it('leave nothing half written beside them', () => {
    writeWhole(join(folder, 'a.txt'), 'one');
    writeWhole(join(folder, 'a.txt'), 'two');

    expect(readdirSync(folder)).toEqual(['a.txt']);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('two');
  });

  it('say in one line why they cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');

    expect(() => new ResultFiles(join(folder, 'file', 'run'))).toThrow(ResultsUnwritableError);
    expect(() => new ResultFiles(join(folder, 'file', 'run'))).toThrow(
      /^cannot create .*: a part of the path/,
    );
    expect(() => writeWhole(folder, 'text')).toThrow(/^cannot write .*: there is a folder where a file/);
  });
});

describe('the folder of a run', () => {
  it('has a name that every file system takes', () => {
    const when = new Date(2026, 10, 4, 9, 5, 7);

    expect(resultFolderName(when, 'viral-likes')).toBe('2026-11-04T09-05-07-viral-likes');
    expect(resultFolderName(when, '../a: "b"?*<>|.')).toBe('2026-11-04T09-05-07-a-b');
    expect(resultFolderName(when, '///')).toBe('2026-11-04T09-05-07-run');
  });

  it('is what latest points at', () => {
    const files = (name: string) => new ResultFiles(join(folder, name));
    files('one').append(resultOf(well));
    files('two').append(resultOf({ ...well, partial: true }));

    pointLatestAt(join(folder, 'one'));
    pointLatestAt(join(folder, 'two'));

    expect(readTrials(join(folder, 'latest'))[0]!.summary[0]!.partial).toBe(true);
  });
});

describe('a measured trial', () => {
  const history = draw(
    `
    warm-up 1@asia: |- add x 1 -|
    1@asia:                        |- add x 1 -| |- read x 2 -|
    2@america:                     |--- add x 1 ---?             |- read x 1 -|  |- add x 1 !
    final 3@asia:                                                                              |- read x 2 -|
  `,
    { late: 1, regions: ['asia', 'america'], nodes: ['asia-1', 'america-1'] },
  );
  const record = trialOf(history, {
    window: { loadFrom: 15_000, measuredFrom: 30_000, measuredTo: 95_000, loadTo: 95_000 },
    faults: [crash(40, 60)],
    cost: { messages: 12, bytes: 1_200, crossRegionMessages: 9, crossRegionBytes: 900 },
    convergence: { agreed: true, took: 12_345, allowed: 10_000_000 },
    generatorLateness: { count: 6, p50: 100, p99: 900, maximum: 1_000 },
  });
  const result = measureTrial(record, [
    { guarantee: 'convergent', claimed: true, verdict: { type: 'holds' } },
    {
      guarantee: 'linearizable',
      claimed: false,
      verdict: { type: 'violated', witness: [1, 4], sentence: 'A read missed a like.', count: 1 },
    },
    { guarantee: 'no-lost-adds', claimed: false, verdict: { type: 'unknown', because: 'no final read' } },
  ]);

  it.each(['summary', 'timeline', 'latency', 'staleness', 'visibility', 'atomicity', 'faults', 'verdicts'])(
    'writes a golden %s.csv',
    (name) => {
      new ResultFiles(folder).append(result);

      return expect(readFileSync(join(folder, `${name}.csv`), 'utf8')).toMatchFileSnapshot(
        `golden/${name}.csv`,
      );
    },
  );

  it('has a row for Δ and one for Γ where registers were used', () => {
    const registers = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                                   |- read x 1 -| |- read x 9 -|
    `);

    expect(measureTrial(trialOf(registers), []).atomicity).toMatchObject([
      { measure: 'delta', shiftMs: 4, registers: 1, atomicRegisters: 0, clusters: 2, inexplicableReads: 1 },
      { measure: 'gamma', shiftMs: 2, registerShiftMsP50: 2, clusterShiftMsP50: 2, inexplicableReads: 1 },
    ]);
  });

  it('passes through the files and JSON unchanged', () => {
    new ResultFiles(folder).append(result);

    expect(readTrials(folder)).toEqual([result]);
    expect(JSON.parse(toJson([result], ['A sentence.']))).toMatchObject({
      schemaVersion: 1,
      findings: ['A sentence.'],
      trials: [JSON.parse(JSON.stringify(result))],
    });
  });
});
