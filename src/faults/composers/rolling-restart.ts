import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { CrashFault } from '../fault.ts';

/** A rolling restart, as an upgrade of a cluster does it. */
export interface RollingRestart {
  /** In the order in which they go down. */
  readonly nodes: readonly NodeId[];
  readonly at: Micros;
  /** How long each node is down. */
  readonly down: Micros;
  /** From one node's going down to the next one's; at least `down`, so that one at a time is away. */
  readonly every: Micros;
  readonly disk: 'kept' | 'lost';
}

/** One crash for each node, one after the other. */
export function rollingRestart({ nodes, at, down, every, disk }: RollingRestart): readonly CrashFault[] {
  return nodes.map((node, place) => {
    const start = at + place * every;
    return {
      type: 'crash',
      target: { type: 'node', node },
      at: start,
      until: start + down,
      disk,
      partOf: 'rolling restart',
    };
  });
}
