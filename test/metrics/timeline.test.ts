import { describe, expect, it } from 'vitest';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { timelineOf } from '../../src/metrics/timeline.ts';
import { tell } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

describe('the timeline', () => {
  it('counts what was asked in a window, and beside it what completed in it', () => {
    const read = { type: 'read', key: 'x' } as const;
    const history = tell([
      { site: 0, dueAt: 10, from: 10, to: 30, operation: read, completion: { type: 'ok', value: null } },
      { site: 1, dueAt: 240, from: 245, to: 260, operation: read, completion: { type: 'ok', value: null } },
      { site: 1, dueAt: 300, from: 300, to: 310, operation: read, completion: { type: 'fail', error: 'x' } },
    ]);
    const window = { loadFrom: 0, measuredFrom: 0, measuredTo: 500_000, loadTo: 500_000 };

    const timeline = timelineOf(trialOf(history, { window }), judgeReads(history));

    const facts = timeline.windows.map(({ site, from, tally, completedReads, readLatency }) => [
      site,
      from / 1_000,
      tally.asked,
      tally.failed,
      completedReads,
      readLatency?.maximum ?? null,
    ]);
    expect(timeline.window).toBe(250_000);
    expect(facts.slice(0, 6)).toEqual([
      [null, 0, 2, 0, 1, 20_000],
      [null, 250, 1, 1, 1, null],
      [0, 0, 1, 0, 1, 20_000],
      [0, 250, 0, 0, 0, null],
      [1, 0, 1, 0, 0, 20_000],
      [1, 250, 1, 1, 1, null],
    ]);
  });

  it('widens its windows for long runs, and has none for a load without length', () => {
    const history = tell([]);
    const lasting = (seconds: number) =>
      trialOf(history, {
        window: { loadFrom: 0, measuredFrom: 0, measuredTo: 0, loadTo: seconds * 1_000_000 },
      });

    expect(timelineOf(lasting(3_600), judgeReads(history)).window).toBe(5_000_000);
    expect(timelineOf(lasting(0), judgeReads(history)).windows).toEqual([]);
  });
});
