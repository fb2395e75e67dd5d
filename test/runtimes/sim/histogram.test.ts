import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelayHistogram } from '../../../src/runtimes/sim/histogram.ts';

test('a quantile of delays is known to within 1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(2_000_000_000), { minLength: 1 }),
      fc.constantFrom(0.5, 0.99),
      (delays, share) => {
        const histogram = new DelayHistogram();
        for (const delay of delays) histogram.add(delay);

        const exact = [...delays].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * delays.length)) - 1]!;
        const found = histogram.quantile(share);

        expect(found).toBeLessThanOrEqual(exact);
        expect(found).toBeGreaterThanOrEqual(exact - exact / 100);
      },
    ),
  );
});
