import {
  AntiEntropy,
  type AntiEntropyMessage,
  antiEntropyTimer,
  type Repairable,
} from '../kernel/anti-entropy.ts';
import { committed, compareStamps, HybridClock } from '../kernel/clock.ts';
import { digestOf, digestOfStamp, hashText } from '../kernel/digest-tree.ts';
import { antiEntropyKnob } from '../kernel/knobs.ts';
import { lifeOf } from '../kernel/life.ts';
import {
  type Add,
  type Completion,
  type Context,
  type Key,
  type NodeId,
  numberIn,
  type Operation,
  type Plain,
  type RequestId,
  type Value,
  type Write,
} from '../kernel/operation.ts';
import type { Boot, Durable, Env, Membership, Outbox, Replica } from '../kernel/replica.ts';
import { isTransfer, StateTransfer, type TransferMessage, transferTimer } from '../kernel/state-transfer.ts';
import {
  clockFaults,
  membershipFaults,
  networkFaults,
  processFaults,
  type Strategy,
} from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';

/**
 * What one replica added to one counter since it began, and what it took away: both only grow. `life` is the replica,
 * which alone writes this column.
 */
export type Column = {
  readonly type: 'column';
  readonly key: Key;
  readonly life: number;
  readonly up: number;
  readonly down: number;
};

/** One version of one register. `node` is the life of the node that wrote it, so no two versions have the same stamp. */
export type Register = {
  readonly type: 'register';
  readonly key: Key;
  readonly value: Value;
  readonly time: number;
  readonly counter: number;
  readonly node: number;
};

/** A piece of state, and never changed: the same object is stored, persisted and sent. */
type Delta = Column | Register;

/** A column is as small as a stamp that would describe it; of a register the value can be left out. */
type Outline = Column | Omit<Register, 'value'>;

export type CrdtMessage = Delta | AntiEntropyMessage<Delta, Outline> | TransferMessage<Delta, Outline>;

/** All that is known of a key. Columns are in ascending order of lives, so that every replica adds them up alike. */
interface Entry {
  readonly keyHash: number;
  register: Register | undefined;
  readonly columns: Column[];
}

/** The record that holds the life under which this node's columns stand. */
const lifeRecord = 'life';

export const strategy: Strategy<CrdtMessage> = {
  name: 'crdt',
  summary: 'counters with a column for each replica, and last-writer-wins registers, merged as deltas',
  family: 'eventual',
  knobs: [
    antiEntropyKnob,
    {
      name: 'batch',
      kind: 'duration',
      default: 0,
      minimum: 0,
      sentence:
        'How long changes wait for later ones of the same key before all peers are told; 0s sends each at once.',
    },
  ],
  operations: { read: 'native', write: 'native', add: 'native', cas: 'refused', transfer: 'refused' },
  // Not disk-loss or unsynced-persist: an add is acknowledged when one disk holds it, and that is the one lost.
  tolerates: [...processFaults, ...networkFaults, ...clockFaults, 'slow-disk', ...membershipFaults],
  guarantees: (knobs) => (knobs['anti-entropy'] === 0 ? [] : ['convergent', 'no-lost-adds']),
  create: (env, boot, durable) => new CrdtReplica(env, boot, durable),
};

/** The join of two states of one column (Shapiro et al. 2011, PN-counter): the larger of each part. */
export function joinColumns(a: Column, b: Column): Column {
  if (b.up <= a.up && b.down <= a.down) return a;
  if (a.up <= b.up && a.down <= b.down) return b;
  return { ...a, up: Math.max(a.up, b.up), down: Math.max(a.down, b.down) };
}

/** The join of two versions of one register: the newer one. */
export function joinRegisters(a: Register, b: Register): Register {
  return compareStamps(a, b) >= 0 ? a : b;
}

/** A delta-state store after Almeida, Shoker and Baquero 2018, "Delta state replicated data types". */
class CrdtReplica implements Replica<CrdtMessage>, Repairable<Delta, Outline> {
  readonly #id: NodeId;
  readonly #boot: Boot;
  readonly #clock: HybridClock;
  readonly #life: number;
  readonly #entries = new Map<Key, Entry>();
  readonly #antiEntropy: AntiEntropy<Delta, Outline>;
  readonly #stateTransfer: StateTransfer<Delta, Outline>;
  readonly #batch: Micros;
  /** Deltas that peers were not told yet: a later one takes the place of an earlier one of its name. */
  readonly #unsent = new Map<string, Delta>();

  constructor(env: Env, boot: Boot, durable: Durable) {
    this.#id = env.id;
    this.#boot = boot;
    this.#batch = Number(env.knobs.batch);
    this.#antiEntropy = new AntiEntropy(env, Number(env.knobs['anti-entropy']), this);
    this.#stateTransfer = new StateTransfer(env, this.#antiEntropy.tree, this);
    const life = lifeOf(env.id, env.incarnation);
    this.#clock = new HybridClock(life, env.wallClock);
    // A disk that was kept goes on with its columns. One that was lost begins new ones: counting again from 0 in an old
    // column would hide every add until it passed the value that peers remember.
    this.#life = (durable.get(lifeRecord) as number | undefined) ?? life;
    for (const [record, delta] of durable) if (record !== lifeRecord) this.#merge(delta as Delta);
  }

  onStart(out: Outbox<CrdtMessage>): void {
    out.persist(lifeRecord, this.#life);
    this.#stateTransfer.start(out);
    if (!this.#stateTransfer.arriving) this.#antiEntropy.start(this.#boot, out);
  }

  onRequest(request: RequestId, operation: Operation, _context: Context, out: Outbox<CrdtMessage>): void {
    out.reply(request, this.#serve(operation, out));
  }

  onMessage(from: NodeId, message: CrdtMessage, out: Outbox<CrdtMessage>): void {
    if (message.type === 'column' || message.type === 'register') this.accept(message, out);
    else if (isTransfer(message)) this.#onTransfer(from, message, out);
    else if (!this.#stateTransfer.arriving) this.#antiEntropy.onMessage(from, message, out);
  }

  onTimer(data: Plain, out: Outbox<CrdtMessage>): void {
    if (data === antiEntropyTimer) {
      this.#antiEntropy.onTimer(out);
      return;
    }
    if (data === transferTimer) {
      this.#stateTransfer.onTimer(out);
      return;
    }
    for (const delta of this.#unsent.values()) this.#tell(delta, out);
    this.#unsent.clear();
  }

  onMembership(membership: Membership, out: Outbox<CrdtMessage>): void {
    this.#antiEntropy.peers = membership.members.filter((member) => member !== this.#id);
    this.#stateTransfer.onMembership(membership, out);
  }

  /** What changed behind a newcomer's back is asked for at once. */
  #onTransfer(from: NodeId, message: TransferMessage<Delta, Outline>, out: Outbox<CrdtMessage>): void {
    const wasArriving = this.#stateTransfer.arriving;
    if (this.#stateTransfer.onMessage(from, message, out) && wasArriving)
      this.#antiEntropy.start('restart', out);
  }

  *contents(): Iterable<readonly [Key, Value]> {
    for (const [key, entry] of this.#entries) yield [key, valueIn(entry)];
  }

  version(key: Key): number {
    const entry = this.#entries.get(key);
    if (entry === undefined) return 0;
    const { keyHash, register, columns } = entry;
    return columns.reduce(
      (digest, column) => digest ^ digestOfColumn(keyHash, column),
      digestOfStamp(keyHash, register),
    );
  }

  #serve(operation: Operation, out: Outbox<CrdtMessage>): Completion {
    switch (operation.type) {
      case 'read':
        return { type: 'ok', value: valueIn(this.#entries.get(operation.key)) };
      case 'write':
        return this.#write(operation, out);
      case 'add':
        return this.#add(operation, out);
      default:
        return {
          type: 'fail',
          error: `crdt serves no ${operation.type}: replicas do not agree before they answer`,
        };
    }
  }

  #write({ key, value }: Write, out: Outbox<CrdtMessage>): Completion {
    const { time, counter, node } = this.#clock.next();
    const register = { type: 'register', key, value, time, counter, node } as const;
    this.#change(register, out);
    out.note(committed(register));
    return { type: 'ok' };
  }

  #add({ key, delta, floor }: Add, out: Outbox<CrdtMessage>): Completion {
    // Each replica could keep the floor alone and all of them together break it. This is no answer about the value,
    // so it is a failure and not a refusal.
    if (floor !== null)
      return { type: 'fail', error: 'crdt keeps no floor: replicas do not agree before they answer' };
    const own = this.#entries.get(key)?.columns.find(({ life }) => life === this.#life);
    const up = (own?.up ?? 0) + Math.max(delta, 0);
    const down = (own?.down ?? 0) + Math.max(-delta, 0);
    this.#change({ type: 'column', key, life: this.#life, up, down }, out);
    return { type: 'ok', value: valueIn(this.#entries.get(key)) };
  }

  /** A change made here: kept, persisted before it is acknowledged, and told to all peers. */
  #change(delta: Delta, out: Outbox<CrdtMessage>): void {
    this.#merge(delta);
    const name = this.nameOf(delta);
    out.persist(name, delta);
    if (this.#batch === 0) {
      this.#tell(delta, out);
      return;
    }
    if (this.#unsent.size === 0) out.setTimer(this.#batch, 'batch');
    this.#unsent.set(name, delta);
  }

  #tell(delta: Delta, out: Outbox<CrdtMessage>): void {
    for (const peer of this.#antiEntropy.peers) out.send(peer, delta);
  }

  /** What peers did is persisted too: an add survives as long as any disk that it reached. */
  accept(delta: Delta, out: Outbox<never>): boolean {
    const news = this.#merge(delta);
    if (news !== undefined) out.persist(this.nameOf(news), news);
    return news !== undefined;
  }

  /** Joins a delta into the state. Gives back what stands there now, if that is something new. */
  #merge(delta: Delta): Delta | undefined {
    let entry = this.#entries.get(delta.key);
    if (entry === undefined) {
      entry = { keyHash: hashText(delta.key), register: undefined, columns: [] };
      this.#entries.set(delta.key, entry);
      this.#antiEntropy.tree.enter(entry.keyHash, delta.key);
    }
    return delta.type === 'column' ? this.#mergeColumn(entry, delta) : this.#mergeRegister(entry, delta);
  }

  #mergeColumn(entry: Entry, theirs: Column): Column | undefined {
    const { columns, keyHash } = entry;
    let at = 0;
    while (at < columns.length && columns[at]!.life < theirs.life) at += 1;
    const ours = columns[at]?.life === theirs.life ? columns[at] : undefined;
    const joined = ours === undefined ? theirs : joinColumns(ours, theirs);
    if (joined === ours) return undefined;
    if (ours === undefined) columns.splice(at, 0, joined);
    else columns[at] = joined;
    this.#antiEntropy.tree.change(keyHash, digestOfColumn(keyHash, ours), digestOfColumn(keyHash, joined));
    return joined;
  }

  #mergeRegister(entry: Entry, theirs: Register): Register | undefined {
    const { register: ours, keyHash } = entry;
    this.#clock.observe(theirs);
    if (ours !== undefined && joinRegisters(ours, theirs) === ours) return undefined;
    entry.register = theirs;
    this.#antiEntropy.tree.change(keyHash, digestOfStamp(keyHash, ours), digestOfStamp(keyHash, theirs));
    return theirs;
  }

  itemsOf(key: Key): readonly Delta[] {
    const entry = this.#entries.get(key);
    if (entry === undefined) return [];
    return entry.register === undefined ? entry.columns : [entry.register, ...entry.columns];
  }

  outlineOf(delta: Delta): Outline {
    if (delta.type === 'column') return delta;
    const { type, key, time, counter, node } = delta;
    return { type, key, time, counter, node };
  }

  find(outline: Outline): Delta | undefined {
    const entry = this.#entries.get(outline.key);
    if (outline.type === 'register') return entry?.register;
    return entry?.columns.find(({ life }) => life === outline.life);
  }

  /** Also the name of its record on disk: one small record for each column and each register. */
  nameOf(outline: Outline): string {
    return outline.type === 'column' ? `${outline.life}/${outline.key}` : `register/${outline.key}`;
  }

  isNewer(a: Outline, b: Outline): boolean {
    if (a.type === 'column') return b.type === 'column' && joinColumns(b, a) !== b;
    return b.type === 'register' && compareStamps(a, b) > 0;
  }
}

/**
 * A key has a register and a counter, merged apart. Where nothing was added, a read sees the register. Otherwise it
 * sees the sum of the columns, and of the register if that holds a number: a write gives the counter a base to count
 * from, and never takes back an add.
 */
function valueIn(entry: Entry | undefined): Value {
  if (entry === undefined) return null;
  const written = entry.register?.value ?? null;
  if (entry.columns.length === 0) return written;
  let sum = numberIn(written);
  for (const { up, down } of entry.columns) sum += up - down;
  return sum;
}

function digestOfColumn(keyHash: number, column: Column | undefined): number {
  return column === undefined ? 0 : digestOf(keyHash, column.life, column.up, column.down);
}
