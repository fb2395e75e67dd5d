import type { NodeId } from '../../../src/kernel/operation.ts';
import { type LockMessage, strategy as lock } from '../../../src/strategies/lock.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'A holder reads from its own copy without asking a majority whether it still is the holder.',
  standsFor: 'lease reads whose holder slept through the end of its lease',
  strategy: wrapped(
    lock,
    () => {
      const unasked: { readonly from: NodeId; readonly held: LockMessage }[] = [];
      return {
        send(to, message, out) {
          if (message.type !== 'confirm') return out.send(to, message);
          const { key, token, round } = message;
          unasked.push({ from: to, held: { type: 'held', key, token, round } });
        },
        afterStep(out, inner) {
          for (const { from, held } of unasked.splice(0)) inner.onMessage(from, held, out);
        },
      };
    },
    'stale-lease-read',
  ),
  original: lock,
  caughtBy: 'linearizable',
  within: 400,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write'], operations: 300 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
