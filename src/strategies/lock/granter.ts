import type { Key, NodeId, Value } from '../../kernel/operation.ts';
import type { Durable, Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Out } from './ask.ts';
import type { Acquire, Confirm, Release, Store } from './message.ts';
import { lifeIn, nodeIn, type Token } from './token.ts';

/** What this node knows of one key. */
interface Slot {
  /** The highest token granted or seen. */
  fence: Token;
  /** The highest token that the disk knows of. */
  durableFence: Token;
  cell: Store;
  /** Until when the fence's holder is left undisturbed. Lost by a restart. */
  until: Micros;
  /** Whether the fence's holder has used its token. */
  serving: boolean;
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
export function isNewer(
  a: { readonly token: Token; readonly sequence: number },
  b: { readonly token: Token; readonly sequence: number },
): boolean {
  return a.token > b.token || (a.token === b.token && a.sequence > b.sequence);
}

/**
 * One replica's vote about each key, and its copy. It persists what it grants and holds in the same step in which it
 * answers. The lease time only keeps others from asking in vain: what keeps the data safe is the fence.
 */
export class Granter {
  readonly #env: Env;
  readonly #lease: Micros;
  readonly #slots = new Map<Key, Slot>();

  constructor(env: Env, lease: Micros, durable: Durable) {
    this.#env = env;
    this.#lease = lease;
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
    if (slot === undefined || slot.fence === slot.void || nodeIn(slot.fence) === this.#env.id) return null;
    const remaining = slot.until - this.#env.monotonic();
    return remaining > 0 ? { token: slot.fence, remaining, serving: slot.serving } : null;
  }

  /** Learns of a lease from somebody's answer. Refusing what is older than it is always safe. */
  observe(key: Key, token: Token, remaining: Micros, serving: boolean): void {
    const slot = this.#slot(key);
    if (token < slot.fence) return;
    if (token > slot.fence) {
      slot.fence = token;
      slot.until = 0;
      slot.serving = false;
    }
    slot.until = Math.max(slot.until, this.#env.monotonic() + remaining);
    slot.serving ||= serving;
  }

  /** The life says that it does not hold the key. */
  disown(key: Key, life: number): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined && lifeIn(slot.fence) === life) slot.void = slot.fence;
  }

  /** False if the key is somebody else's for now, or if the token is not above all others. */
  grant(key: Key, token: Token, out: Out): boolean {
    const slot = this.#slot(key);
    if (token < slot.fence) return false;
    if (token > slot.fence) {
      const now = this.#env.monotonic();
      // A lease that an earlier life of the asker held is void: that life is over.
      if (slot.until > now && nodeIn(slot.fence) !== nodeIn(token)) return false;
      slot.fence = token;
      slot.until = now + this.#lease;
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
    if (!isNewer(cell, slot.cell)) return true;
    slot.cell = cell;
    // It also keeps the fence: a restart never finds one below the token of a version that it holds.
    slot.durableFence = Math.max(slot.durableFence, cell.token);
    out.persist(cellRecord + cell.key, cell);
    return true;
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
      const { fence, until, serving } = this.#slot(key);
      const remaining = Math.max(0, until - this.#env.monotonic());
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

  onRelease({ key, token }: Release): void {
    this.release(key, token);
  }

  #answer(from: NodeId, { key, token, round }: Store | Confirm, held: boolean, out: Out): void {
    if (held) out.send(from, { type: 'held', key, token, round });
    else out.send(from, { type: 'fenced', key, token, round, fence: this.fence(key) });
  }

  /** Whoever uses a token renews its lease. */
  #use(slot: Slot, token: Token): boolean {
    if (token < slot.fence) return false;
    slot.fence = token;
    slot.until = this.#env.monotonic() + this.#lease;
    slot.serving = true;
    return true;
  }

  #slot(key: Key): Slot {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = {
        fence: 0,
        durableFence: 0,
        cell: neverWritten(key),
        until: 0,
        serving: false,
        void: -1,
      };
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
      slot.cell = cell;
      this.#recallFence(slot, cell.token);
    }
  }

  #recallFence(slot: Slot, token: Token): void {
    slot.fence = Math.max(slot.fence, token);
    slot.durableFence = slot.fence;
  }
}

function neverWritten(key: Key): Store {
  return { type: 'store', key, token: 0, round: 0, sequence: 0, value: null, ledger: null };
}
