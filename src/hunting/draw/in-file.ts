import { formatDuration } from '../../experiment/file/units.ts';
import type { Fault, FaultTarget, LinkChoice, LinkFault, PartitionFault, Place } from '../../faults/fault.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Json, JsonMap } from '../draft.ts';

/** A fault as a workload file says it. */
export function faultInFile(fault: Fault, topology: Topology): JsonMap {
  const { at, until } = fault;
  const span: JsonMap = {
    at: formatDuration(at),
    ...(until === null || until === at ? {} : { for: formatDuration(until - at) }),
  };
  switch (fault.type) {
    case 'crash':
    case 'restart': {
      const disk = fault.disk === 'lost' ? { disk: 'lost' } : {};
      return { [fault.type]: targetInFile(fault.target, topology), ...span, ...disk };
    }
    case 'pause':
    case 'join':
    case 'leave':
      return { [fault.type]: targetInFile(fault.target, topology), ...span };
    case 'partition':
      return { ...partitionInFile(fault, topology), ...span };
    case 'clock-skew': {
      const { skew } = fault;
      const how = skew.type === 'offset' ? { by: signed(skew.by) } : { drift: `${skew.rate * 100}%` };
      return { skew: targetInFile(fault.target, topology), ...how, ...span };
    }
    case 'clock-jump':
      return { jump: targetInFile(fault.target, topology), by: signed(fault.by), ...span };
    case 'slow-disk':
      return { 'slow-disk': targetInFile(fault.target, topology), by: formatDuration(fault.by), ...span };
    case 'unsynced-persist':
      return { unsynced: targetInFile(fault.target, topology), by: formatDuration(fault.window), ...span };
    default:
      return { ...linkFaultInFile(fault, linksInFile(fault.links, topology)), ...span };
  }
}

function targetInFile(target: FaultTarget, topology: Topology): Json {
  switch (target.type) {
    case 'all':
      return 'all';
    case 'role':
      return { role: target.role, ...(target.key === undefined ? {} : { key: target.key }) };
    default:
      return placeInFile(target, topology);
  }
}

function placeInFile(place: Place, { nodes }: Topology): string {
  return place.type === 'region' ? place.region : nodes[place.node]!.name;
}

function partitionInFile({ sides, direction }: PartitionFault, { nodes }: Topology): JsonMap {
  if (direction === 'ring') return { partition: 'majority-ring' };
  const named = sides.map((side) => side.map((node) => nodes[node]!.name));
  // One side alone stands against all the others.
  const all = sides.flat().length === nodes.length && sides.length === 2;
  if (direction === 'one-way') return { partition: named, direction };
  return { partition: all ? [named[0]!.length <= named[1]!.length ? named[0]! : named[1]!] : named };
}

function linksInFile(links: LinkChoice, topology: Topology): string {
  switch (links.type) {
    case 'all':
      return 'all';
    case 'of':
      return placeInFile(links.place, topology);
    case 'between': {
      const word = links.direction === 'both' ? 'and' : 'to';
      return `${placeInFile(links.from, topology)} ${word} ${placeInFile(links.to, topology)}`;
    }
  }
}

/** A slower link by its factor, or else by what is added. */
function linkFaultInFile({ type, degradation }: LinkFault, links: string): JsonMap {
  const of = links === 'all' ? {} : { of: links };
  const { slowBy, addDelay = 0, loss = 0, duplicate = 0, reorder } = degradation;
  switch (type) {
    case 'slow-link':
      return { slow: links, by: slowBy === undefined ? formatDuration(addDelay) : `${slowBy}x` };
    case 'loss':
      return { lose: percentage(loss), ...of };
    case 'duplication':
      return { duplicate: percentage(duplicate), ...of };
    case 'reordering':
      return {
        reorder: percentage(reorder?.chance ?? 0),
        by: formatDuration(reorder?.upTo ?? 0),
        ...of,
      };
  }
}

function percentage(part: number): string {
  return `${Math.round(part * 10_000) / 100}%`;
}

function signed(by: Micros): string {
  return by < 0 ? `-${formatDuration(-by)}` : formatDuration(by);
}
