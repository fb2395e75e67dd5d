import { describe, expect, it } from 'vitest';
import { CommitLog } from '../../src/history/commits.ts';
import { valueKind } from '../../src/history/history.ts';

const committed = (key: string, version: number, value: string | number | null, place?: number) =>
  ({ type: 'committed', key, version, value, ...(place === undefined ? {} : { place }) }) as const;

describe('a log of commits', () => {
  it('keeps each note in columns, values as a history keeps them', () => {
    const log = new CommitLog();
    log.add(5, committed('x', 1, 'one', 0));
    log.add(7, committed('y', 1, 2));
    log.add(9, committed('x', 2, null));

    const { length, texts, ...columns } = log.commits();

    expect(length).toBe(3);
    expect([...columns.at]).toEqual([5, 7, 9]);
    expect([...columns.key].map((id) => texts[id])).toEqual(['x', 'y', 'x']);
    expect([...columns.version]).toEqual([1, 1, 2]);
    expect([...columns.place]).toEqual([0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect([...columns.valueKind]).toEqual([valueKind.text, valueKind.number, valueKind.null]);
    expect(texts[columns.value[0]!]).toBe('"one"');
    expect(columns.value[1]).toBe(2);
  });

  it('keeps what is said twice in a row of a key once', () => {
    const log = new CommitLog();
    for (const at of [1, 2, 3]) log.add(at, committed('x', 4, 'a'));
    log.add(4, committed('y', 4, 'a'));
    log.add(5, committed('x', 4, 'a'));

    expect([...log.commits().at]).toEqual([1, 4]);
  });

  it('grows up to its bound, and counts what comes after that', () => {
    const log = new CommitLog(3_000);
    for (let version = 1; version <= 3_500; version += 1) log.add(version, committed('x', version, version));

    const { length, version, dropped } = log.commits();

    expect([length, version.at(-1), dropped]).toEqual([3_000, 3_000, 500]);
  });
});
