import { describe, expect, it } from 'vitest';
import { brokenTrial } from '../../src/report/measure.ts';
import type { FaultRow } from '../../src/report/result.ts';
import { findings } from '../../src/report/sentences.ts';
import { resultOf, well } from '../support/results.ts';

describe('the sentence on a strategy', () => {
  it('says that it answered all through the fault, and at what price', () => {
    const result = resultOf(
      {
        ...well,
        staleReads: 155,
        stalenessMsMax: 83.7,
        missedIncrementsMax: 9,
        behindIncrementsMax: 9,
        acknowledgedIncrements: 5_310,
        lostIncrements: 412,
        surplusIncrements: 0,
      },
      { faults: [{}] },
    );

    expect(findings([result], { increments: 'likes' })).toEqual([
      'gossip answered every read and write through the crash of america-1; ' +
        '3.1 % of its reads were stale, by up to 83.7 ms and 9 likes, and it lost 412 of 5,310 acknowledged likes.',
    ]);
  });

  it('says what was left without an answer, and for how long nothing was', () => {
    const result = resultOf(
      { ...well, failedWrites: 100, infoWrites: 110, staleReads: 0 },
      { strategy: 'lock', faults: [{ failed: 210, completeDowntimeMs: 1_234.5, longestGapMs: 1_240 }] },
    );

    expect(findings([result])).toEqual([
      'lock answered every read but left 4.2 % of its writes without an answer; ' +
        'after the crash of america-1 nothing was answered for 1.23 s; none of its reads was stale.',
    ]);
  });

  it('names the region or the kind of operation that was down alone', () => {
    const result = resultOf(
      { ...well, failedReads: 50, failedWrites: 50 },
      {
        faults: [
          { failed: 100 },
          { region: 'america', operations: 'write', failed: 50, completeDowntimeMs: 800 },
        ],
      },
    );

    expect(findings([result])[0]).toContain(
      'left 1 % of its operations without an answer (1 % of writes, 1 % of reads); ' +
        'after the crash of america-1 no write from america was answered for 800 ms in all',
    );
  });

  it('tells of waits after a fault that were out of the ordinary', () => {
    const result = resultOf(well, { faults: [{ latencyMsMax: 1_441.2, calmLatencyMsP999: 400 }] });

    expect(findings([result])[0]).toContain(
      'answered every read and write through the crash of america-1, though answers took up to 1.45 s;',
    );
  });

  it('says after which fault answers took long, where another was named before', () => {
    const slow = { latencyMsMax: 1_441.2, calmLatencyMsP999: 400 };
    const crash = { failed: 2, partialDowntimeMs: 200 };
    const partition = { fault: 2, label: 'partition of asia' };

    const same = resultOf({ ...well, infoReads: 2 }, { faults: [{ ...crash, ...slow }] });
    const other = resultOf({ ...well, infoReads: 2 }, { faults: [crash, { ...partition, ...slow }] });
    const several = resultOf(well, { faults: [slow, partition] });
    const reads = { region: 'asia', operations: 'read', completeDowntimeMs: 101, longestGapMs: 101 } as const;
    const answered = resultOf(well, { faults: [slow, reads] });

    expect(findings([same])[0]).toContain(
      'after the crash of america-1 some failed during 200 ms in all, and answers took up to 1.45 s;',
    );
    expect(findings([other])[0]).toContain(
      'after the crash of america-1 some failed during 200 ms in all; ' +
        'after the partition of asia answers took up to 1.45 s;',
    );
    expect(findings([answered])[0]).toContain(
      'every read and write through the crash of america-1, though no read from asia was answered for 101 ms, ' +
        'and answers took up to 1.45 s;',
    );
    expect(findings([several])[0]).toContain(
      'through 2 faults; after the crash of america-1 answers took up to 1.45 s;',
    );
  });

  it('names partial downtime where none was complete', () => {
    const result = resultOf(
      { ...well, failedReads: 1, failedWrites: 1 },
      { faults: [{ failed: 2, partialDowntimeMs: 200 }] },
    );

    expect(findings([result])[0]).toContain('after the crash of america-1 some failed during 200 ms in all');
  });

  it('does not claim all was answered through a fault whose failures came after the measures', () => {
    const result = resultOf(well, { faults: [{ failed: 3, partialDowntimeMs: 100 }] });

    expect(findings([result])[0]).not.toContain('through');
  });

  it('counts several faults', () => {
    const result = resultOf(well, { faults: [{}, { label: 'partition of asia' }] });

    expect(findings([result])[0]).toContain('answered every read and write through 2 faults');
  });

  it('never rounds a failure away', () => {
    const result = resultOf({ ...well, askedWrites: 5_000_000, infoWrites: 1 });

    expect(findings([result])[0]).toContain('left <0.01 % of its writes without an answer');
  });

  it('never rounds an age below the oldest read', () => {
    const result = resultOf({ ...well, staleReads: 1, stalenessMsMax: 1_231.2 });

    expect(findings([result])[0]).toContain('by up to 1.24 s');
  });

  it('speaks of one version as of one', () => {
    const stale = { ...well, staleReads: 2, stalenessMsMax: 3, missedVersionsMax: 1, missedIncrementsMax: 1 };

    expect(findings([resultOf(stale)], { increments: 'likes' })[0]).toContain(
      'by up to 3 ms and 1 version and 1 like.',
    );
  });

  it('speaks of writes alone where nothing was read, and of reads alone where nothing was written', () => {
    const writes = resultOf({ ...well, askedReads: 0, okReads: 0, judgedReads: 0, staleReads: null });
    const reads = resultOf({ ...well, askedWrites: 0, okWrites: 0 });

    expect(findings([writes])).toEqual(['gossip answered every write.']);
    expect(findings([reads])).toEqual(['gossip answered every read; none of its reads was stale.']);
  });

  it('says so where nothing was asked or nothing was answered', () => {
    const silent = resultOf({ ...well, okReads: 0, okWrites: 0, failedReads: 5_000, infoWrites: 5_000 });

    expect(findings([resultOf()])).toEqual(['gossip was asked nothing while it was measured.']);
    expect(findings([silent])[0]).toContain('gossip answered nothing of what it was asked');
  });

  it('says how many reads could be judged where not all could', () => {
    const some = resultOf({ ...well, judgedReads: 1_234 });
    const none = resultOf({ ...well, judgedReads: 0, staleReads: null });

    expect(findings([some])[0]).toContain('none of the 1,234 reads that could be judged was stale');
    expect(findings([none])[0]).toContain('whether its reads were stale could not be judged');
  });

  it('says of a closed loop how long the longest silence was', () => {
    const result = resultOf({ ...well, loop: 'closed', yield: null, longestGapMs: 350 });

    expect(findings([result])[0]).toContain(
      'gossip answered every read and write; the longest time without an answer was 350 ms',
    );
  });

  it('does not call reads fresh that lack what was lost', () => {
    const result = resultOf({
      ...well,
      behindIncrementsMax: 412,
      lostIncrements: 412,
      acknowledgedIncrements: 5_310,
    });

    expect(findings([result], { increments: 'likes' })[0]).toContain(
      'none of its reads was provably stale, its reads lacked up to 412 acknowledged likes, late or lost, ' +
        'and it lost 412 of 5,310 acknowledged likes.',
    );
  });

  it('tells of lost writes, of increments too many and of money made or lost', () => {
    const result = resultOf({
      ...well,
      acknowledgedIncrements: 10,
      lostIncrements: 0,
      surplusIncrements: 3,
      acknowledgedWrites: 2_000,
      lostWrites: 7,
      sumDifference: -120,
    });

    expect(findings([result])[0]).toContain(
      'it lost none of 10 acknowledged increments, its final values hold 3 increments that nobody asked for, ' +
        'it lost 7 of 2,000 acknowledged writes, and the sum over all keys changed by -120.',
    );
  });

  it('tells that the sum was conserved', () => {
    expect(findings([resultOf({ ...well, sumDifference: 0 })])[0]).toContain(
      'the sum over all keys was conserved',
    );
  });

  it('sums counts over trials and takes the oldest read of any', () => {
    const first = resultOf({ ...well, staleReads: 100, stalenessMsMax: 50 });
    const second = resultOf({ ...well, staleReads: 300, stalenessMsMax: 90 }, { trial: 2 });

    expect(findings([first, second])[0]).toContain('4 % of its reads were stale, by up to 90 ms');
  });

  it('is one for each strategy', () => {
    const results = [resultOf(well), resultOf(well, { strategy: 'lock' })];

    expect(findings(results).map((sentence) => sentence.split(' ')[0])).toEqual(['gossip', 'lock']);
  });
});

describe('further sentences', () => {
  it('tell of a broken promise with its witness, and never of what was not promised', () => {
    const verdicts = [
      { guarantee: 'linearizable', claimed: false, verdict: 'violated' as const, sentence: 'Of course.' },
      { guarantee: 'convergent', verdict: 'violated' as const, sentence: 'node a holds 1, node b holds 2' },
    ];

    expect(findings([resultOf(well, { verdicts })]).slice(1)).toEqual([
      'gossip broke its promise "convergent": node a holds 1, node b holds 2.',
    ]);
  });

  it('tell of a promise that could not be decided', () => {
    const verdicts = [{ verdict: 'unknown' as const, sentence: 'the search gave up after 1,000 steps' }];

    expect(findings([resultOf(well, { verdicts })])[1]).toBe(
      'Whether gossip kept its promise "linearizable" is undecided: the search gave up after 1,000 steps.',
    );
  });

  it('warn of overload, disagreement, phantoms and a fault that was not overcome', () => {
    const result = resultOf(
      { ...well, sustained: false, converged: false, convergenceAllowedMs: 10_000, phantomReads: 1 },
      { faults: [{ recovered: false, observedMs: 6_000 }] },
    );

    expect(findings([result]).slice(1)).toEqual([
      '1 read of gossip returned what had never been written.',
      'gossip did not recover from the crash of america-1 within the 6 s that were watched.',
      'The replicas of gossip did not agree within 10 s after the load.',
      'gossip did not keep up with the offered load: its latencies are those of a growing queue.',
    ]);
  });

  it('say for whom alone a fault was not overcome', () => {
    const lasting = (...groups: readonly Partial<FaultRow>[]) =>
      findings([
        resultOf(well, { faults: [{}, ...groups.map((group) => ({ ...group, recovered: false }))] }),
      ])[1];
    const writes = { operations: 'write' } as const;
    const europe = { region: 'europe' };

    expect(lasting(writes, { ...writes, ...europe })).toBe(
      'For writes, gossip did not recover from the crash of america-1 within the 6 s that were watched.',
    );
    expect(lasting(writes, europe, { ...europe, operations: 'read' })).toContain(
      'For writes and clients of europe, gossip',
    );
    expect(lasting({ ...writes, ...europe })).toContain('For writes from europe, gossip');
    expect(lasting(...['a', 'b', 'c', 'd'].map((region) => ({ region })))).toContain(
      'For clients of a, clients of b and 2 other groups of clients, gossip',
    );
  });

  it('say that a run was interrupted and what its numbers cover', () => {
    const result = resultOf({ ...well, partial: true, phaseSeconds: 3.2 });

    expect(findings([result])[1]).toBe('The run of gossip was interrupted: these numbers cover 3.2 s.');
  });

  it('leave broken trials out of the numbers and say why they broke', () => {
    const broken = { label: 'gossip', strategy: 'gossip', seed: 's', openLoop: true };
    const died = brokenTrial({ ...broken, trial: 2, broken: 'RangeError: no such peer\n    at gossip.ts:1' });

    expect(findings([resultOf(well), died])[1]).toBe(
      '1 of 2 trials of gossip broke and are left out: RangeError: no such peer.',
    );
    expect(findings([died])).toEqual(['gossip broke, and nothing of it counts: RangeError: no such peer.']);
  });
});
