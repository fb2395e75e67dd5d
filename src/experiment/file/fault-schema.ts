import { z } from 'zod';
import { randomKinds } from '../../faults/draws.ts';
import { complaint, count, share } from '../../workloads/fields.ts';
import { driftRate, lengths, often, signedDuration, slowness } from './fault-fields.ts';
import { choice, duration, moment, text } from './fields.ts';

const target = z
  .union(
    [
      z.string({ error: complaint('the name of a node or a region, or all') }),
      z.strictObject({
        region: z.string({ error: complaint('the name of a region') }).describe('Every node of a region.'),
      }),
      z.strictObject({
        role: text('Whoever plays this role at the moment of the strike, such as `holder`.', 50),
        key: text('The key for which it plays the role, where the role is one key’s.', 500).optional(),
      }),
    ],
    { error: complaint('the name of a node or a region, all, { region: … } or { role: … }') },
  )
  .meta({
    id: 'target',
    description: 'Whom a fault strikes: a node or a region by name, `all`, or whoever plays a role.',
  });

const at = { at: moment('When it strikes, counted from the start of the load.') };
const span = {
  ...at,
  for: moment('How long it lasts; to the end of the load if left out.').optional(),
  until: moment('When it ends, in place of `for`.').optional(),
};

const links = text(
  'Which links, clients’ too: `all`, those of one place (`asia`), between two (`asia and europe`), or one way (`asia to europe`).',
  200,
);
const of = { of: links.prefault('all') };
const disk = { disk: choice(['kept', 'lost'], 'Whether what it persisted survives.').default('kept') };
const nodesOrPlaces = z.array(z.string({ error: complaint('the name of a node or a region') }), {
  error: complaint('a list of nodes and regions'),
});

const onProcesses = [
  z.strictObject({
    crash: target.describe('The process dies and loses what it did not persist; at the end it boots again.'),
    ...span,
    ...disk,
  }),
  z.strictObject({
    restart: target.describe('The process dies and boots again at once.'),
    ...at,
    ...disk,
  }),
  z.strictObject({
    pause: target.describe('The process stops for a while and then goes on, unaware.'),
    ...span,
  }),
  z.strictObject({
    join: target.describe(
      'The node becomes a member; before the first join of a file it stands by. It leaves at the end, if there is one.',
    ),
    ...span,
  }),
  z.strictObject({
    leave: target.describe('The member leaves for good, or joins again at the end, if there is one.'),
    ...span,
  }),
] as const;

const onLinks = [
  z.strictObject({
    partition: z
      .union(
        [
          z.string(),
          z
            .array(nodesOrPlaces.min(1, { error: complaint('a list of at least one node or region') }), {
              error: complaint('a list of sides, such as [[asia], [america, europe]]'),
            })
            .min(1, { error: complaint('a list of at least one side') }),
        ],
        {
          error: complaint(
            'one of halves, majority-ring, bridge, a place such as asia-1, two such as asia and europe, or a list of sides',
          ),
        },
      )
      .describe(
        'Messages between sides are lost: `halves`, a `majority-ring`, a `bridge`; a place against the rest (`asia-1`); two places (`asia and europe`), or one way (`asia to europe`); or sides in lists, of which one alone is cut off from all others.',
      ),
    ...span,
    direction: choice(
      ['both', 'one-way', 'ring'],
      'Whether mail between sides is lost in both directions, only from the first side to the second, or but for neighbours of a circle in which the sides stand, so many that each sees a majority.',
    ).default('both'),
    over: text('The node that a `bridge` leads over; the one in the middle if left out.', 60).optional(),
  }),
  z.strictObject({
    slow: links.describe(
      'Messages on these links take longer; `all`, `asia`, `asia and europe` or `asia to europe`.',
    ),
    by: slowness('So many times as long (`10x`), or so much longer (`200ms`).'),
    ...span,
  }),
  z.strictObject({ lose: share('The share of messages that never arrive.'), ...of, ...span }),
  z.strictObject({ duplicate: share('The share of messages that arrive twice.'), ...of, ...span }),
  z.strictObject({
    reorder: share('The share of messages that are held back, so that others overtake them.'),
    by: duration('At most so long.'),
    ...of,
    ...span,
  }),
] as const;

const onMachines = [
  z.strictObject({
    skew: target.describe(
      'The wall clock drifts off, without ever running backwards, and back again at the end.',
    ),
    by: signedDuration('How far; it gains at double speed and loses at half speed.').optional(),
    drift: driftRate('How fast, in place of `by`: with 1% it gains 10 ms in each second.').optional(),
    ...span,
  }),
  z.strictObject({
    jump: target.describe('The wall clock is set forward or back at once, and the other way at the end.'),
    by: signedDuration('How far.'),
    ...span,
  }),
  z.strictObject({
    'slow-disk': target.describe(
      'What is persisted takes longer to be durable; mail and replies that may tell of it wait.',
    ),
    by: duration('How long a batch of writes takes.'),
    ...span,
  }),
  z.strictObject({
    unsynced: target.describe('A crash loses also what was persisted last, though the node has told of it.'),
    by: duration('What was persisted within so long before the crash.'),
    ...span,
  }),
] as const;

const kindsOfRandom = z
  .strictObject(
    Object.fromEntries(
      randomKinds.map((kind) => [
        kind,
        often('How often: a rate (`6/m`), or a chance in each window (`20%`).').optional(),
      ]),
    ) as Record<(typeof randomKinds)[number], z.ZodOptional<ReturnType<typeof often>>>,
  )
  .describe('Faults drawn from the seed: what may happen, and how often.');

const composed = [
  z.strictObject({
    'rolling-restart': target.describe('Nodes crash and come back one after the other, as in an upgrade.'),
    down: duration('How long each is down.'),
    every: duration('From one node’s going down to the next one’s.'),
    ...at,
    ...disk,
  }),
  z.strictObject({
    outage: text('A whole region goes down, or is cut off from the world.', 60),
    as: choice(['crash', 'partition'], 'Whether its power fails, or its links.').default('crash'),
    ...disk,
    ...span,
  }),
  z.strictObject({
    flap: links.describe('Links go down and come up again, over and over: `asia and europe`, say.'),
    down: duration('How long they are down each time.'),
    up: duration('How long they are up in between.'),
    ...span,
  }),
  z.strictObject({
    swizzle: z
      .union(
        [z.string(), nodesOrPlaces.min(1, { error: complaint('a list of at least one node or region') })],
        {
          error: complaint('all, a place such as asia, or a list of them'),
        },
      )
      .describe(
        'Nodes are cut off one by one, in random order, and healed one by one in another: `all`, a place, or a list of them.',
      ),
    every: duration('From one cut to the next, and from one healing to the next.'),
    ...span,
  }),
  z.strictObject({
    random: kindsOfRandom,
    every: duration('The window of time that chances such as `20%` are for.').optional(),
    lasting: lengths('How long each lasts: `500ms`, or anything from one to another (`200ms to 2s`).'),
    'at-most': count(
      0,
      10_000,
      'So many nodes at once may be crashed, paused, gone or cut off; a minority of all if left out.',
    ).optional(),
    ...span,
    at: moment('When it begins, counted from the start of the load.').prefault('0%'),
  }),
] as const;

/** One fault, as a sentence: what happens to whom, when, and how long. */
export const faultSchema = z.union([...onProcesses, ...onLinks, ...onMachines, ...composed], {
  error: complaint(
    'a fault: what happens (one of crash, restart, pause, join, leave, partition, slow, lose, duplicate, reorder, skew, jump, slow-disk, unsynced, rolling-restart, outage, flap, swizzle, random), `at` when, and `for` how long, such as { crash: asia-1, at: 4s, for: 3s }',
  ),
});

export type FaultInput = z.output<typeof faultSchema>;
export type TargetInput = z.output<typeof target>;
