import { z } from 'zod';
import { type Guarantee, guarantees } from '../../kernel/guarantee.ts';
import { complaint, count, share } from '../../workloads/fields.ts';
import { workloadKinds } from '../../workloads/index.ts';
import { specSchemaVersion } from '../spec.ts';
import { faultSchema } from './fault-schema.ts';
import { choice, duration, moment, name, rate, text } from './fields.ts';
import { topologySchema } from './topology-schema.ts';

const stepLength = duration('How long this stretch lasts.');
const rateStep = z.union(
  [
    z.strictObject({ hold: rate('A steady rate.', 'above zero'), for: stepLength }),
    z.strictObject({
      from: rate('The rate at the start of a ramp.', 'zero'),
      to: rate('The rate at the end of a ramp.', 'zero'),
      for: stepLength,
    }),
  ],
  {
    error: complaint('a stretch of the rate: { hold: 60/s, for: 3s } or { from: 60/s, to: 600/s, for: 4s }'),
  },
);

const openLoad = z.strictObject({
  arrivals: choice(
    ['poisson', 'constant'],
    'Random arrivals, as from many independent people, or evenly spaced ones.',
  ).default('poisson'),
  rate: z
    .union(
      [
        rate('A steady rate.', 'above zero'),
        z.array(rateStep).min(1, { error: complaint('at least one step') }),
      ],
      {
        error: complaint('a rate such as 200/s, or a list of steps'),
      },
    )
    .describe('Operations per second over all regions together: one rate, or steps that follow each other.'),
  shares: z
    .record(z.string(), share('The share of one region.'), {
      error: complaint('a map from regions to percentages, such as { asia: 60%, europe: 40% }'),
    })
    .optional()
    .describe('The regions’ shares of the rate, 100% together; equal shares if left out.'),
});

const closedLoad = z.strictObject({
  'clients-per-region': count(1, 100_000, 'How many clients ask at the same time in each region.'),
  think: duration('How long a client waits between an answer and its next question.', 'zero').prefault('0s'),
  operations: count(
    1,
    1_000_000_000,
    'At most this many operations in all; if left out, only time ends the load.',
  ).optional(),
});

const load = z.union(
  [
    z.strictObject({
      open: openLoad.describe('Requests come when they are due, whether or not earlier ones were answered.'),
    }),
    z.strictObject({ closed: closedLoad.describe('Each client asks again as soon as it was answered.') }),
  ],
  { error: complaint('a load: { open: … } or { closed: … }') },
);

/** The fields of `clients`. */
export const clientsSchema = z.strictObject({
  failover: choice(
    ['nearest', 'sticky', 'round-robin'],
    'Whom clients ask: the nearest node that is not known to be unreachable; always the nearest one, whatever happens; or each time the next one, near or far.',
  ).default('nearest'),
  deadline: duration('An operation without an answer after this time counts as unknown (`info`).').prefault(
    '2s',
  ),
  'retry-after': duration('How long a node that refused or stayed silent is avoided.').prefault('500ms'),
});

/** One strategy: its name, or a map with its name, a label and knobs. */
export const strategySchema = z.union(
  [
    z.string({ error: complaint('the name of a strategy') }),
    z.looseObject({
      name: z.string({ error: complaint('the name of a strategy') }).describe('The name of the strategy.'),
      label: text('How tables call it; the name if left out.', 40).optional(),
    }),
  ],
  { error: complaint('the name of a strategy, or { name: …, label: …, <knob>: … }') },
);

/** The parameters of each kind of workload, with its `kind`. */
const workload = z.union(
  Object.values(workloadKinds).map((kind) => {
    if (!(kind.parameters instanceof z.ZodObject))
      throw new TypeError(`the parameters of ${kind.name} are no object`);
    const tag = { kind: z.literal(kind.name).describe('The kind of workload.') };
    return z.strictObject({ ...tag, ...kind.parameters.shape }).describe(kind.summary);
  }) as unknown as [z.ZodObject, ...z.ZodObject[]],
);

const verdictWord = choice(['holds', 'violated', 'unknown'], 'The verdict on this guarantee.');
const expectations = z
  .strictObject(
    Object.fromEntries(guarantees.map((guarantee) => [guarantee, verdictWord.optional()])) as Record<
      Guarantee,
      z.ZodOptional<typeof verdictWord>
    >,
  )
  .describe(
    'What `pacelc replay` must find in virtual time, promised or not: a verdict for some guarantees.',
  );

/** A workload file, field by field. What no single field can tell (names, sums, overlaps) is checked after it. */
export const fileSchema = z.strictObject({
  schemaVersion: z
    .literal(specSchemaVersion, {
      error: complaint(`a version that this pacelc reads: ${specSchemaVersion}`),
    })
    .describe('The version of this format.'),
  name: name('What the run is called, in reports and in the name of its folder.'),
  summary: text('One sentence that says what the experiment shows.', 300),
  seed: z
    .union([text('Any text.', 200), z.number()], { error: complaint('a number or a text') })
    .transform(String)
    .prefault(1)
    .describe('All chance comes from it: the same seed asks the same questions and draws the same delays.'),
  trials: count(1, 1_000, 'How often each strategy runs; every trial has a seed of its own.').default(1),
  topology: topologySchema.describe('Where nodes and clients are, and how long messages take.'),
  workload: workload.describe('What is asked: a `kind` and its parameters.'),
  load: load.describe('How often it is asked.'),
  duration: duration(
    'How long the load lasts; it may be left out where the steps of the rate tell.',
  ).optional(),
  'warm-up': moment('The start of the load that no measure counts.').prefault('20%'),
  settle: duration('How long replicas get to agree after the load.').prefault('10s'),
  clients: clientsSchema.prefault({}).describe('How clients treat nodes that do not answer.'),
  faults: z
    .array(faultSchema, { error: complaint('a list of faults') })
    .default([])
    .describe('What happens to the cluster while the load runs.'),
  strategies: z
    .array(strategySchema, { error: complaint('a list of strategies') })
    .min(1, { error: complaint('a list of at least one strategy') })
    .describe('The strategies that are compared, each by name or with its knobs.'),
  expect: expectations.optional(),
});

export type FileInput = z.output<typeof fileSchema>;
export type StrategyInput = z.output<typeof strategySchema>;
export type LoadInput = z.output<typeof load>;
