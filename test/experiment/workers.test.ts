import { expect, test } from 'vitest';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { loadSpec, type Overrides } from '../../src/experiment/spec-file.ts';
import { workersWorth } from '../../src/experiment/workers.ts';
import { strategies } from '../../src/strategies/index.ts';

function workersOf(workload: string, overrides: Overrides): number {
  return workersWorth(loadSpec(findWorkload(workload), strategies, overrides), 8);
}

test('short runs are not spread over threads, which take longer to start', () => {
  expect(workersOf('viral-likes', {})).toBe(1);
  expect(workersOf('registers', { duration: '1s' })).toBe(1);
});

test('long runs, and runs of many trials, take every processor', () => {
  expect(workersOf('viral-likes', { trials: '20' })).toBe(8);
  expect(workersOf('viral-likes', { duration: '10m' })).toBe(8);
  expect(workersOf('registers', { duration: '60s' })).toBe(8);
});
