import type { NodeId } from '../../kernel/operation.ts';
import { majorityOf } from '../../kernel/quorum.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Out } from './ask.ts';
import type { Hold } from './hold.ts';
import type { Acquire, Confirm, Store } from './message.ts';
import type { Pace } from './pace.ts';

/** Puts one question at a time about a key to all nodes, until a majority says yes, or so many say no that none can. */
export class Poll {
  readonly majority: number;
  readonly #env: Env;
  readonly #pace: Pace;

  constructor(env: Env, pace: Pace) {
    this.#env = env;
    this.#pace = pace;
    this.majority = majorityOf(env.peers.length + 1);
  }

  /** Asks the peers; the own answer is for the caller to count. */
  ask(hold: Hold, phase: 'acquire' | 'round', question: Acquire | Store | Confirm, out: Out): void {
    if (hold.retry !== null) out.cancelTimer(hold.retry);
    hold.retry = null;
    hold.phase = phase;
    hold.question = question;
    hold.yes.length = 0;
    hold.no.length = 0;
    hold.resends = 0;
    hold.askedAt = this.#pace.now();
    hold.resendAt = hold.askedAt + this.#pace.resendAfter(0);
    for (const peer of this.#env.peers) out.send(peer, question);
  }

  /** Asks those again that did not say yes. */
  repeat(hold: Hold, now: Micros, out: Out): void {
    hold.resends += 1;
    hold.resendAt = now + this.#pace.resendAfter(hold.resends);
    for (const peer of this.#env.peers) {
      if (!hold.yes.includes(peer)) out.send(peer, hold.question!);
    }
  }

  /** True on the answer that makes a majority. */
  yes(hold: Hold, from: NodeId): boolean {
    if (hold.yes.includes(from)) return false;
    hold.yes.push(from);
    if (hold.yes.length !== this.majority) return false;
    this.#pace.observe(this.#pace.now() - hold.askedAt, hold.resends > 0);
    return true;
  }

  /** True if no majority can say yes any more. */
  no(hold: Hold, from: NodeId): boolean {
    if (!hold.no.includes(from)) hold.no.push(from);
    return hold.no.length > this.#env.peers.length + 1 - this.majority;
  }
}
