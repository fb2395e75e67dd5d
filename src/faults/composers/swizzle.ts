import type { NodeId } from '../../kernel/operation.ts';
import type { Random } from '../../kernel/random.ts';
import type { Micros } from '../../kernel/time.ts';
import type { PartitionFault } from '../fault.ts';
import { apart } from '../shapes.ts';

/** FoundationDB's "swizzle-clogging", which its authors found to uncover rare bugs like no other fault. */
export interface Swizzle {
  /** Whom to cut off, of all nodes. */
  readonly nodes: readonly NodeId[];
  readonly all: readonly NodeId[];
  readonly at: Micros;
  /** When the last one is healed; after the start by more than twice the time that it takes to cut them all off. */
  readonly until: Micros;
  /** From one cut to the next, and from one healing to the next. */
  readonly every: Micros;
}

/** Nodes are cut off from everyone else one by one, in random order, and healed one by one in another. */
export function swizzle(
  { nodes, all, at, until, every }: Swizzle,
  random: Random,
): readonly PartitionFault[] {
  const cutOrder = random.shuffled(nodes);
  const healOrder = random.shuffled(nodes);
  return cutOrder.map((node, place) => ({
    type: 'partition',
    at: at + place * every,
    until: until - (nodes.length - 1 - healOrder.indexOf(node)) * every,
    ...apart([node], all),
    partOf: 'swizzle',
  }));
}

/** A swizzle of so many nodes lasts longer than this: all are cut off for a moment. */
export function shortestSwizzle(nodes: number, every: Micros): Micros {
  return 2 * (nodes - 1) * every;
}
