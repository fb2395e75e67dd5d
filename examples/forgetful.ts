import type { Strategy } from 'pacelc';

/** A register that answers from where it was asked and tells nobody: fast, available, and wrong. */
export const strategy: Strategy<null> = {
  name: 'forgetful',
  summary: 'Every node for itself',
  family: 'strong',
  knobs: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: ['crash', 'pause', 'partition'],
  guarantees: () => ['linearizable'],
  create(_env, _boot, durable) {
    const values = new Map(durable as ReadonlyMap<string, number>);
    return {
      onStart() {},
      onRequest(request, operation, _context, out) {
        if (operation.type === 'write') {
          values.set(operation.key, operation.value as number);
          out.persist(operation.key, operation.value);
        }
        out.reply(request, { type: 'ok', value: values.get(operation.key) ?? null });
      },
      onMessage() {},
      onTimer() {},
      contents: () => values,
    };
  },
};
