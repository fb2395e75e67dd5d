import { strategy as lock } from '../../../src/strategies/lock.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'A replica says yes to whoever believes to hold the key, without comparing fencing tokens.',
  standsFor: 'distributed locks of which the storage behind them knows nothing',
  strategy: wrapped(
    lock,
    () => ({
      send(to, message, out) {
        if (message.type !== 'fenced') return out.send(to, message);
        const { key, token, round } = message;
        out.send(to, { type: 'held', key, token, round });
      },
    }),
    'no-fencing',
  ),
  original: lock,
  caughtBy: 'linearizable',
  within: 400,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write'], operations: 300, keys: 1 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
