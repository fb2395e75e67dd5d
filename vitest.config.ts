import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // To load everything anew for each file takes a tenth of the time, and no test leaves anything behind.
    isolate: false,
    // By default one processor stays free, which on a machine of two is half of all.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
