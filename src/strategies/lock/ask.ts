import type { Completion, NodeId } from '../../kernel/operation.ts';
import type { Outbox } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { LockMessage, Task } from './message.ts';
import type { Token } from './token.ts';

export type Out = Outbox<LockMessage>;

/** After so many holders that turned out to be none, an ask waits a little before it is sent on again. */
export const hopsAtMost = 3;

/** A task that waits for its answer, and who waits. */
export interface Ask {
  readonly task: Task;
  /** The node that the answer goes to. */
  readonly origin: NodeId;
  /** The request of a client here, or the number of the forward by which another node asked. */
  readonly number: number;
  readonly since: Micros;
  /** How often it was sent to somebody who turned out not to hold the key. */
  hops: number;
  /** What it will be answered if the round that it is in succeeds; null for a transfer that is then only debited. */
  outcome: Completion | null;
  /** It was in a write whose fate was unknown once before. */
  doubted: boolean;
}

/** An ask of this node that has been nowhere yet. */
export function newAsk(task: Task, origin: NodeId, number: number, since: Micros): Ask {
  return { task, origin, number, since, hops: 0, outcome: null, doubted: false };
}

/** Where asks come from and go back to: what holder, courier and transfers need of each other. */
export interface Office {
  /** Brings an ask of this node to where its key is held. */
  dispatch(ask: Ask, out: Out): void;
  settle(ask: Ask, completion: Completion, out: Out): void;
  /** Gives an ask back undone: to its origin, or to `dispatch` if that is here. */
  handBack(ask: Ask, out: Out): void;
  /** The holder named by this token owes an answer for too long. */
  suspects(holder: Token): boolean;
  /** A node that was suspect has spoken. */
  onRevival(node: NodeId, out: Out): void;
}
