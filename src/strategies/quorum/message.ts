import type { Key, Value } from '../../kernel/operation.ts';
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

export type QuorumMessage = Prepare | Promised | Accept | Accepted | Rejected | Query | State;
