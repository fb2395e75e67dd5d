import { flapping } from '../../faults/composers/flapping.ts';
import { regionOutage } from '../../faults/composers/outage.ts';
import { rollingRestart } from '../../faults/composers/rolling-restart.ts';
import { shortestSwizzle, swizzle } from '../../faults/composers/swizzle.ts';
import type { RandomKind } from '../../faults/draws.ts';
import type { Fault } from '../../faults/fault.ts';
import { type Frequency, minorityOf, type RandomPlan, randomFaults } from '../../faults/random.ts';
import type { NodeId } from '../../kernel/operation.ts';
import { randomStream } from '../../kernel/random.ts';
import { type Micros, microsPerSecond } from '../../kernel/time.ts';
import type { Often } from './fault-fields.ts';
import { resolvePlaces } from './fault-partition.ts';
import { type FaultContext, nodesNamed, resolveNodes, resolveRegion } from './fault-places.ts';
import type { FaultInput } from './fault-schema.ts';
import { pastTheEnd, resolveSpan } from './fault-span.ts';
import type { Path } from './mistakes.ts';
import { formatDuration } from './units.ts';

type Composer<Key extends string> = Extract<FaultInput, Readonly<Record<Key, unknown>>>;
type Faults = readonly Fault[] | undefined;

/** More faults than this from one line are a slip of a unit. */
const mostFaults = 10_000;

/** Nodes go down one after the other. */
export function resolveRolling(
  input: Composer<'rolling-restart'>,
  path: Path,
  context: FaultContext,
): Faults {
  const nodes = resolveNodes(input['rolling-restart'], [...path, 'rolling-restart'], context);
  const span = resolveSpan(input, path, context);
  const { down, every, disk } = input;
  const { duration, mistakes } = context;
  if (every < down) {
    const lengths = `${formatDuration(every)}, less than the ${formatDuration(down)} that each is down`;
    mistakes.at([...path, 'every'], `${lengths}: two nodes would be down at once`);
    return undefined;
  }
  if (nodes === undefined || span === undefined) return undefined;
  const faults = rollingRestart({ nodes, at: span.at, down, every, disk });
  const end = faults.at(-1)?.until ?? 0;
  if (end <= duration) return faults;
  const last = `the last of ${nodes.length} nodes would be back at ${formatDuration(end)}`;
  mistakes.at([...path, 'every'], `${last}, ${pastTheEnd(duration)}`);
  return undefined;
}

/** A region goes down as a whole. */
export function resolveOutage(input: Composer<'outage'>, path: Path, context: FaultContext): Faults {
  const where = [...path, 'outage'];
  const region = resolveRegion(input.outage, where, context);
  const span = resolveSpan(input, path, context);
  if (region === undefined || span === undefined) return undefined;
  const { as, disk } = input;
  if (as === 'partition' && context.topology.nodes.every((node) => node.region === region)) {
    context.mistakes.at(where, `every node is in "${region}", so nobody is cut off`);
    return undefined;
  }
  return [regionOutage({ region, ...span, as, disk }, context.topology)];
}

/** Links go down and come up again. */
export function resolveFlapping(input: Composer<'flap'>, path: Path, context: FaultContext): Faults {
  const shape = resolvePlaces(input.flap, [...path, 'flap'], context);
  const span = resolveSpan(input, path, context);
  if (shape === undefined || span === undefined) return undefined;
  const { down, up } = input;
  const until = span.until ?? context.duration;
  const times = Math.ceil((until - span.at) / (down + up));
  if (times > mostFaults) {
    context.mistakes.at(
      [...path, 'flap'],
      `it would go down ${times} times; at most ${mostFaults} are allowed`,
    );
    return undefined;
  }
  return flapping({ shape, at: span.at, until, down, up });
}

/** Nodes are cut off in one random order and healed in another. */
export function resolveSwizzle(input: Composer<'swizzle'>, path: Path, context: FaultContext): Faults {
  const { topology, duration, mistakes, seed } = context;
  const nodes = swizzled(input.swizzle, [...path, 'swizzle'], context);
  const span = resolveSpan(input, path, context);
  if (nodes === undefined || span === undefined) return undefined;
  const all = topology.nodes.map((node) => node.id);
  if (all.length === 1) {
    mistakes.at([...path, 'swizzle'], 'there is one node and so no link between nodes to cut');
    return undefined;
  }
  const until = span.until ?? duration;
  const shortest = shortestSwizzle(nodes.length, input.every);
  if (until - span.at <= shortest) {
    const needed = `${nodes.length} nodes, cut off and healed every ${formatDuration(input.every)}, take more than ${formatDuration(shortest)}`;
    mistakes.at([...path, 'every'], `${needed}; this swizzle lasts ${formatDuration(until - span.at)}`);
    return undefined;
  }
  const random = randomStream(seed, `faults/${String(path.at(-1))}/swizzle`);
  return swizzle({ nodes, all, at: span.at, until, every: input.every }, random);
}

function swizzled(
  input: string | readonly string[],
  path: Path,
  context: FaultContext,
): readonly NodeId[] | undefined {
  if (input === 'all') return context.topology.nodes.map((node) => node.id);
  const isList = typeof input !== 'string';
  const found = (isList ? input : [input]).map((name, place) =>
    nodesNamed(name, isList ? [...path, place] : path, context),
  );
  if (found.some((nodes) => nodes.length === 0)) return undefined;
  return [...new Set(found.flat())];
}

/** Faults from a seed, clear of the `others` of the file. */
export function resolveRandom(
  input: Composer<'random'>,
  path: Path,
  context: FaultContext,
  others: readonly Fault[],
): Faults {
  const { topology, duration, mistakes, seed } = context;
  const span = resolveSpan(input, path, context);
  const kinds = frequencies(input, path, context);
  const nodes = topology.nodes.length;
  const atMost = input['at-most'] ?? minorityOf(topology);
  if (atMost > nodes) mistakes.at([...path, 'at-most'], `there are ${nodes} nodes, not ${atMost}`);
  if (span === undefined || kinds === undefined) return undefined;
  const until = span.until ?? duration;
  const plan: RandomPlan = { kinds, at: span.at, until, lasting: input.lasting, atMost };
  const expected = expectedCount(plan);
  if (expected > mostFaults) {
    const message = `about ${Math.round(expected)} faults would be drawn; at most ${mostFaults} are allowed`;
    mistakes.at([...path, 'random'], message);
    return undefined;
  }
  return randomFaults(plan, topology, `${seed}/faults/${String(path.at(-1))}`, others);
}

function frequencies(
  { random, every }: Composer<'random'>,
  path: Path,
  { mistakes }: FaultContext,
): Partial<Record<RandomKind, Frequency>> | undefined {
  const given = Object.entries(random).filter(
    (entry): entry is [RandomKind, Often] => entry[1] !== undefined,
  );
  const chances = given.filter(([, { type }]) => type === 'chance');
  if (given.length === 0)
    mistakes.at([...path, 'random'], 'nothing can happen; give at least one fault a rate');
  if (chances.length > 0 && every === undefined) {
    const [kind] = chances[0]!;
    const hint = 'give `every`, such as every: 1s, or a rate such as 6/m';
    mistakes.at([...path, 'random', kind], `a chance in each window, but no window; ${hint}`);
    return undefined;
  }
  if (chances.length === 0 && every !== undefined) {
    mistakes.at([...path, 'every'], 'a window, but no chance such as 20% in it: rates need none', 'key');
    return undefined;
  }
  return Object.fromEntries(given.map(([kind, often]) => [kind, frequencyOf(often, every ?? 0)]));
}

function frequencyOf(often: Often, window: Micros): Frequency {
  return often.type === 'rate' ? often : { ...often, window };
}

function expectedCount({ kinds, at, until }: RandomPlan): number {
  const lasts = until - at;
  return Object.values(kinds).reduce((sum, frequency) => {
    if (frequency.type === 'rate') return sum + (frequency.perSecond * lasts) / microsPerSecond;
    return sum + lasts / frequency.window;
  }, 0);
}
