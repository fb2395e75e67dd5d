import { z } from 'zod';
import { topologyPresets } from '../../topology/presets.ts';
import { complaint, count, number, share } from '../../workloads/fields.ts';
import { choice, duration, flag, name } from './fields.ts';

const nodes = count(1, 10_000, 'How many nodes.');
const place = name('The name of a zone or a cluster.');
const zone = z.union([nodes, z.record(place, nodes)], {
  error: complaint('a number of nodes, or clusters with a number of nodes each'),
});
const region = z.union([nodes, z.record(place, zone)], {
  error: complaint('a number of nodes, or zones with nodes or clusters in each'),
});

const minimum = duration('The least delay.', 'zero');
const plainDelay = duration('A one-way delay; the latency’s `jitter` applies to it.', 'zero');
const delay = z
  .union(
    [
      plainDelay,
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
    ],
    {
      error: complaint(
        'a one-way delay such as 50ms, or one of { constant: … }, { uniform: … }, { exponential: … }, { log-normal: … }, { pareto: … }',
      ),
    },
  )
  .meta({ id: 'delay', description: 'A one-way delay: a plain duration, or a distribution by name.' });

/** The fields of `topology.latency`. */
export const latencySchema = z.strictObject({
  'within-cluster': delay.prefault('100us').describe('One-way delay between nodes of one cluster.'),
  'within-zone': delay.prefault('200us').describe('One-way delay between clusters of one zone.'),
  'within-region': delay.prefault('500us').describe('One-way delay between zones of one region.'),
  clients: delay
    .prefault('500us')
    .describe('One-way delay between clients and the nodes of their own region.'),
  jitter: share(
    'How much delays given as a plain duration vary: two of three messages arrive within this part of the median (log-normal).',
  ).prefault('10%'),
  between: z
    .record(
      z.string().regex(/^\S+ (and|to) \S+$/, {
        error: complaint('a pair of regions: "asia and europe", or "asia to europe" for one direction'),
      }),
      delay,
      { error: complaint('a map from pairs of regions to delays, such as { asia and europe: 100ms }') },
    )
    .prefault({})
    .describe(
      'One-way delay of each pair of regions: `asia and europe: 100ms`, or `asia to europe: 100ms` for one direction. Clients of a region are as far from other regions as its nodes are.',
    ),
});

const presetNames = Object.keys(topologyPresets) as [string, ...string[]];

/** The fields of `topology`, unless it is the name of a preset. */
export const topologyObject = z.strictObject({
  regions: z
    .record(name('The name of a region.'), region, {
      error: complaint('a map of regions, such as { asia: 2, europe: { dublin: 1 } }'),
    })
    .describe(
      'Regions, in them zones, in them clusters, in them a number of nodes; a number in place of zones or clusters means one of them. The nodes of `asia` are named `asia-1`, `asia-2` …',
    ),
  latency: latencySchema.prefault({}).describe('One-way delays between places.'),
  fifo: flag('Whether each link delivers in the order of sending; otherwise jitter reorders.').default(false),
});

/** The fields of `topology`. */
export const topologySchema = z.union([choice(presetNames, 'A preset by name.'), topologyObject], {
  error: complaint(`a map with regions, or one of ${presetNames.join(', ')}`),
});

export type DelayInput = z.output<typeof delay>;
export type TopologyInput = z.output<typeof topologySchema>;
