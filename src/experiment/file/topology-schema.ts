import { z } from 'zod';
import { topologyPresets } from '../../topology/presets.ts';
import { complaint, count, share } from '../../workloads/fields.ts';
import { delaySchema, delayWords } from './delay-schema.ts';
import { bandwidth, chance, choice, duration, flag, name } from './fields.ts';

const nodes = count(1, 10_000, 'How many nodes.');
const place = name('The name of a zone or a cluster.');
const zone = z.union([nodes, z.record(place, nodes)], {
  error: complaint('a number of nodes, or clusters with a number of nodes each'),
});
const region = z.union([nodes, z.record(place, zone)], {
  error: complaint('a number of nodes, or zones with nodes or clusters in each'),
});

const traits = {
  loss: chance('The chance that a message never arrives.').optional(),
  duplicate: chance(
    'The chance that a message between nodes arrives twice, the second time after a delay of its own. Requests and replies of clients travel on connections, which drop copies.',
  ).optional(),
  reorder: z
    .strictObject(
      {
        chance: chance('The chance that a message is held back.'),
        'up-to': duration('It is held back for up to so long beside its delay.'),
      },
      { error: complaint('a chance with a time, such as { chance: 1%, up-to: 20ms }') },
    )
    .describe('Some messages are held back, so that later ones overtake them.')
    .optional(),
  bandwidth: bandwidth(
    'Bytes per second in each direction: a message takes its size ÷ bandwidth to leave, after those before it. Sizes are estimates of what an encoding would take.',
  ).optional(),
};

const linkForm = z.strictObject({
  delay: z.nonoptional(delaySchema).describe('How long messages take on it.'),
  ...traits,
  fifo: flag('Whether this link delivers in the order of sending, whatever `topology.fifo` says.').optional(),
});

const link = z
  .union([delaySchema, linkForm], {
    error: complaint(`${delayWords}, or { delay: … } with loss, duplicate, reorder, bandwidth or fifo`),
  })
  .meta({ id: 'link', description: 'A link: its `<delay>`, or a map of its delay and what else it does.' });

const latencySchema = z.strictObject({
  'within-cluster': link.prefault('100us').describe('One-way delay between nodes of one cluster.'),
  'within-zone': link.prefault('200us').describe('One-way delay between clusters of one zone.'),
  'within-region': link.prefault('500us').describe('One-way delay between zones of one region.'),
  clients: link
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
      link,
      { error: complaint('a map from pairs of regions to delays, such as { asia and europe: 100ms }') },
    )
    .prefault({})
    .describe(
      'One-way delay of each pair of regions: `asia and europe: 100ms`, or `asia to europe: 100ms` for one direction. Clients of a region are as far from other regions as its nodes are.',
    ),
});

const presetNames = Object.keys(topologyPresets) as [string, ...string[]];
const preset = choice(presetNames, 'A preset by name.');

const extras = {
  links: z
    .strictObject(traits)
    .describe('What every link does beside delaying, unless the link itself says otherwise.')
    .prefault({}),
  nodes: z
    .strictObject({
      'service-time': delaySchema.optional().meta({
        description:
          'How long a node works on each request, message and timer, one after the other; a plain duration is always the same. Only `--runtime sim` can do it.',
      }),
    })
    .describe('What every node does.')
    .prefault({}),
};

const topologyObject = z.strictObject({
  regions: z
    .record(name('The name of a region.'), region, {
      error: complaint('a map of regions, such as { asia: 2, europe: { dublin: 1 } }'),
    })
    .describe(
      'Regions, in them zones, in them clusters, in them a number of nodes; a number in place of zones or clusters means one of them. The nodes of `asia` are named `asia-1`, `asia-2` …',
    ),
  latency: latencySchema.prefault({}).describe('One-way delays between places.'),
  ...extras,
  fifo: flag('Whether each link delivers in the order of sending; otherwise jitter reorders.').default(false),
});

const presetObject = z.strictObject({
  preset: preset.describe('The places and delays of a preset, with what else is said here.'),
  ...extras,
  fifo: flag('Whether each link delivers in the order of sending; otherwise jitter reorders.').default(false),
});

/** The fields of `topology`. */
export const topologySchema = z.union([preset, topologyObject, presetObject], {
  error: complaint(`a map with regions, or one of ${presetNames.join(', ')}`),
});

export type LinkInput = z.output<typeof link>;
export type TraitsInput = z.output<(typeof extras)['links']> & { readonly fifo?: boolean | undefined };
export type TopologyInput = z.output<typeof topologySchema>;
