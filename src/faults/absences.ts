import type { NodeId } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Topology } from '../topology/topology.ts';
import type { Fault } from './fault.ts';
import { nameOf } from './labels.ts';
import type { Overlap } from './overlaps.ts';
import { edgesOf } from './schedule.ts';
import { standbyOf } from './standby.ts';
import { knownNodesOf } from './targets.ts';

/** Faults that strike a node that is no member then, members that join and others that leave. */
export function absencesStruck(faults: readonly Fault[], topology: Topology): readonly Overlap[] {
  const standby = standbyOf(faults, topology);
  return topology.nodes.flatMap(({ id }) => {
    const concerns = (fault: Fault) =>
      'target' in fault && knownNodesOf(fault, topology)?.includes(id) === true;
    const own = [...faults.keys()].filter((index) => concerns(faults[index]!));
    if (!own.some((index) => changesMembers(faults[index]!))) return [];
    const ownFaults = own.map((index) => faults[index]!);
    return struckWhileAway(ownFaults, topology, id, !standby.includes(id)).map((overlap) => {
      return { ...overlap, earlier: own[overlap.earlier]!, later: own[overlap.later]! };
    });
  });
}

/** Goes through what happens to one node, in its order; `faults` are those that concern it. */
function struckWhileAway(
  faults: readonly Fault[],
  topology: Topology,
  node: NodeId,
  isMemberAtFirst: boolean,
): readonly Overlap[] {
  const name = nameOf(topology, node);
  const overlaps: Overlap[] = [];
  let isMember = isMemberAtFirst;
  let cause = isMember ? -1 : firstJoin(faults);
  let leftAt: Micros | null = null;
  const clash = (later: number, because: string) => {
    if (cause !== later) overlaps.push({ earlier: cause, later, because: `${name} ${because}` });
  };
  for (const edge of edgesOf(faults, topology)) {
    const fault = faults[edge.fault]!;
    const joins = (fault.type === 'join') === (edge.type === 'start');
    if (!changesMembers(fault)) {
      if (!isMember && edge.type === 'start')
        clash(edge.fault, leftAt === null ? 'is no member yet' : 'has already left');
    } else if (joins === isMember) {
      clash(edge.fault, joins ? 'has already joined' : 'has already left');
    } else {
      isMember = joins;
      cause = edge.fault;
      if (!joins) leftAt = edge.at;
    }
  }
  return overlaps;
}

function firstJoin(faults: readonly Fault[]): number {
  const joins = [...faults.keys()].filter((index) => faults[index]!.type === 'join');
  return joins.reduce((first, index) => (faults[index]!.at < faults[first]!.at ? index : first), joins[0]!);
}

function changesMembers({ type }: Fault): boolean {
  return type === 'join' || type === 'leave';
}
