import { type FaultAction, nodesOf } from '../../faults/fault.ts';
import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { WallClock } from '../wall-clock.ts';
import type { Network } from './network.ts';
import type { SimNode } from './node.ts';

/** What faults can strike beside processes and members. */
export interface Afflicted {
  readonly network: Network;
  readonly nodes: readonly SimNode[];
  /** By node. */
  readonly clocks: readonly WallClock[];
}

/** Carries out what a fault does to links, clocks and disks, and says which nodes it concerned. */
export function afflict(
  action: FaultAction,
  { network, nodes, clocks }: Afflicted,
  now: Micros,
): readonly NodeId[] {
  const struck = nodesOf(action, nodes.length);
  switch (action.type) {
    case 'cut':
      network.cut(action.cuts);
      break;
    case 'heal':
      network.heal(action.cuts);
      break;
    case 'degrade':
      network.degrade(action.links, action.degradation);
      break;
    case 'restore':
      network.restore(action.links, action.degradation);
      break;
    case 'skew':
      for (const id of struck) clocks[id]!.skew(now, action.skew);
      break;
    case 'unskew':
      for (const id of struck) clocks[id]!.unskew(now);
      break;
    case 'jump':
      for (const id of struck) clocks[id]!.jump(action.by);
      break;
    case 'sync-takes':
      for (const id of struck) nodes[id]!.disk.takes(action.delay);
      break;
    case 'sync-lags':
      for (const id of struck) nodes[id]!.disk.lags(action.window, now);
      break;
    default:
      throw new Error(`"${action.type}" strikes no link, clock or disk`);
  }
  return struck;
}
