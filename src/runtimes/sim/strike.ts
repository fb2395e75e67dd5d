import type { FaultAction, ProcessAction } from '../../faults/fault.ts';
import type { NodeId } from '../../kernel/operation.ts';
import type { Boot } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Afflicted, afflict } from './afflict.ts';
import type { Members } from './members.ts';
import type { SimNode } from './node.ts';

/** Whom faults can strike, and what lets processes begin, end and go on. */
export interface Stricken extends Afflicted {
  readonly members: Members;
  boot(node: SimNode, boot: Boot): void;
  end(node: SimNode): void;
  resume(node: SimNode): void;
}

/** Carries out a step of a fault schedule and says which nodes it concerned. */
export function strike(action: FaultAction, stricken: Stricken, now: Micros): readonly NodeId[] {
  switch (action.type) {
    case 'crash':
    case 'restart':
    case 'pause':
    case 'resume':
      for (const id of action.nodes) strikeNode(stricken.nodes[id]!, action, stricken);
      return action.nodes;
    case 'join':
    case 'leave':
      stricken.members.ask(action.type, action.nodes);
      return action.nodes;
    default:
      return afflict(action, stricken, now);
  }
}

function strikeNode(node: SimNode, action: ProcessAction, stricken: Stricken): void {
  switch (action.type) {
    case 'crash':
      return stricken.end(node);
    case 'restart':
      if (node.replica !== undefined || !stricken.members.hosts(node.id)) return;
      return stricken.boot(node, action.disk === 'lost' ? 'replaced' : 'restart');
    case 'pause':
      node.paused = node.replica !== undefined;
      return;
    case 'resume':
      return stricken.resume(node);
  }
}
