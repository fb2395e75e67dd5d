import type { NodeId } from '../kernel/operation.ts';
import type { Topology } from '../topology/topology.ts';
import type { Fault } from './fault.ts';
import { knownNodesOf } from './targets.ts';

/** The nodes that stand by as a run begins: those of which a schedule first says that they join. */
export function standbyOf(faults: readonly Fault[], topology: Topology): readonly NodeId[] {
  const changes = faults.filter(({ type }) => type === 'join' || type === 'leave');
  const inOrder = [...changes].sort((a, b) => a.at - b.at);
  return topology.nodes
    .map(({ id }) => id)
    .filter((id) => inOrder.find((fault) => knownNodesOf(fault, topology)?.includes(id))?.type === 'join');
}
