import { z } from 'zod';
import { complaint, number, share } from '../../workloads/fields.ts';
import { chance, duration } from './fields.ts';
import { unitPatterns } from './units.ts';

/** A length of time as a file gives it: a plain duration, or a distribution by name. */
export type DelayInput =
  | number
  | { readonly constant: number }
  | { readonly uniform: { readonly minimum: number; readonly maximum: number } }
  | { readonly exponential: { readonly minimum: number; readonly mean: number } }
  | { readonly 'log-normal': { readonly median: number; readonly jitter: number } }
  | { readonly pareto: { readonly minimum: number; readonly alpha: number } }
  | { readonly mixture: readonly { readonly share: number; readonly delay: DelayInput }[] }
  | { readonly quantiles: Readonly<Record<string, number>> }
  | { readonly measured: readonly number[] };

const minimum = duration('The least delay.', 'zero');
const plainDelay = duration('A one-way delay; the latency’s `jitter` applies to it.', 'zero');

const closedForms = [
  z.strictObject({ constant: duration('Always this delay, without jitter.', 'zero') }),
  z.strictObject({
    uniform: z
      .strictObject({ minimum, maximum: duration('The largest delay.') })
      .describe('Any delay between two, all equally likely.'),
  }),
  z.strictObject({
    exponential: z
      .strictObject({ minimum, mean: duration('The mean of all delays; above `minimum`.') })
      .describe('A least delay and an exponential tail.'),
  }),
  z.strictObject({
    'log-normal': z
      .strictObject({
        median: duration('The delay that half of the messages stay below.'),
        jitter: share('Two of three messages arrive within this part of the median.'),
      })
      .describe('A median and a jitter of its own.'),
  }),
  z.strictObject({
    pareto: z
      .strictObject({
        minimum: duration('The least delay.'),
        alpha: number(0.1, 100, 'The tail index: the smaller, the heavier the tail.'),
      })
      .describe('A heavy tail.'),
  }),
] as const;

const part = z.strictObject(
  {
    share: chance('The share of messages that take this delay; all shares are 100% together.'),
    // Wrapped, not described itself: a copy of the schema would not be known as the one that it is part of.
    get delay(): z.ZodType<DelayInput> {
      return z.nonoptional(delaySchema).describe('The delay of these messages.');
    },
  },
  { error: complaint('a share with its delay, such as { share: 5%, delay: 20ms }') },
);

const mixture = z.strictObject({
  mixture: z
    .array(part, { error: complaint('a list of shares, such as [{ share: 95%, delay: 1ms }, …]') })
    .min(1, { error: complaint('a list of at least one share with its delay') })
    .describe('Some messages take one delay and some another: a list of shares.'),
});

const quantiles = z.strictObject({
  quantiles: z
    .record(
      z.string().regex(new RegExp(unitPatterns.percentage), {
        error: complaint('a percentage from 0% to 100%, such as 99.9%'),
      }),
      duration('The delay that this share of messages does not exceed.', 'zero'),
      { error: complaint('a map from percentages to delays, such as { 0%: 1ms, 50%: 2ms, 100%: 9ms }') },
    )
    .describe(
      'What was measured, as percentiles from `0%` to `100%` in rising order; evenly spread between two of them.',
    ),
});

const measured = z.strictObject({
  measured: z
    .array(duration('A delay that was measured.', 'zero'), {
      error: complaint('a list of delays, such as [1ms, 1.2ms, 5ms]'),
    })
    .describe('What was measured, one delay after the other in any order; evenly spread between neighbours.'),
});

const delayForms = [plainDelay, ...closedForms, mixture, quantiles, measured] as const;
/** The same in words. */
export const delayWords =
  'a one-way delay such as 50ms, or one of { constant: … }, { uniform: … }, { exponential: … }, { log-normal: … }, { pareto: … }, { mixture: … }, { quantiles: … }, { measured: … }';

/** A delay as files give it. */
export const delaySchema: z.ZodType<DelayInput> = z
  .union(delayForms, { error: complaint(delayWords) })
  .meta({ id: 'delay', description: 'A one-way delay: a plain duration, or a distribution by name.' });
