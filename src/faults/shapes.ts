import type { NodeId } from '../kernel/operation.ts';
import type { PartitionFault } from './fault.ts';

/** How a partition parts nodes. */
export type Shape = Pick<PartitionFault, 'sides' | 'direction'>;

/** Partitions with a name that need nothing but a list of nodes; `bridge` and `majority-ring` are Jepsen's. */
export const shapeNames = ['halves', 'majority-ring', 'bridge'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** How many nodes each needs, to part any two of them. */
export const fewestNodes: Readonly<Record<ShapeName, number>> = { halves: 2, 'majority-ring': 4, bridge: 3 };

/** A named shape over these nodes, in their order. */
export function shapeNamed(name: ShapeName, nodes: readonly NodeId[]): Shape {
  switch (name) {
    case 'halves':
      return halves(nodes);
    case 'majority-ring':
      return majorityRing(nodes);
    case 'bridge':
      return bridge(nodes, nodes[Math.floor(nodes.length / 2)]!);
  }
}

/** The first half against the rest, which is the majority where the number is odd. */
export function halves(nodes: readonly NodeId[]): Shape {
  const half = Math.floor(nodes.length / 2);
  return { sides: [nodes.slice(0, half), nodes.slice(half)], direction: 'both' };
}

/** Each node sees a majority, but no two of them the same one: in a circle, each keeps its nearest neighbours. */
export function majorityRing(nodes: readonly NodeId[]): Shape {
  return { sides: nodes.map((node) => [node]), direction: 'ring' };
}

/** Two halves that hear each other through one node alone, which hears both. */
export function bridge(nodes: readonly NodeId[], over: NodeId): Shape {
  return halves(nodes.filter((node) => node !== over));
}

/** Some nodes against all the others. */
export function apart(
  nodes: readonly NodeId[],
  all: readonly NodeId[],
  direction: 'both' | 'one-way' = 'both',
): Shape {
  return { sides: [nodes, all.filter((node) => !nodes.includes(node))], direction };
}
