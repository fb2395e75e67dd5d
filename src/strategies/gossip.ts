import {
  AntiEntropy,
  type AntiEntropyMessage,
  antiEntropyTimer,
  type Repairable,
} from '../kernel/anti-entropy.ts';
import { committed, compareStamps, HybridClock } from '../kernel/clock.ts';
import { digestOfStamp, hashText } from '../kernel/digest-tree.ts';
import { antiEntropyKnob } from '../kernel/knobs.ts';
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
import type { Boot, Durable, Env, Membership, Outbox, Replica } from '../kernel/replica.ts';
import { isTransfer, StateTransfer, type TransferMessage } from '../kernel/state-transfer.ts';
import {
  clockFaults,
  diskFaults,
  membershipFaults,
  networkFaults,
  processFaults,
  type Strategy,
} from '../kernel/strategy.ts';

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

type KeyStamp = Omit<Update, 'type' | 'value'>;

export type GossipMessage = Update | AntiEntropyMessage<Update, KeyStamp> | TransferMessage<Update, KeyStamp>;

export const strategy: Strategy<GossipMessage> = {
  name: 'gossip',
  summary: 'last-writer-wins registers told to all peers at once and repaired by anti-entropy',
  family: 'eventual',
  knobs: [
    antiEntropyKnob,
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
  tolerates: [...processFaults, ...networkFaults, ...clockFaults, ...diskFaults, ...membershipFaults],
  guarantees: (knobs) => (knobs['anti-entropy'] === 0 ? [] : ['convergent']),
  create: (env, boot, durable) => new GossipReplica(env, boot, durable),
};

/** Direct mail and anti-entropy, after Demers et al. 1987, "Epidemic algorithms for replicated database maintenance". */
class GossipReplica implements Replica<GossipMessage>, Repairable<Update, KeyStamp> {
  readonly #env: Env;
  readonly #boot: Boot;
  readonly #clock: HybridClock;
  readonly #registers = new Map<Key, Update>();
  readonly #antiEntropy: AntiEntropy<Update, KeyStamp>;
  readonly #stateTransfer: StateTransfer<Update, KeyStamp>;
  readonly #fanOut: number;

  constructor(env: Env, boot: Boot, durable: Durable) {
    this.#env = env;
    this.#boot = boot;
    this.#clock = new HybridClock(lifeOf(env.id, env.incarnation), env.wallClock);
    this.#antiEntropy = new AntiEntropy(env, Number(env.knobs['anti-entropy']), this);
    this.#stateTransfer = new StateTransfer(env, this.#antiEntropy.tree, this);
    this.#fanOut = Number(env.knobs['fan-out']);
    for (const record of durable.values()) this.#keep(record as Update);
  }

  onStart(out: Outbox<GossipMessage>): void {
    this.#stateTransfer.start(out);
    if (!this.#stateTransfer.arriving) this.#antiEntropy.start(this.#boot, out);
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<GossipMessage>): void {
    out.reply(request, this.#serve(operation, out));
  }

  onMessage(from: NodeId, message: GossipMessage, out: Outbox<GossipMessage>): void {
    if (message.type === 'update') this.accept(message, out);
    else if (isTransfer(message)) this.#onTransfer(from, message, out);
    else if (!this.#stateTransfer.arriving) this.#antiEntropy.onMessage(from, message, out);
  }

  onTimer(data: Plain, out: Outbox<GossipMessage>): void {
    if (data === antiEntropyTimer) this.#antiEntropy.onTimer(out);
    else this.#stateTransfer.onTimer(out);
  }

  onMembership(membership: Membership, out: Outbox<GossipMessage>): void {
    this.#antiEntropy.peers = membership.members.filter((member) => member !== this.#env.id);
    this.#stateTransfer.onMembership(membership, out);
  }

  /** What changed behind a newcomer's back is asked for at once. */
  #onTransfer(from: NodeId, message: TransferMessage<Update, KeyStamp>, out: Outbox<GossipMessage>): void {
    const wasArriving = this.#stateTransfer.arriving;
    if (this.#stateTransfer.onMessage(from, message, out) && wasArriving)
      this.#antiEntropy.start('restart', out);
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
    return { type: 'ok', value: [this.#valueOf(key), this.#valueOf(to)] };
  }

  #write(key: Key, value: Value, out: Outbox<GossipMessage>): void {
    const { time, counter, node } = this.#clock.next();
    const update: Update = { type: 'update', key, value, time, counter, node };
    this.#keep(update);
    out.persist(key, update);
    out.note(committed(update));
    for (const peer of this.#audience()) out.send(peer, update);
  }

  #audience(): readonly NodeId[] {
    const { peers } = this.#antiEntropy;
    if (this.#fanOut === 0 || this.#fanOut >= peers.length) return peers;
    return this.#env.random.shuffled(peers).slice(0, this.#fanOut);
  }

  /** Keeps an update of a peer if it is newer than what is here: the order of arrival makes no difference. */
  accept(update: Update, out: Outbox<never>): boolean {
    const current = this.#registers.get(update.key);
    if (current !== undefined && !this.isNewer(update, current)) return false;
    this.#keep(update);
    out.persist(update.key, update);
    return true;
  }

  #keep(update: Update): void {
    const { tree } = this.#antiEntropy;
    const hash = hashText(update.key);
    const current = this.#registers.get(update.key);
    if (current === undefined) tree.enter(hash, update.key);
    this.#registers.set(update.key, update);
    tree.change(hash, digestOfStamp(hash, current), digestOfStamp(hash, update));
    this.#clock.observe(update);
  }

  #valueOf(key: Key): Value {
    return this.#registers.get(key)?.value ?? null;
  }

  itemsOf(key: Key): readonly Update[] {
    const update = this.#registers.get(key);
    return update === undefined ? [] : [update];
  }

  outlineOf({ key, time, counter, node }: Update): KeyStamp {
    return { key, time, counter, node };
  }

  find({ key }: KeyStamp): Update | undefined {
    return this.#registers.get(key);
  }

  nameOf({ key }: KeyStamp): string {
    return key;
  }

  isNewer(a: KeyStamp, b: KeyStamp): boolean {
    return compareStamps(a, b) > 0;
  }
}
