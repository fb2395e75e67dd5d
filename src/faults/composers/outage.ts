import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Fault } from '../fault.ts';
import { apart } from '../shapes.ts';

/** The outage of a region: its power fails, or its links to the world do. */
export interface Outage {
  readonly region: string;
  readonly at: Micros;
  readonly until: Micros | null;
  readonly as: 'crash' | 'partition';
  readonly disk: 'kept' | 'lost';
}

/** What strikes a region as a whole. */
export function regionOutage({ region, at, until, as, disk }: Outage, topology: Topology): Fault {
  const span = { at, until, partOf: 'outage' };
  if (as === 'crash') return { type: 'crash', ...span, target: { type: 'region', region }, disk };
  const all = topology.nodes.map((node) => node.id);
  const inside = topology.nodes.filter((node) => node.region === region).map((node) => node.id);
  return { type: 'partition', ...span, ...apart(inside, all) };
}
