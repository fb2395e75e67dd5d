import type { Fault, FaultTarget, LinkChoice, LinkFault, Place } from '../../faults/fault.ts';
import { nameOf } from '../../faults/labels.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import { formatDuration } from './units.ts';

/** A fault as a file says it: the words of one entry under `faults`. */
export type FaultSentence = Readonly<Record<string, Words>>;
type Words = string | readonly (readonly string[])[] | Readonly<Record<string, string>>;

/** The sentence that a plain fault is read from. That it came from a composer is forgotten. */
export function faultSentence(fault: Fault, topology: Topology): FaultSentence {
  const at = { at: formatDuration(fault.at) };
  if (fault.type === 'restart') {
    return { restart: targetWords(fault.target, topology), ...at, ...diskWords(fault) };
  }
  const until = fault.until === null ? {} : { until: formatDuration(fault.until) };
  return { ...whatHappens(fault, topology), ...at, ...until };
}

function whatHappens(fault: Exclude<Fault, { type: 'restart' }>, topology: Topology): FaultSentence {
  switch (fault.type) {
    case 'partition': {
      const sides = fault.sides.map((side) => side.map((node) => nameOf(topology, node)));
      return { partition: sides, ...(fault.direction === 'both' ? {} : { direction: fault.direction }) };
    }
    case 'slow-link':
    case 'loss':
    case 'duplication':
    case 'reordering':
      return onLinks(fault, linkWords(fault.links, topology));
    default:
      return onNodes(fault, targetWords(fault.target, topology));
  }
}

function onLinks({ type, degradation }: LinkFault, links: string): FaultSentence {
  const { slowBy, addDelay = 0, loss = 0, duplicate = 0, reorder } = degradation;
  switch (type) {
    case 'slow-link':
      return { slow: links, by: slowBy === undefined ? formatDuration(addDelay) : `${slowBy}x` };
    case 'loss':
      return { lose: percentage(loss), of: links };
    case 'duplication':
      return { duplicate: percentage(duplicate), of: links };
    case 'reordering':
      return {
        reorder: percentage(reorder?.chance ?? 0),
        by: formatDuration(reorder?.upTo ?? 0),
        of: links,
      };
  }
}

type NodeFault = Exclude<Fault, { type: 'restart' | 'partition' } | LinkFault>;

function onNodes(fault: NodeFault, target: Words): FaultSentence {
  switch (fault.type) {
    case 'crash':
      return { crash: target, ...diskWords(fault) };
    case 'pause':
    case 'join':
    case 'leave':
      return { [fault.type]: target };
    case 'clock-skew':
      return fault.skew.type === 'offset'
        ? { skew: target, by: signed(fault.skew.by) }
        : { skew: target, drift: percentage(fault.skew.rate) };
    case 'clock-jump':
      return { jump: target, by: signed(fault.by) };
    case 'slow-disk':
      return { 'slow-disk': target, by: formatDuration(fault.by) };
    case 'unsynced-persist':
      return { unsynced: target, by: formatDuration(fault.window) };
  }
}

function diskWords({ disk }: { readonly disk: 'kept' | 'lost' }): FaultSentence {
  return disk === 'lost' ? { disk } : {};
}

function targetWords(target: FaultTarget, topology: Topology): Words {
  switch (target.type) {
    case 'all':
      return 'all';
    case 'role':
      return target.key === undefined ? { role: target.role } : { role: target.role, key: target.key };
    default:
      return placeWord(target, topology);
  }
}

function linkWords(links: LinkChoice, topology: Topology): string {
  switch (links.type) {
    case 'all':
      return 'all';
    case 'of':
      return placeWord(links.place, topology);
    case 'between': {
      const word = links.direction === 'both' ? 'and' : 'to';
      return `${placeWord(links.from, topology)} ${word} ${placeWord(links.to, topology)}`;
    }
  }
}

function placeWord(place: Place, topology: Topology): string {
  return place.type === 'node' ? nameOf(topology, place.node) : place.region;
}

function percentage(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}

function signed(by: Micros): string {
  return `${by < 0 ? '-' : ''}${formatDuration(Math.abs(by))}`;
}
