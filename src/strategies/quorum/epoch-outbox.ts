import type { Completion, Context, Key, NodeId, Plain, RequestId } from '../../kernel/operation.ts';
import type { Note, Outbox, TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { EpochMessage, QuorumMessage } from './message.ts';

/** The outbox of a step, which says with each message in which epoch it was sent. */
export class EpochOutbox implements Outbox<EpochMessage> {
  readonly #out: Outbox<QuorumMessage>;
  readonly #epoch: () => number;

  constructor(out: Outbox<QuorumMessage>, epoch: () => number) {
    this.#out = out;
    this.#epoch = epoch;
  }

  send(to: NodeId, message: EpochMessage): void {
    this.#out.send(to, { type: 'in-epoch', epoch: this.#epoch(), message });
  }

  reply(request: RequestId, completion: Completion, context?: Context): void {
    this.#out.reply(request, completion, context);
  }

  setTimer(after: Micros, data: Plain): TimerId {
    return this.#out.setTimer(after, data);
  }

  cancelTimer(timer: TimerId): void {
    this.#out.cancelTimer(timer);
  }

  persist(key: Key, value: Plain): void {
    this.#out.persist(key, value);
  }

  note(event: Note): void {
    this.#out.note(event);
  }
}
