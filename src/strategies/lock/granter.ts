import { AntiEntropy, type Repairable } from '../../kernel/anti-entropy.ts';
import { digestOf, hashText } from '../../kernel/digest-tree.ts';
import type { Key, NodeId, Value } from '../../kernel/operation.ts';
import type { Durable, Env, Outbox } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Out } from './ask.ts';
import type { Acquire, Confirm, Hello, Outline, Release, Store } from './message.ts';
import { lifeIn, nodeIn, type Token } from './token.ts';

/** What this node knows of one key. */
interface Slot {
  /** The highest token granted or seen. */
  fence: Token;
  /** The highest token that the disk knows of. */
  durableFence: Token;
  cell: Store;
  readonly keyHash: number;
  /** What `cell` adds to the digests of this node's contents. */
  digest: number;
  /** Until when the fence's holder is left undisturbed. Lost by a restart. */
  until: Micros;
  /** Whether the fence's holder has used its token. */
  serving: boolean;
  /** What others say of a holder with a higher token. It shows where to forward, and refuses nobody. */
  hearsay: { readonly token: Token; readonly until: Micros; readonly serving: boolean } | null;
  /** A token whose holder said that it does not hold the key under it any more. */
  void: Token;
}

/** Who is thought to hold a key, and until when. */
export interface Lease {
  readonly token: Token;
  readonly remaining: Micros;
  readonly serving: boolean;
}

const cellRecord = 'cell/';
const fenceRecord = 'fence/';

/** Whether version `a` is newer than `b`. */
export function isNewer(a: Pick<Store, 'token' | 'sequence'>, b: Pick<Store, 'token' | 'sequence'>): boolean {
  return a.token > b.token || (a.token === b.token && a.sequence > b.sequence);
}

/**
 * One replica's vote about each key, and its copy. It persists what it grants and holds in the same step in which it
 * answers. The lease time only keeps others from asking in vain: what keeps the data safe is the fence.
 */
export class Granter implements Repairable<Store, Outline> {
  readonly antiEntropy: AntiEntropy<Store, Outline>;
  /** Keys whose copies differ in a way that only a new holder can mend. */
  readonly stuck = new Set<Key>();
  /** Keys whose copy here tells of a transfer that is not known to be credited. */
  readonly unfinished = new Set<Key>();
  readonly #env: Env;
  readonly #lease: Micros;
  readonly #slots = new Map<Key, Slot>();
  /** The latest life of each node that is known to have restarted. */
  readonly #lives = new Map<NodeId, number>();

  constructor(env: Env, lease: Micros, antiEntropyInterval: Micros, durable: Durable) {
    this.#env = env;
    this.#lease = lease;
    this.antiEntropy = new AntiEntropy<Store, Outline>(env, antiEntropyInterval, this);
    for (const [record, content] of durable) this.#recall(record, content);
  }

  fence(key: Key): Token {
    return this.#slots.get(key)?.fence ?? 0;
  }

  cell(key: Key): Store {
    return this.#slots.get(key)?.cell ?? neverWritten(key);
  }

  *contents(): Generator<readonly [Key, Value]> {
    for (const [key, { cell }] of this.#slots) if (cell.value !== null) yield [key, cell.value];
  }

  /** The lease that another node has on a key, as far as this node knows. */
  leaseOfOther(key: Key): Lease | null {
    const slot = this.#slots.get(key);
    if (slot === undefined) return null;
    const { fence, until, serving, hearsay } = slot;
    if (hearsay === null || hearsay.token < fence) return this.#leaseOf(slot, fence, until, serving);
    const latest = hearsay.token === fence ? Math.max(until, hearsay.until) : hearsay.until;
    return (
      this.#leaseOf(slot, hearsay.token, latest, hearsay.serving || (hearsay.token === fence && serving)) ??
      this.#leaseOf(slot, fence, until, serving)
    );
  }

  /** Learns of a lease from somebody's answer. */
  observe(key: Key, token: Token, remaining: Micros, serving: boolean): void {
    const slot = this.#slot(key);
    const { hearsay } = slot;
    const until = this.#env.monotonic() + remaining;
    if (token < slot.fence || (hearsay !== null && token < hearsay.token)) return;
    if (hearsay === null || token > hearsay.token) slot.hearsay = { token, until, serving };
    else if (until > hearsay.until || serving) {
      const latest = Math.max(until, hearsay.until);
      slot.hearsay = { token, until: latest, serving: serving || hearsay.serving };
    }
  }

  /** The life says that it does not hold the key. */
  disown(key: Key, life: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    if (lifeIn(slot.fence) === life) slot.void = slot.fence;
    if (slot.hearsay !== null && lifeIn(slot.hearsay.token) === life) slot.hearsay = null;
  }

  /** False if the key is somebody else's for now, or if the token is not above all others. */
  grant(key: Key, token: Token, out: Out): boolean {
    const slot = this.#slot(key);
    if (token < slot.fence) return false;
    if (token > slot.fence) {
      // Whatever an earlier life of the asker held is over, and what it holds itself is its own to renew.
      const busy = this.#remaining(slot, slot.fence, slot.until) > 0;
      if (busy && nodeIn(slot.fence) !== nodeIn(token)) return false;
      slot.fence = token;
      slot.until = this.#env.monotonic() + this.#lease;
      slot.serving = false;
    }
    // The token may have been seen before it was granted, and what is only seen is not on disk.
    if (token > slot.durableFence) {
      slot.durableFence = token;
      out.persist(fenceRecord + key, token);
    }
    return true;
  }

  /** Holds a version, unless a higher token was granted or seen. What is held already, or is older, changes nothing. */
  store(cell: Store, out: Out): boolean {
    const slot = this.#slot(cell.key);
    if (!this.#use(slot, cell.token)) return false;
    if (isNewer(cell, slot.cell)) this.#hold(slot, cell, out);
    return true;
  }

  #hold(slot: Slot, cell: Store, out: Outbox<never>): void {
    this.#replace(slot, cell);
    // It also keeps the fence: a restart never finds one below the token of a version that it holds.
    slot.durableFence = Math.max(slot.durableFence, cell.token);
    out.persist(cellRecord + cell.key, cell);
  }

  confirm(key: Key, token: Token): boolean {
    return this.#use(this.#slot(key), token);
  }

  release(key: Key, token: Token): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined && slot.fence === token) slot.until = 0;
  }

  onAcquire(from: NodeId, { key, token }: Acquire, out: Out): void {
    if (!this.grant(key, token, out)) {
      const slot = this.#slot(key);
      const { fence, until, serving } = slot;
      const remaining = this.#remaining(slot, fence, until);
      out.send(from, { type: 'busy', key, token, fence, remaining, serving });
      return;
    }
    const { token: written, sequence, value, ledger } = this.cell(key);
    out.send(from, { type: 'granted', key, token, written, sequence, value, ledger });
  }

  onStore(from: NodeId, message: Store, out: Out): void {
    this.#answer(from, message, this.store(message, out), out);
  }

  onConfirm(from: NodeId, message: Confirm, out: Out): void {
    this.#answer(from, message, this.confirm(message.key, message.token), out);
  }

  onHello(from: NodeId, { life }: Hello): void {
    if (life > (this.#lives.get(from) ?? 0)) this.#lives.set(from, life);
  }

  onRelease({ key, token }: Release): void {
    this.release(key, token);
  }

  itemsOf(key: Key): readonly Store[] {
    const slot = this.#slots.get(key);
    return slot === undefined || slot.cell.token === 0 ? [] : [slot.cell];
  }

  outlineOf({ key, token, sequence }: Store): Outline {
    return { key, token, sequence };
  }

  find({ key }: Outline): Store | undefined {
    return this.itemsOf(key)[0];
  }

  nameOf({ key }: Outline): Key {
    return key;
  }

  isNewer(a: Outline, b: Outline): boolean {
    return isNewer(a, b);
  }

  /** A version from another replica is held under the same condition as if its holder had sent it, whoever that is. */
  accept(cell: Store, out: Outbox<never>): boolean {
    const slot = this.#slot(cell.key);
    if (!isNewer(cell, slot.cell)) return false;
    if (cell.token < slot.fence) {
      this.stuck.add(cell.key);
      return false;
    }
    if (cell.token > slot.fence) {
      slot.fence = cell.token;
      slot.until = 0;
      slot.serving = false;
    }
    this.#hold(slot, cell, out);
    return true;
  }

  #answer(from: NodeId, { key, token, round }: Store | Confirm, held: boolean, out: Out): void {
    if (held) out.send(from, { type: 'held', key, token, round });
    else out.send(from, { type: 'fenced', key, token, round, fence: this.fence(key) });
  }

  #leaseOf(slot: Slot, token: Token, until: Micros, serving: boolean): Lease | null {
    if (nodeIn(token) === this.#env.id) return null;
    const remaining = this.#remaining(slot, token, until);
    return remaining > 0 ? { token, remaining, serving } : null;
  }

  #remaining(slot: Slot, token: Token, until: Micros): Micros {
    if (token === slot.void || lifeIn(token) < (this.#lives.get(nodeIn(token)) ?? 0)) return 0;
    return Math.max(0, until - this.#env.monotonic());
  }

  /** Whoever uses a token renews its lease. */
  #use(slot: Slot, token: Token): boolean {
    if (token < slot.fence) return false;
    slot.fence = token;
    slot.until = this.#env.monotonic() + this.#lease;
    slot.serving = true;
    return true;
  }

  #replace(slot: Slot, cell: Store): void {
    const { tree } = this.antiEntropy;
    if (slot.cell.token === 0) tree.enter(slot.keyHash, cell.key);
    const digest = digestOf(slot.keyHash, cell.token, cell.sequence, 0);
    tree.change(slot.keyHash, slot.digest, digest);
    slot.digest = digest;
    slot.cell = cell;
    if (cell.ledger === null) return;
    if (cell.ledger.intents.length === 0) this.unfinished.delete(cell.key);
    else this.unfinished.add(cell.key);
  }

  #slot(key: Key): Slot {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = newSlot(key);
      this.#slots.set(key, slot);
    }
    return slot;
  }

  #recall(record: string, content: unknown): void {
    if (record.startsWith(fenceRecord)) {
      this.#recallFence(this.#slot(record.slice(fenceRecord.length)), content as Token);
    } else {
      const cell = content as Store;
      const slot = this.#slot(cell.key);
      this.#replace(slot, cell);
      this.#recallFence(slot, cell.token);
    }
  }

  #recallFence(slot: Slot, token: Token): void {
    slot.fence = Math.max(slot.fence, token);
    slot.durableFence = slot.fence;
  }
}

function newSlot(key: Key): Slot {
  return {
    fence: 0,
    durableFence: 0,
    cell: neverWritten(key),
    keyHash: hashText(key),
    digest: 0,
    until: 0,
    serving: false,
    hearsay: null,
    void: -1,
  };
}

function neverWritten(key: Key): Store {
  return { type: 'store', key, token: 0, round: 0, sequence: 0, value: null, ledger: null };
}
