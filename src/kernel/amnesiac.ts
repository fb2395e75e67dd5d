import type { Key, Operation, RequestId, Value } from './operation.ts';
import type { Outbox, Replica } from './replica.ts';

/**
 * A node that lost its disk in a protocol of votes. It has forgotten what it promised, so if it voted again, two
 * majorities could contradict each other. So it never does, and the others go on without it, as without a node that
 * died for good.
 */
export class Amnesiac implements Replica<never> {
  onStart(): void {}

  onRequest(request: RequestId, _operation: Operation, _context: unknown, out: Outbox<never>): void {
    out.reply(request, { type: 'fail', error: 'this node lost its disk and may not vote' });
  }

  onMessage(): void {}

  onTimer(): void {}

  contents(): Iterable<readonly [Key, Value]> {
    return [];
  }
}
