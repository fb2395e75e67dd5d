import type { NodeId } from '../kernel/operation.ts';
import type { Topology } from '../topology/topology.ts';
import type { Fault } from './fault.ts';
import { knownNodesOf } from './targets.ts';

/** The nodes that are no members when the load starts, ascending: those that a schedule first names in a join. */
export function standingBy(faults: readonly Fault[], topology: Topology): readonly NodeId[] {
  const firsts = new Map<NodeId, Fault>();
  for (const fault of faults) {
    if (fault.type !== 'join' && fault.type !== 'leave') continue;
    for (const node of knownNodesOf(fault, topology) ?? []) {
      const known = firsts.get(node);
      if (known === undefined || fault.at < known.at) firsts.set(node, fault);
    }
  }
  return [...firsts.entries()]
    .filter(([, fault]) => fault.type === 'join')
    .map(([node]) => node)
    .sort((a, b) => a - b);
}
