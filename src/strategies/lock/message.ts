import type { AntiEntropyMessage } from '../../kernel/anti-entropy.ts';
import type { Completion, Key, Operation, Value } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Token } from './token.ts';

/** A transfer that was debited and not yet seen to be credited. `number` counts the transfers out of its key. */
export type Intent = {
  readonly number: number;
  readonly to: Key;
  readonly amount: number;
  /** As long as the transfer is under way, nothing else may take the key below its floor. */
  readonly floor: number | null;
};

/** What a key that took part in transfers remembers of them; it travels with the value. */
export type Ledger = {
  /** How many transfers left this key. */
  readonly sent: number;
  /** At most one to each other key. */
  readonly intents: readonly Intent[];
  /** The number of the last transfer that arrived from each other key. */
  readonly applied: ReadonlyMap<Key, number>;
};

/**
 * A version of a key, and the order to hold it. It is never changed: the same object is sent, persisted and kept. Versions
 * are ordered by the token they were written under, then by their sequence.
 */
export type Store = {
  readonly type: 'store';
  readonly key: Key;
  readonly token: Token;
  readonly round: number;
  readonly sequence: number;
  readonly value: Value;
  readonly ledger: Ledger | null;
};

/** Enough of a version to tell which of two is newer. */
export type Outline = Pick<Store, 'key' | 'token' | 'sequence'>;

/** Grant me the key under this token, and tell what you hold. */
export interface Acquire {
  readonly type: 'acquire';
  readonly key: Key;
  readonly token: Token;
}

/** The grant, and the version that the granter holds: `written` is the token it was written under. */
export interface Granted {
  readonly type: 'granted';
  readonly key: Key;
  readonly token: Token;
  readonly written: Token;
  readonly sequence: number;
  readonly value: Value;
  readonly ledger: Ledger | null;
}

/** No grant: `fence` is the highest token here, in force for `remaining`; `serving`: it has been used. */
export interface Busy {
  readonly type: 'busy';
  readonly key: Key;
  readonly token: Token;
  readonly fence: Token;
  readonly remaining: Micros;
  readonly serving: boolean;
}

/** Is my token still the highest? */
export interface Confirm {
  readonly type: 'confirm';
  readonly key: Key;
  readonly token: Token;
  readonly round: number;
}

/** Yes to a store or a confirm. */
export interface Held {
  readonly type: 'held';
  readonly key: Key;
  readonly token: Token;
  readonly round: number;
}

/** No to a store or a confirm: a higher token was granted or seen. */
export interface Fenced {
  readonly type: 'fenced';
  readonly key: Key;
  readonly token: Token;
  readonly round: number;
  readonly fence: Token;
}

/** The token will not be used any more. */
export interface Release {
  readonly type: 'release';
  readonly key: Key;
  readonly token: Token;
}

/** The second half of a transfer, as the holder of `from` asks it of the holder of `key`. Doing it twice is doing it once. */
export interface Credit {
  readonly type: 'credit';
  readonly key: Key;
  readonly from: Key;
  /** The number of the transfer among those that left `from`. */
  readonly number: number;
  readonly amount: number;
}

/** What the holder of a key is asked to do. */
export type Task = Operation | Credit;

/**
 * Do this for me, if you are `life`. `number` counts what the sender forwarded, over all its lives, and it waits for no
 * answer to anything below `oldest` any more.
 */
export interface Forward {
  readonly type: 'forward';
  readonly number: number;
  readonly oldest: number;
  readonly life: number;
  readonly task: Task;
}

/** What became of a forwarded task. */
export interface Answer {
  readonly type: 'answer';
  readonly number: number;
  readonly completion: Completion;
}

/** Not done, and this forward never will be: the key is not held here, but perhaps under `fence`. */
export interface Redirect {
  readonly type: 'redirect';
  readonly number: number;
  readonly fence: Token;
  readonly remaining: Micros;
  readonly serving: boolean;
}

/** A forward came again, and its task still waits for its turn. */
export interface Underway {
  readonly type: 'underway';
}

/** The sender lives, as `life`: all that an earlier life of it held is free, and nobody knows what that life did. */
export interface Hello {
  readonly type: 'hello';
  readonly life: number;
}

export type LockMessage =
  | Acquire
  | Granted
  | Busy
  | Store
  | Confirm
  | Held
  | Fenced
  | Release
  | Forward
  | Answer
  | Redirect
  | Underway
  | Hello
  | AntiEntropyMessage<Store, Outline>;
