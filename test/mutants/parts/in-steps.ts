import type { Completion, Operation, Plain, RequestId } from '../../../src/kernel/operation.ts';
import type { Outbox, Replica } from '../../../src/kernel/replica.ts';
import type { Strategy } from '../../../src/kernel/strategy.ts';
import type { Micros } from '../../../src/kernel/time.ts';
import { wrapped } from '../../support/swarm-wrap.ts';

/** How a coordinator can serve one operation by several of the strategy under it. */
export interface Steps {
  /** Asks the strategy, and goes on with its answer. */
  ask(operation: Operation, then: (completion: Completion) => void): void;
  after(delay: Micros, then: () => void): void;
  /** Answers the client; only the first answer counts. */
  answer(completion: Completion): void;
}

const alarm = 'in-steps';

/**
 * The strategy behind a coordinator that serves some operations in steps. `serve` starts on an operation and says whether it
 * did; the others go straight through. What a step was answered is handled when the replica has finished its own step.
 */
export function inSteps<M>(
  strategy: Strategy<M>,
  name: string,
  serve: (operation: Operation, steps: Steps) => boolean,
): Strategy<M> {
  return wrapped(
    strategy,
    () => {
      const waiting = new Map<number, (completion: Completion) => void>();
      const alarms = new Map<number, () => void>();
      const ready: (() => void)[] = [];
      let now: Now<M>;
      let next = 1;

      const stepsOf = (request: RequestId): Steps => {
        let open = true;
        return {
          ask(operation, then) {
            // Clients number their requests from 0 upwards.
            const number = -next++;
            waiting.set(number, then);
            now.inner.onRequest(number, operation, undefined, now.out);
          },
          after(delay, then) {
            const number = next++;
            alarms.set(number, then);
            now.out.setTimer(delay, { type: alarm, number });
          },
          answer(completion) {
            if (open) now.out.reply(request, completion);
            open = false;
          },
        };
      };
      return {
        onRequest(request, operation, context, out, inner) {
          now = { out, inner };
          if (!serve(operation, stepsOf(request))) inner.onRequest(request, operation, context, out);
        },
        onTimer(data, out, inner) {
          const number = alarmNumber(data);
          if (number === null) return inner.onTimer(data, out);
          now = { out, inner };
          alarms.get(number)?.();
          alarms.delete(number);
        },
        reply(request, completion, context, out) {
          const then = waiting.get(request);
          waiting.delete(request);
          if (then === undefined) out.reply(request, completion, context);
          else ready.push(() => then(completion));
        },
        afterStep(out, inner) {
          now = { out, inner };
          for (let then = ready.shift(); then !== undefined; then = ready.shift()) then();
        },
      };
    },
    name,
  );
}

interface Now<M> {
  readonly out: Outbox<M>;
  readonly inner: Replica<M>;
}

function alarmNumber(data: Plain): number | null {
  const timer = data as { readonly type?: string; readonly number?: number } | null;
  return timer?.type === alarm ? (timer.number ?? null) : null;
}
