import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guarantees, implies, withImplied } from '../../src/kernel/guarantee.ts';

describe('what follows from a guarantee', () => {
  test('goes all the way down, in the order in which guarantees are shown', () => {
    expect(withImplied(['convergent', 'causal'])).toEqual([
      'causal',
      'read-your-writes',
      'monotonic-reads',
      'monotonic-writes',
      'writes-follow-reads',
      'convergent',
    ]);
  });

  test('is never the other way round', () => {
    expect(implies('linearizable', 'monotonic-reads')).toBe(true);
    expect(implies('monotonic-reads', 'linearizable')).toBe(false);
    expect(implies('causal', 'causal')).toBe(false);
    expect(implies('linearizable', 'convergent')).toBe(false);
  });
});

test('docs/models.md has a section on each guarantee', () => {
  const text = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');

  const sections = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);

  expect(sections).toEqual([...guarantees]);
});
