import { describe, expect, it } from 'vitest';
import { historyFileName } from '../../src/experiment/history-files.ts';

describe('the file of a history', () => {
  it('is named after the strategy and the trial', () => {
    expect(historyFileName('gossip', 2)).toBe('gossip-2.ndjson.gz');
  });

  it('has a name that every file system takes, and no other label has', () => {
    expect(historyFileName('./my strategy.ts', 1)).toBe('.%2fmy%20strategy.ts-1.ndjson.gz');
    expect(historyFileName('a:b', 1)).not.toBe(historyFileName('a%3ab', 1));
    expect(historyFileName('x'.repeat(300), 1).length).toBeLessThan(120);
  });
});
