import type { NodeId } from '../kernel/operation.ts';
import type { Random } from '../kernel/random.ts';
import { type Micros, milliseconds, seconds } from '../kernel/time.ts';
import type { LinkDegradation } from '../topology/link.ts';
import type { Topology } from '../topology/topology.ts';
import type { Fault, FaultTarget, LinkChoice, LinkFault, Place } from './fault.ts';
import { apart, fewestNodes, type Shape, shapeNamed, shapeNames } from './shapes.ts';

/** What a random schedule may hold, by the words of workload files. */
export const randomKinds = [
  'crash',
  'disk-loss',
  'restart',
  'pause',
  'partition',
  'slow',
  'lose',
  'duplicate',
  'reorder',
  'skew',
  'jump',
  'slow-disk',
  'unsynced',
  'leave',
] as const;
export type RandomKind = (typeof randomKinds)[number];

/** One fault that may happen: the first of these that fits in with what else happens then. */
export interface Drawn {
  readonly choices: readonly Fault[];
}

interface Span {
  readonly at: Micros;
  readonly until: Micros;
  readonly partOf: string;
}

/** How bad a drawn fault is; each choice is as likely as the others. */
const slowdowns = [2, 5, 10, 30];
const losses = [0.01, 0.05, 0.2, 0.5];
const duplications = [0.01, 0.1, 0.5];
const reorderings = [0.1, 0.5];
const overtakings: readonly Micros[] = [milliseconds(5), milliseconds(50), milliseconds(200)];
const skews: readonly Micros[] = [milliseconds(10), milliseconds(100), seconds(1)];
const jumps: readonly Micros[] = [milliseconds(1), milliseconds(50), milliseconds(500), seconds(10)];
const syncs: readonly Micros[] = [milliseconds(2), milliseconds(20), milliseconds(100)];
const unsyncedWindows: readonly Micros[] = [milliseconds(10), milliseconds(100), seconds(1)];

/** Draws what a kind of fault does, and to whom, in order of preference. */
export function drawFault(kind: RandomKind, span: Span, topology: Topology, random: Random): Drawn {
  switch (kind) {
    case 'partition':
      return drawPartition(span, topology, random);
    case 'slow':
      return onLinks('slow-link', { slowBy: random.pick(slowdowns) }, span, topology, random);
    case 'lose':
      return onLinks('loss', { loss: random.pick(losses) }, span, topology, random);
    case 'duplicate':
      return onLinks('duplication', { duplicate: random.pick(duplications) }, span, topology, random);
    case 'reorder': {
      const reorder = { chance: random.pick(reorderings), upTo: random.pick(overtakings) };
      return onLinks('reordering', { reorder }, span, topology, random);
    }
    default: {
      const strike = strikeOf(kind, span, random);
      const nodes = random.shuffled(topology.nodes.map((node) => node.id));
      return { choices: nodes.map((node) => strike({ type: 'node', node })) };
    }
  }
}

type NodeKind = Exclude<RandomKind, 'partition' | 'slow' | 'lose' | 'duplicate' | 'reorder'>;

function strikeOf(kind: NodeKind, span: Span, random: Random): (target: FaultTarget) => Fault {
  switch (kind) {
    case 'crash':
      return (target) => ({ type: 'crash', ...span, target, disk: 'kept' });
    case 'disk-loss':
      return (target) => ({ type: 'crash', ...span, target, disk: 'lost' });
    case 'restart':
      return (target) => ({ type: 'restart', ...span, until: span.at, target, disk: 'kept' });
    case 'pause':
      return (target) => ({ type: 'pause', ...span, target });
    case 'leave':
      return (target) => ({ type: 'leave', ...span, target });
    case 'skew': {
      const by = signed(random.pick(skews), random);
      return (target) => ({ type: 'clock-skew', ...span, target, skew: { type: 'offset', by } });
    }
    case 'jump': {
      const by = signed(random.pick(jumps), random);
      return (target) => ({ type: 'clock-jump', ...span, target, by });
    }
    case 'slow-disk': {
      const by = random.pick(syncs);
      return (target) => ({ type: 'slow-disk', ...span, target, by });
    }
    case 'unsynced': {
      const window = random.pick(unsyncedWindows);
      return (target) => ({ type: 'unsynced-persist', ...span, target, window });
    }
  }
}

function signed(by: Micros, random: Random): Micros {
  return random.chance(0.5) ? by : -by;
}

/** A named shape, one node alone, or one that is heard no more, over nodes in random order. */
function drawPartition(span: Span, { nodes }: Topology, random: Random): Drawn {
  const order = random.shuffled(nodes.map((node) => node.id));
  const named = shapeNames.filter((name) => fewestNodes[name] <= order.length);
  const shape = random.pick([...named, 'one node', 'one node, one-way'] as const);
  if (order.length < 2) return { choices: [] };
  return { choices: shapesOf(shape, order).map((each) => ({ type: 'partition', ...span, ...each })) };
}

function shapesOf(
  name: (typeof shapeNames)[number] | 'one node' | 'one node, one-way',
  order: readonly NodeId[],
): readonly Shape[] {
  switch (name) {
    case 'one node':
      return order.map((node) => apart([node], order));
    case 'one node, one-way':
      return order.map((node) => apart([node], order, 'one-way'));
    default:
      return [shapeNamed(name, order)];
  }
}

function onLinks(
  type: LinkFault['type'],
  degradation: LinkDegradation,
  span: Span,
  topology: Topology,
  random: Random,
): Drawn {
  return { choices: [{ type, ...span, links: drawLinks(topology, random), degradation }] };
}

function drawLinks({ nodes, regions }: Topology, random: Random): LinkChoice {
  const places: Place[] = [
    ...nodes.map((node): Place => ({ type: 'node', node: node.id })),
    ...(regions.length > 1 ? regions.map((region): Place => ({ type: 'region', region })) : []),
  ];
  const [from, to] = random.shuffled(places.filter(({ type }) => type === 'node'));
  const direction = random.chance(0.5) ? 'both' : 'one-way';
  const place = random.pick(places);
  const choices: LinkChoice[] = [{ type: 'all' }, { type: 'of', place }];
  if (from !== undefined && to !== undefined) choices.push({ type: 'between', from, to, direction });
  return random.pick(choices);
}
