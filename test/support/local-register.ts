import type { Key, Plain, Value } from '../../src/kernel/operation.ts';
import { applyTo } from '../../src/kernel/operation.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';

/**
 * Known to be wrong: every node answers from its own memory and tells nobody, yet all is promised. It shows that the seed
 * harness and the checkers can say no.
 */
export const strategy: AnyStrategy = {
  name: 'local-register',
  summary: 'answers from local memory without replication',
  family: 'strong',
  knobs: [],
  operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'refused' },
  tolerates: ['crash', 'pause', 'partition'],
  guarantees: () => ['linearizable', 'convergent', 'no-lost-adds'],
  create(_env, _boot, durable) {
    const values = new Map(durable as ReadonlyMap<Key, Value>);
    return {
      onStart() {},
      onRequest(request, operation, _context, out) {
        if (operation.type === 'transfer') {
          return out.reply(request, { type: 'refused', because: 'not served' });
        }
        const effect = applyTo(values.get(operation.key) ?? null, operation);
        if (effect.type === 'refused') return out.reply(request, effect);
        if (operation.type !== 'read') {
          values.set(operation.key, effect.value);
          out.persist(operation.key, effect.value as Plain);
        }
        out.reply(request, { type: 'ok', value: effect.value });
      },
      onMessage() {},
      onTimer() {},
      contents: () => values,
    };
  },
};
