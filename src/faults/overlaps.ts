import type { NodeId } from '../kernel/operation.ts';
import type { Topology } from '../topology/topology.ts';
import { absencesStruck } from './absences.ts';
import { type Cut, cutsOf, type Fault, type PartitionFault } from './fault.ts';
import { nameOf } from './labels.ts';
import { knownNodesOf } from './targets.ts';

/** Two faults that cannot both be in force, and why. */
export interface Overlap {
  /** The indices of both faults, the one that starts later second. */
  readonly earlier: number;
  readonly later: number;
  /** For people: `america-1 is already crashed`. */
  readonly because: string;
}

/**
 * Faults that strike what another has already struck. A dead node cannot crash, pause or leave, a paused one cannot
 * pause, and a node has one clock and one disk; a partition that finds every link cut already would do nothing. What
 * strikes different things composes: a pause in a partition, two partitions of which each cuts links of its own, two
 * degradations of one link. Whom a role will be is not known here, so such a fault is left to the moment of its strike.
 */
export function overlapsOf(faults: readonly Fault[], topology: Topology): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  const order = faults.map((_, index) => index).sort((a, b) => faults[a]!.at - faults[b]!.at || a - b);
  order.forEach((later, position) => {
    for (const earlier of order.slice(0, position)) {
      const because = clashOf(faults[earlier]!, faults[later]!, topology);
      if (because !== null) overlaps.push({ earlier, later, because });
    }
  });
  return [...overlaps, ...absencesStruck(faults, topology)];
}

/** Whether a fault cannot be in force together with these others, of which none overlaps another. */
export function overlapsAny(fault: Fault, others: readonly Fault[], topology: Topology): boolean {
  const isStruck = others.some((other) => {
    const [earlier, later] = other.at <= fault.at ? [other, fault] : [fault, other];
    return clashOf(earlier, later, topology) !== null;
  });
  return isStruck || absencesStruck([...others, fault], topology).length > 0;
}

/** What of a node a fault strikes: two that strike the same cannot both be in force. Null: not a node but links. */
function struckPart(fault: Fault): 'process' | 'skew' | 'jump' | 'disk' | 'sync' | null {
  switch (fault.type) {
    case 'crash':
    case 'restart':
    case 'pause':
    case 'join':
    case 'leave':
      return 'process';
    case 'clock-skew':
      return 'skew';
    case 'clock-jump':
      return 'jump';
    case 'slow-disk':
      return 'disk';
    case 'unsynced-persist':
      return 'sync';
    default:
      return null;
  }
}

/** Why the later of two faults cannot be in force together with the earlier one; null where it can. */
function clashOf(earlier: Fault, later: Fault, topology: Topology): string | null {
  if (!isInForce(earlier, later)) return null;
  if (earlier.type === 'partition' && later.type === 'partition') {
    return clashOfCuts(earlier, later, topology);
  }
  const part = struckPart(later);
  if (part === null || part !== struckPart(earlier)) return null;
  // Who is a member then depends on all that came before.
  if (earlier.type === 'join' || earlier.type === 'leave') return null;
  const struck = knownNodesOf(earlier, topology);
  const node = knownNodesOf(later, topology)?.find((candidate) => struck?.includes(candidate));
  return node === undefined ? null : `${nameOf(topology, node)} ${stateUnder(earlier)}`;
}

/** A fault without a length is in force at its instant. */
function isInForce(earlier: Fault, later: Fault): boolean {
  if (earlier.until === null || earlier.until > later.at) return true;
  return earlier.until === later.at && earlier.at === later.at;
}

function stateUnder(fault: Fault): string {
  switch (fault.type) {
    case 'crash':
      return 'is already crashed';
    case 'pause':
      return 'is already paused';
    case 'clock-skew':
      return 'has a skewed clock already';
    case 'clock-jump':
      return 'has a clock that was set already';
    case 'slow-disk':
      return 'has a slow disk already';
    case 'unsynced-persist':
      return 'has an unsynced disk already';
    default:
      return 'restarts at this instant already';
  }
}

/** A link may be cut by several; it is open again when none of them cuts it. But each must cut something. */
function clashOfCuts(earlier: PartitionFault, later: PartitionFault, topology: Topology): string | null {
  const before = new Set(cutsOf(earlier).map(linkKey));
  const cuts = cutsOf(later);
  const [first] = cuts;
  if (first === undefined || !cuts.every((cut) => before.has(linkKey(cut)))) return null;
  return `${linkName(first, topology)} is already cut`;
}

function linkKey([from, to]: Cut): string {
  return `${from} ${to}`;
}

function linkName([from, to]: readonly [NodeId, NodeId], topology: Topology): string {
  return `the link from ${nameOf(topology, from)} to ${nameOf(topology, to)}`;
}
