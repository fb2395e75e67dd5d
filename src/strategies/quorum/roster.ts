import type { NodeId } from '../../kernel/operation.ts';
import { majorityOf } from '../../kernel/quorum.ts';
import type { Env, Membership } from '../../kernel/replica.ts';

/**
 * The members as this node knows them. Two epochs that follow each other differ by one node, so that any majority of
 * the one meets any majority of the other (Ongaro 2014, "Consensus: bridging theory and practice", section 4.1).
 */
export class Roster {
  readonly id: NodeId;
  membership: Membership;
  peers: readonly NodeId[];
  /** How many votes there are. */
  size: number;
  majority: number;

  constructor(env: Env) {
    this.id = env.id;
    this.membership = env.membership;
    this.peers = env.peers;
    this.size = env.membership.members.length;
    this.majority = majorityOf(this.size);
  }

  get epoch(): number {
    return this.membership.epoch;
  }

  get isMember(): boolean {
    return this.membership.members.includes(this.id);
  }

  /** Whether this was news. */
  adopt(membership: Membership): boolean {
    if (membership.epoch <= this.membership.epoch) return false;
    this.membership = membership;
    this.peers = membership.members.filter((member) => member !== this.id);
    this.size = membership.members.length;
    this.majority = majorityOf(this.size);
    return true;
  }
}
