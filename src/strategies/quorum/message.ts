import type { Key, Value } from '../../kernel/operation.ts';
import type { Membership } from '../../kernel/replica.ts';
import type { Ballot, Version } from './ballot.ts';

/** Phase 1a: do not accept anything below `ballot` any more, and tell what you accepted. */
export interface Prepare {
  readonly type: 'prepare';
  readonly key: Key;
  readonly ballot: Ballot;
}

/** Phase 1b. */
export interface Promised extends Version {
  readonly type: 'promised';
  readonly key: Key;
  readonly ballot: Ballot;
}

/** Phase 2a. It also asks for the promise of the proposer's next ballot, which saves an undisturbed proposer phase 1. */
export interface Accept {
  readonly type: 'accept';
  readonly key: Key;
  readonly ballot: Ballot;
  readonly value: Value;
  readonly ancestors: readonly Ballot[];
}

/** Phase 2b. */
export interface Accepted {
  readonly type: 'accepted';
  readonly key: Key;
  readonly ballot: Ballot;
}

/** The answer to a prepare or an accept whose ballot is below what the acceptor has promised. */
export interface Rejected {
  readonly type: 'rejected';
  readonly key: Key;
  readonly ballot: Ballot;
  readonly promise: Ballot;
}

/** A reader asks what was accepted, and asks for no promise. */
export interface Query {
  readonly type: 'query';
  readonly key: Key;
  /** Unique over all lives of the reader, so that an old answer is never taken for a new one. */
  readonly query: number;
}

export interface State extends Version {
  readonly type: 'state';
  readonly key: Key;
  readonly query: number;
}

/** Which keys have you voted on? Asked by whoever settles an epoch. */
export interface List {
  readonly type: 'list';
}

/** All keys of an acceptor, with what it has promised for each. */
export interface Keys {
  readonly type: 'keys';
  readonly keys: readonly (readonly [Key, Ballot])[];
}

/** Somebody is about to settle the epoch, and these keys are under way. */
export interface Scanning {
  readonly type: 'scanning';
  readonly keys: readonly Key[];
}

/** For these keys a ballot of mine was chosen in this epoch. */
export interface Chosen {
  readonly type: 'chosen';
  readonly keys: readonly Key[];
}

export interface Settled {
  readonly type: 'settled';
}

/** What is said in one epoch, and heard by nobody who is in another. */
export type EpochMessage =
  | Prepare
  | Promised
  | Accept
  | Accepted
  | Rejected
  | Query
  | State
  | List
  | Keys
  | Scanning
  | Chosen
  | Settled;

/** Says in which epoch; the first one, which most clusters never leave, goes without saying. */
export interface InEpoch {
  readonly type: 'in-epoch';
  readonly epoch: number;
  readonly message: EpochMessage;
}

/** Whoever hears something of another epoch tells its own: one of the two lags behind, and learns it so. */
export interface Members extends Membership {
  readonly type: 'members';
}

export type QuorumMessage = EpochMessage | InEpoch | Members;
