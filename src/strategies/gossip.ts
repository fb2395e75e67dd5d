import { compareStamps, HybridClock, type Stamp } from '../kernel/clock.ts';
import { DigestTree, digestOf, hashText } from '../kernel/digest-tree.ts';
import { lifeOf } from '../kernel/life.ts';
import {
  type Add,
  addTo,
  applyTo,
  type Cas,
  type Completion,
  type Context,
  type Key,
  type NodeId,
  numberIn,
  type Operation,
  type Plain,
  type RequestId,
  type Transfer,
  type Value,
  type Write,
} from '../kernel/operation.ts';
import type { Boot, Durable, Env, Outbox, Replica } from '../kernel/replica.ts';
import type { Strategy } from '../kernel/strategy.ts';
import { milliseconds } from '../kernel/time.ts';

/**
 * One version of one register, and never changed: the same object is stored, persisted and sent. `node` is the life
 * of the node that wrote it, so that no two versions have the same stamp.
 */
type Update = {
  readonly type: 'update';
  readonly key: Key;
  readonly value: Value;
  readonly time: number;
  readonly counter: number;
  readonly node: number;
};

type KeyStamp = readonly [key: Key, time: number, counter: number, node: number];

export type GossipMessage =
  | Update
  | { readonly type: 'groups'; readonly digests: readonly number[] }
  | { readonly type: 'leaves'; readonly groups: readonly number[]; readonly digests: readonly number[] }
  | {
      readonly type: 'stamps';
      readonly leaves: readonly number[];
      readonly stamps: readonly KeyStamp[];
      readonly round: number;
      readonly more: boolean;
    }
  | {
      readonly type: 'repair';
      readonly updates: readonly Update[];
      readonly wanted: readonly Key[];
      readonly round: number;
      readonly more: boolean;
    };

type Stamps = GossipMessage & { readonly type: 'stamps' };
type Repair = GossipMessage & { readonly type: 'repair' };

/** About how many keys one message of anti-entropy speaks of; what is left over follows in the next exchange. */
const keysPerMessage = 1_000;

export const strategy: Strategy<GossipMessage> = {
  name: 'gossip',
  summary: 'Last-writer-wins registers told to all peers at once and repaired by anti-entropy',
  family: 'eventual',
  knobs: [
    {
      name: 'anti-entropy',
      kind: 'duration',
      default: milliseconds(200),
      minimum: 0,
      sentence: 'How often a node compares its contents with those of a random peer; 0 turns it off.',
    },
    {
      name: 'fan-out',
      kind: 'integer',
      default: 0,
      minimum: 0,
      sentence: 'How many random peers hear of a write at once; 0 means all of them.',
    },
  ],
  operations: {
    read: 'native',
    write: 'native',
    add: 'read-modify-write',
    cas: 'read-modify-write',
    transfer: 'read-modify-write',
  },
  tolerates: [
    'crash',
    'disk-loss',
    'pause',
    'partition',
    'slow-link',
    'loss',
    'duplication',
    'reordering',
    'clock-skew',
    'clock-jump',
    'slow-disk',
    'unsynced-persist',
    'join',
    'leave',
  ],
  guarantees: (knobs) => (knobs['anti-entropy'] === 0 ? [] : ['convergent']),
  create: (env, boot, durable) => new GossipReplica(env, boot, durable),
};

/** Direct mail and push-pull anti-entropy, after Demers et al. 1987, "Epidemic algorithms for replicated database maintenance". */
class GossipReplica implements Replica<GossipMessage> {
  readonly #env: Env;
  readonly #boot: Boot;
  readonly #clock: HybridClock;
  readonly #life: number;
  readonly #registers = new Map<Key, Update>();
  readonly #tree = new DigestTree();
  readonly #interval: number;
  readonly #fanOut: number;
  #peers: readonly NodeId[];
  #round = 1;

  constructor(env: Env, boot: Boot, durable: Durable) {
    this.#env = env;
    this.#boot = boot;
    this.#life = lifeOf(env.id, env.incarnation);
    this.#clock = new HybridClock(this.#life, env.wallClock);
    this.#interval = Number(env.knobs['anti-entropy']);
    this.#fanOut = Number(env.knobs['fan-out']);
    this.#peers = env.peers;
    for (const record of durable.values()) this.#keep(record as Update);
  }

  onStart(out: Outbox<GossipMessage>): void {
    if (this.#interval === 0) return;
    // Whoever was away asks at once for what it missed; whoever is new spreads its first exchange over an interval.
    if (this.#boot !== 'first') this.#compare(out);
    out.setTimer(this.#env.random.below(this.#interval), 'anti-entropy');
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<GossipMessage>): void {
    out.reply(request, this.#serve(operation, out));
  }

  onMessage(from: NodeId, message: GossipMessage, out: Outbox<GossipMessage>): void {
    switch (message.type) {
      case 'update':
        this.#accept(message, out);
        break;
      case 'groups':
        this.#onGroups(from, message.digests, out);
        break;
      case 'leaves':
        this.#onLeaves(from, message.groups, message.digests, out);
        break;
      case 'stamps':
        this.#onStamps(from, message, out);
        break;
      case 'repair':
        this.#onRepair(from, message, out);
        break;
    }
  }

  onTimer(_data: Plain, out: Outbox<GossipMessage>): void {
    this.#compare(out);
    out.setTimer(this.#interval, 'anti-entropy');
  }

  onMembership(_epoch: number, peers: readonly NodeId[]): void {
    this.#peers = peers;
  }

  *contents(): Iterable<readonly [Key, Value]> {
    for (const [key, { value }] of this.#registers) yield [key, value];
  }

  #serve(operation: Operation, out: Outbox<GossipMessage>): Completion {
    switch (operation.type) {
      case 'read':
        return { type: 'ok', value: this.#valueOf(operation.key) };
      case 'transfer':
        return this.#transfer(operation, out);
      default:
        return this.#update(operation, out);
    }
  }

  /**
   * Reads here, decides here, writes here: two coordinators that do so at the same time both start from the older
   * value, and the later stamp buries the other's change. That is how last-writer-wins loses likes.
   */
  #update(operation: Write | Add | Cas, out: Outbox<GossipMessage>): Completion {
    const current = this.#valueOf(operation.key);
    const effect = applyTo(current, operation);
    if (effect.type === 'refused') return { ...effect, value: current };
    this.#write(operation.key, effect.value, out);
    return operation.type === 'add' ? { type: 'ok', value: effect.value } : { type: 'ok' };
  }

  /** Two writes with nothing that binds them: a peer may see one without the other, or keep only one. */
  #transfer({ key, to, amount, floor }: Transfer, out: Outbox<GossipMessage>): Completion {
    const taken = addTo(this.#valueOf(key), -amount, floor);
    if (taken.type === 'refused') return { ...taken, value: this.#valueOf(key) };
    this.#write(key, taken.value, out);
    this.#write(to, numberIn(this.#valueOf(to)) + amount, out);
    return { type: 'ok' };
  }

  #write(key: Key, value: Value, out: Outbox<GossipMessage>): void {
    const { time, counter, node } = this.#clock.next();
    const update: Update = { type: 'update', key, value, time, counter, node };
    this.#keep(update);
    out.persist(key, update);
    for (const peer of this.#audience()) out.send(peer, update);
  }

  #audience(): readonly NodeId[] {
    if (this.#fanOut === 0 || this.#fanOut >= this.#peers.length) return this.#peers;
    return this.#env.random.shuffled(this.#peers).slice(0, this.#fanOut);
  }

  /** Keeps an update of a peer if it is newer than what is here. The order of arrival makes no difference. */
  #accept(update: Update, out: Outbox<GossipMessage>): boolean {
    const current = this.#registers.get(update.key);
    if (current !== undefined && compareStamps(update, current) <= 0) return false;
    this.#keep(update);
    out.persist(update.key, update);
    return true;
  }

  #keep(update: Update): void {
    const hash = hashText(update.key);
    const current = this.#registers.get(update.key);
    if (current === undefined) this.#tree.enter(hash, update.key);
    this.#registers.set(update.key, update);
    this.#tree.change(
      hash,
      current === undefined ? 0 : digestOfStamp(hash, current),
      digestOfStamp(hash, update),
    );
    this.#clock.observe(update);
  }

  #valueOf(key: Key): Value {
    return this.#registers.get(key)?.value ?? null;
  }

  // Anti-entropy: groups → leaves → stamps → repair → repair. Each step is answered from the message alone, so that
  // lost, late and repeated mail does no harm. In quiet times only the 16 digests of the first step travel.

  #compare(out: Outbox<GossipMessage>): void {
    if (this.#peers.length === 0) return;
    out.send(this.#env.random.pick(this.#peers), { type: 'groups', digests: this.#tree.groups() });
  }

  #onGroups(from: NodeId, theirs: readonly number[], out: Outbox<GossipMessage>): void {
    const groups = this.#tree.differingGroups(theirs);
    if (groups.length > 0) out.send(from, { type: 'leaves', groups, digests: this.#tree.leaves(groups) });
  }

  #onLeaves(
    from: NodeId,
    groups: readonly number[],
    theirs: readonly number[],
    out: Outbox<GossipMessage>,
  ): void {
    const differing = this.#tree.differingLeaves(groups, theirs);
    if (differing.length === 0) return;
    // Begins anywhere, so that leaves which differ all the time, for their keys are hot, cannot starve the others.
    const start = this.#env.random.below(differing.length);
    const rotated = [...differing.slice(start), ...differing.slice(0, start)];
    const leaves = this.#tree.firstLeaves(rotated, keysPerMessage);
    const stamps = leaves.flatMap((leaf) => this.#tree.keysIn(leaf).map((key) => this.#stampOf(key)));
    const more = leaves.length < differing.length;
    out.send(from, { type: 'stamps', leaves, stamps, round: this.#round, more });
  }

  #onStamps(from: NodeId, { leaves, stamps, round, more }: Stamps, out: Outbox<GossipMessage>): void {
    const theirs = new Map(stamps.map(([key, time, counter, node]) => [key, { time, counter, node }]));
    const newerHere = leaves
      .flatMap((leaf) => this.#tree.keysIn(leaf).map((key) => this.#registers.get(key)!))
      .filter((update) => isNewer(update, theirs.get(update.key)));
    const wanted = [...theirs].filter(([key, stamp]) => isNewer(stamp, this.#registers.get(key)));
    const updates = newerHere.slice(0, keysPerMessage);
    if (updates.length === 0 && wanted.length === 0 && !more) return;
    const left = more || updates.length < newerHere.length;
    out.send(from, { type: 'repair', updates, wanted: wanted.map(([key]) => key), round, more: left });
  }

  #onRepair(from: NodeId, { updates, wanted, round, more }: Repair, out: Outbox<GossipMessage>): void {
    for (const update of updates) {
      if (this.#accept(update, out)) out.note({ type: 'repaired', key: update.key });
    }
    const asked = wanted.flatMap((key) => this.#registers.get(key) ?? []);
    if (asked.length > 0) out.send(from, { type: 'repair', updates: asked, wanted: [], round, more: false });
    // Goes on at once with what did not fit, but only once for each round, or duplicated mail would multiply rounds.
    if (!more || round !== this.#round) return;
    this.#round += 1;
    out.send(from, { type: 'groups', digests: this.#tree.groups() });
  }

  #stampOf(key: Key): KeyStamp {
    const { time, counter, node } = this.#registers.get(key)!;
    return [key, time, counter, node];
  }
}

function isNewer(stamp: Stamp, than: Stamp | undefined): boolean {
  return than === undefined || compareStamps(stamp, than) > 0;
}

function digestOfStamp(keyHash: number, { time, counter, node }: Stamp): number {
  return digestOf(keyHash, time, counter, node);
}
