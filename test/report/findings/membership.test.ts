import { expect, it } from 'vitest';
import { membership } from '../../../src/report/findings/membership.ts';
import { resultOf, well } from '../../support/results.ts';

const join = { type: 'join', label: 'join of europe-1', settledMs: 240.6, movedBytes: 10_116 };

it('tells how long a newcomer took to serve and what moved, of the slowest trial', () => {
  const slow = resultOf(well, { trial: 1, faults: [join] });
  const fast = resultOf(well, { trial: 2, faults: [{ ...join, settledMs: 80, movedBytes: 400 }] });

  expect(membership('gossip', [fast, slow])).toEqual([
    'The join of europe-1 took gossip 241 ms and moved 10.1 kB.',
  ]);
});

it('tells of each change, and of one that never came to its end', () => {
  const leave = { type: 'leave', label: 'leave of asia-1', settledMs: null, movedBytes: 12 };

  expect(membership('quorum', [resultOf(well, { faults: [{ ...join, movedBytes: 12 }, leave] })])).toEqual([
    'The join of europe-1 took quorum 241 ms and moved 12 bytes.',
    'The leave of asia-1 was never complete with quorum.',
  ]);
});

it('says nothing of faults that change no members', () => {
  expect(membership('gossip', [resultOf(well, { faults: [{}] })])).toEqual([]);
});
