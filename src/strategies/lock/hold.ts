import type { Key, NodeId } from '../../kernel/operation.ts';
import { Tally } from '../../kernel/quorum.ts';
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
  /** The version that the key is known to have: the highest read so far while acquiring, then the last one held by a majority. */
  cell: Store;
  /** All transfers out of this key up to this number are known to be credited. */
  cleared = 0;
  waiting: Ask[] = [];
  batch: Batch | null = null;
  rounds = 0;
  message: Acquire | Store | Confirm | null = null;
  yes = new Tally<boolean>(0);
  /** Who said no to the present message. */
  readonly no = new Set<NodeId>();
  /** Whether a majority has yet to hold a version under the token. */
  fresh = true;
  /** The highest token that was heard of. */
  above: Token = 0;
  failures = 0;
  startedAt: Micros = 0;
  resendAt: Micros = 0;
  resends = 0;
  retry: TimerId | null = null;

  constructor(key: Key, cell: Store) {
    this.key = key;
    this.cell = cell;
  }

  get held(): boolean {
    return this.phase === 'idle' || this.phase === 'round';
  }
}
