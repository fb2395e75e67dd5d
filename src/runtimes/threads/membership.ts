import type { NodeId } from '../../kernel/operation.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import { Administrator, type MembershipChange, type Staff } from '../administrator.ts';
import type { Member } from './member.ts';
import type { TimedNote, ToClients } from './protocol.ts';
import type { SharedState } from './shared-state.ts';

/** What membership needs of its cluster. */
export interface Grounds {
  now(): Micros;
  readonly stopping: boolean;
  tellClients(message: ToClients): void;
}

/** Who belongs to a cluster of threads. Every node hears of a change over its control port, as soon as its thread looks. */
export class ThreadsMembership implements Staff {
  readonly administrator: Administrator;
  readonly #nodes: readonly Member[];
  readonly #state: SharedState;
  readonly #grounds: Grounds;

  constructor(
    topology: Topology,
    standby: readonly NodeId[],
    nodes: readonly Member[],
    state: SharedState,
    grounds: Grounds,
  ) {
    const members = topology.nodes.map(({ id }) => id).filter((id) => !standby.includes(id));
    this.administrator = new Administrator(members, this);
    this.#nodes = nodes;
    this.#state = state;
    this.#grounds = grounds;
  }

  changes(): readonly MembershipChange[] {
    return this.administrator.changes();
  }

  /** The members of this moment. */
  current(): readonly Member[] {
    return this.#nodes.filter(({ id }) => this.administrator.membership.members.includes(id));
  }

  /** What a life of a node knows as it begins. */
  knownTo(id: NodeId): Pick<Env, 'membership' | 'joining'> {
    return { membership: this.administrator.membership, joining: this.administrator.joins(id) };
  }

  ask(type: 'join' | 'leave', nodes: readonly NodeId[]): void {
    for (const node of nodes) this.administrator.ask(type, node, this.#grounds.now());
  }

  heed({ note }: TimedNote): void {
    if (note.type === 'settled') this.administrator.settled(note.epoch, this.#grounds.now());
  }

  admit(node: NodeId): void {
    // What a newcomer dies of is reported as any other failure of a node.
    this.#nodes[node]!.join().catch(() => {});
  }

  announce(): void {
    if (this.#grounds.stopping) return;
    for (const node of this.#nodes) node.tell({ type: 'members', membership: this.administrator.membership });
    this.#grounds.tellClients({ type: 'serving', nodes: this.administrator.serving() });
  }

  dismiss(node: NodeId): void {
    this.#nodes[node]!.leave().catch(() => {});
  }

  carried(type: 'join' | 'leave', node: NodeId): number {
    return type === 'join' ? this.#state.bytesTo(node) : this.#state.bytesFrom(node);
  }
}
