import { describe, expect, it } from 'vitest';
import { spreadOf, summarise } from '../../src/report/comparison.ts';
import { formatCount, formatMs, formatMsUp, formatNumber, formatPercent } from '../../src/report/format.ts';
import { toMarkdown } from '../../src/report/markdown.ts';
import { brokenTrial } from '../../src/report/measure.ts';
import { renderReport, renderTable, terminalStyle } from '../../src/report/terminal.ts';
import { resultOf, well } from '../support/results.ts';

const plain = { color: false, width: 80 };
const kept = { verdicts: [{}] };
const stale = { ...well, staleReads: 155, staleShare: 0.031, stalenessMsMax: 83.7, lostIncrements: 412 };

describe('the table', () => {
  it('has a row per strategy with what was measured', () => {
    const results = [
      resultOf(stale, kept),
      resultOf({ ...well, lostIncrements: 0, yield: 0.97904 }, { strategy: 'lock', ...kept }),
    ];

    expect(renderTable(summarise(results), plain)).toBe(
      [
        '         writes  write  write   read   read yield   stale  stale',
        'strategy     /s p50 ms p99 ms p50 ms p99 ms     % reads % max ms lost promises',
        '-------- ------ ------ ------ ------ ------ ----- ------- ------ ---- --------',
        'gossip      500    123  1,235   1.23   12.3   100     3.1   83.7  412 kept',
        'lock        500    123  1,235   1.23   12.3  97.9       0      0    0 kept',
        '',
      ].join('\n'),
    );
  });

  it('fits the width, whatever the numbers', () => {
    const huge = { ...stale, writeThroughputPerSecond: 1_234_567.8, readLatencyMsP99: 60_000.123 };
    const trials = [1, 2, 3].map((trial) =>
      resultOf(
        { ...huge, lostIncrements: trial * 12_345, writeThroughputPerSecond: trial * 412_345 },
        { trial, strategy: 'a-strategy-with-a-rather-long-label', ...kept },
      ),
    );

    for (const width of [80, 100, 120, 200]) {
      const lines = renderTable(summarise(trials), { color: false, width }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it('shortens a long name in the middle, so that variants stay apart', () => {
    const names = ['one', 'two'].map((end) => `a-strategy-with-a-rather-long-name-and-knob-${end}`);
    const results = names.map((strategy) => resultOf(well, { strategy, ...kept }));

    const lines = renderTable(summarise(results), plain).split('\n');

    expect(lines.slice(3, 5).map((line) => line.split(' ')[0])).toEqual([
      'a-strategy-..nd-knob-one',
      'a-strategy-..nd-knob-two',
    ]);
  });

  it('shows the median and beneath it the range of several trials', () => {
    const trials = [10, 30, 20].map((writes, i) =>
      resultOf({ ...well, writeThroughputPerSecond: writes }, { trial: i + 1, ...kept }),
    );

    const lines = renderTable(summarise(trials), plain).split('\n');

    expect(lines[3]).toMatch(/^gossip +20 /);
    expect(lines[4]).toMatch(/^ +10-30$/);
  });

  it('shows a dash for what was not measured, and leaves out what was measured nowhere', () => {
    const lossless = resultOf({ ...well, lostIncrements: null }, { strategy: 'quorum', ...kept });

    const mixed = renderTable(summarise([resultOf(stale, kept), lossless]), plain);
    const without = renderTable(summarise([lossless]), plain);

    expect(mixed).toMatch(/quorum .* - +kept/);
    expect(without).not.toContain('lost');
    expect(without).not.toContain('sum');
  });

  it('names promises kept, violated, undecided, and strategies that died', () => {
    const died = { label: 'dead', strategy: 'dead', trial: 1, seed: 's', openLoop: true, broken: 'Error' };
    const promises = [
      resultOf(well, { strategy: 'a', verdicts: [{}] }),
      resultOf(well, { strategy: 'b', verdicts: [{}, { verdict: 'violated' }] }),
      resultOf(well, { strategy: 'c', verdicts: [{ verdict: 'unknown' }] }),
      resultOf(well, { strategy: 'd', verdicts: [{ claimed: false, verdict: 'violated' }] }),
      brokenTrial(died),
    ];

    expect(summarise(promises).map((row) => row.promise)).toEqual([
      'kept',
      'violated',
      'undecided',
      'none',
      'died',
    ]);
  });

  it('holds no escape sequence and no sign beyond ASCII unless a person looks', () => {
    const text = renderReport([resultOf(stale, kept)], plain);

    expect(text).toMatch(/^[\n -~]*$/);
    expect(renderReport([resultOf(stale, kept)], { color: true, width: 80 })).toContain('\u001b[32mkept');
  });

  it('is followed by the sentences, wrapped', () => {
    const text = renderReport([resultOf(stale, { ...kept, faults: [{}] })], plain);

    expect(text).toContain('gossip answered every read and write through the crash of america-1;');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says so where there is no result', () => {
    expect(renderReport([], plain)).toBe('Nothing was measured.\n');
  });
});

describe('the style', () => {
  it('has colour only on a terminal without NO_COLOR, and its width', () => {
    const terminal = { isTTY: true, columns: 120 };

    expect(terminalStyle(terminal, {})).toEqual({ color: true, width: 120 });
    expect(terminalStyle(terminal, { NO_COLOR: '1' })).toEqual({ color: false, width: 120 });
    expect(terminalStyle({ columns: 120 }, {})).toEqual({ color: false, width: 80 });
    expect(terminalStyle({ isTTY: true }, { TERM: 'dumb' })).toEqual({ color: false, width: 80 });
  });
});

describe('Markdown', () => {
  it('holds the same table, and shows names as text', () => {
    const row = resultOf(well, { strategy: 'a|b<script>', ...kept });

    const [head, rule, line] = toMarkdown(summarise([row])).split('\n');

    expect(head).toContain('| strategy | writes /s |');
    expect(rule).toContain('| :--- | ---: |');
    expect(line).toContain('| a\\|b&lt;script&gt; | 500 |');
  });
});

describe('numbers', () => {
  it('have three significant digits and commas between thousands', () => {
    expect([0, 0.0421, 1.254, 12.34, 99.96, 123.4, 12_345.6].map(formatNumber)).toEqual([
      '0',
      '0.042',
      '1.25',
      '12.3',
      '100',
      '123',
      '12,346',
    ]);
    expect([5_310, 0.5, -1_234_567].map(formatCount)).toEqual(['5,310', '0.5', '-1,234,567']);
  });

  it('say 0 and 100 percent only when it is so', () => {
    expect([0, 1e-6, 0.000_5, 0.031, 0.5, 0.998_7, 0.999_999, 1].map(formatPercent)).toEqual([
      '0',
      '<0.01',
      '0.05',
      '3.1',
      '50',
      '99.87',
      '>99.99',
      '100',
    ]);
  });

  it('choose between milliseconds and seconds, and round up where they are a limit', () => {
    expect([0.42, 84, 999.9, 1_234].map(formatMs)).toEqual(['0.42 ms', '84 ms', '1,000 ms', '1.23 s']);
    expect([84, 84.01, 123.2, 1_231].map(formatMsUp)).toEqual(['84 ms', '84.1 ms', '124 ms', '1.24 s']);
  });

  it('are medians over trials', () => {
    expect(spreadOf([3, null, 1, 2])).toEqual({ median: 2, minimum: 1, maximum: 3 });
    expect(spreadOf([4, 1])).toEqual({ median: 2.5, minimum: 1, maximum: 4 });
    expect(spreadOf([null])).toBeNull();
  });
});
