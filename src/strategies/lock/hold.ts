import type { Key, NodeId } from '../../kernel/operation.ts';
import type { TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ask } from './ask.ts';
import type { Batch } from './batch.ts';
import type { Acquire, Confirm, Store } from './message.ts';
import type { Token } from './token.ts';

/**
 * `wait`: stepping aside before the next attempt. `acquire`: asking for grants. `round`: a batch is under way. `idle`: held,
 * and nothing to do.
 */
export type Phase = 'wait' | 'acquire' | 'round' | 'idle';

/** One key that this node holds, or is about to. */
export class Hold {
  readonly key: Key;
  phase: Phase = 'wait';
  token: Token = 0;
  /** The highest version that granters reported; once the key is held, the last one that a majority holds. */
  cell: Store | null = null;
  /** Whether a majority has yet to hold a version under the token. */
  fresh = true;
  /** Transfers out of this key that are known to be credited, although the version still has their intents. */
  readonly cleared = new Set<number>();
  waiting: Ask[];
  batch: Batch | null = null;
  /** A write that was not held by a majority in time, and the updates in it. The next grants show what became of it. */
  doubt: { readonly store: Store; asks: Ask[] } | null = null;
  rounds = 0;
  question: Acquire | Store | Confirm | null = null;
  /** Who answered the question. Few enough to be searched, and emptied for the next question instead of made anew. */
  readonly yes: NodeId[] = [];
  readonly no: NodeId[] = [];
  /** The highest token that was heard of. */
  above: Token = 0;
  failures = 0;
  askedAt: Micros = 0;
  resendAt: Micros = 0;
  resends = 0;
  retry: TimerId | null = null;
  /** The dead node whose lease is waited for, if that is the reason to wait. */
  awaited: NodeId | null = null;

  constructor(key: Key, waiting: Ask[]) {
    this.key = key;
    this.waiting = waiting;
  }

  get held(): boolean {
    return this.phase === 'idle' || this.phase === 'round';
  }
}
