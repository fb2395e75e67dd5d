import type { NodeId } from '../../kernel/operation.ts';
import { type Random, randomStream } from '../../kernel/random.ts';
import type { Env, Note } from '../../kernel/replica.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';
import { Administrator, type MembershipChange, type Staff } from '../administrator.ts';
import type { ClusterSetup } from '../cluster.ts';
import { refuseToWait } from '../refusals.ts';
import type { SimNode } from './node.ts';

/** What membership needs of the world. */
export interface Ground {
  now(): Micros;
  callAt(at: Micros, callback: () => void): void;
  /** Boots a newcomer on an empty disk. */
  boot(node: SimNode, boot: 'first'): void;
  end(node: SimNode): void;
  /** Carries out a step of a node, which dies where the step throws. */
  guarded(node: SimNode, act: () => void): void;
}

/** Most nodes hear of a change within this time; one in ten takes up to ten times as long. */
const heardWithin: Micros = milliseconds(50);

/** Who belongs to a simulated cluster, and how each node hears of it: by a way that no partition cuts and that takes its time. */
export class Members implements Staff {
  readonly #ground: Ground;
  readonly #nodes: readonly SimNode[];
  readonly #administrator: Administrator;
  readonly #random: Random;
  /** The latest epoch that each node was told. */
  readonly #told: Int32Array;
  readonly #bytesFrom: Float64Array;
  readonly #bytesTo: Float64Array;
  readonly #listeners: ((serving: readonly NodeId[]) => void)[] = [];

  constructor({ topology, standby = [], seed }: ClusterSetup, nodes: readonly SimNode[], ground: Ground) {
    const members = topology.nodes.map(({ id }) => id).filter((id) => !standby.includes(id));
    this.#ground = ground;
    this.#nodes = nodes;
    this.#administrator = new Administrator(members, this);
    this.#random = randomStream(seed, 'membership');
    this.#told = new Int32Array(nodes.length);
    this.#bytesFrom = new Float64Array(nodes.length);
    this.#bytesTo = new Float64Array(nodes.length);
  }

  changes(): readonly MembershipChange[] {
    return this.#administrator.changes();
  }

  get idle(): boolean {
    return this.#administrator.idle;
  }

  get current(): readonly NodeId[] {
    return this.#administrator.membership.members;
  }

  hosts(node: NodeId): boolean {
    return this.#administrator.hosts(node);
  }

  serves(node: NodeId): boolean {
    return this.#administrator.serves(node);
  }

  serving(): readonly NodeId[] {
    return this.#administrator.serving();
  }

  /** Calls back at once, and whenever clients hear that other nodes serve. */
  onServing(listener: (serving: readonly NodeId[]) => void): void {
    this.#listeners.push(listener);
    listener(this.serving());
  }

  ask(type: 'join' | 'leave', nodes: readonly NodeId[]): void {
    for (const node of nodes) this.#administrator.ask(type, node, this.#ground.now());
  }

  /** What a life of a node knows as it begins. */
  envOf(id: NodeId): Pick<Env, 'peers' | 'membership' | 'joining'> {
    const { membership } = this.#administrator;
    this.#told[id] = membership.epoch;
    const peers = membership.members.filter((peer) => peer !== id);
    return { peers, membership, joining: this.#administrator.joins(id) };
  }

  /** A step in which a node notes something is not over yet, so what follows from it happens after it. */
  heed(note: Note): void {
    if (note.type !== 'settled') return;
    const settledAt = this.#ground.now();
    this.#ground.callAt(settledAt, () => this.#administrator.settled(note.epoch, settledAt));
  }

  countMail(from: NodeId, to: NodeId, bytes: number): void {
    this.#bytesFrom[from]! += bytes;
    this.#bytesTo[to]! += bytes;
  }

  carried(type: 'join' | 'leave', node: NodeId): number {
    return (type === 'join' ? this.#bytesTo : this.#bytesFrom)[node]!;
  }

  /** Tells a node what it was not told while it was paused. */
  tell(node: SimNode): void {
    const { membership } = this.#administrator;
    if (node.replica === undefined || node.paused || this.#told[node.id]! >= membership.epoch) return;
    this.#told[node.id] = membership.epoch;
    this.#ground.guarded(node, () => {
      node.begin();
      refuseToWait(node.id, 'onMembership', node.replica?.onMembership?.(membership, node));
      node.commit();
    });
  }

  admit(id: NodeId): void {
    const node = this.#nodes[id]!;
    node.durable.clear();
    node.incarnation += 1;
    this.#ground.boot(node, 'first');
  }

  announce(): void {
    for (const node of this.#nodes) this.#later(() => this.tell(node));
    this.#later(() => {
      for (const listener of this.#listeners) listener(this.serving());
    });
  }

  dismiss(id: NodeId): void {
    const node = this.#nodes[id]!;
    this.#ground.end(node);
    node.durable.clear();
  }

  #later(act: () => void): void {
    const within = this.#random.chance(0.1) ? 10 * heardWithin : heardWithin;
    this.#ground.callAt(this.#ground.now() + this.#random.below(within), act);
  }
}
