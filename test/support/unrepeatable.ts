import type { Key, NodeId, Plain, Value } from '../../src/kernel/operation.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';

/** Outlives each run of the process. */
let requestsEver = 0;

/**
 * A register that tells everyone and promises nothing. As the knob `how` says, what it tells depends on more than its seed:
 * on chance of its own, on the machine's clock, on what ran before, or not at all.
 */
export const strategy: AnyStrategy = {
  name: 'unrepeatable',
  summary: 'Does as it likes',
  family: 'eventual',
  knobs: [
    {
      name: 'how',
      kind: 'choice',
      choices: ['random', 'order', 'clock', 'timer', 'shared', 'not'],
      default: 'random',
      sentence: 'What it depends on.',
    },
  ],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: ['crash'],
  guarantees: () => [],
  create(env) {
    const values = new Map<Key, Value>();
    const { how } = env.knobs;
    const mark = (): number => {
      if (how === 'random') return Math.random();
      if (how === 'clock') return Date.now();
      return how === 'shared' ? requestsEver : 0;
    };
    const receivers = (): readonly NodeId[] =>
      how === 'order' ? [...env.peers].sort(() => Math.random() - 0.5) : env.peers;
    return {
      onStart(out) {
        if (how === 'timer') out.setTimer(1 + Math.floor(Math.random() * 1_000_000), null);
      },
      onRequest(request, operation, _context, out) {
        requestsEver += 1;
        if (operation.type === 'write') {
          values.set(operation.key, operation.value);
          const message: Plain = { key: operation.key, value: operation.value as Plain, mark: mark() };
          for (const peer of receivers()) out.send(peer, message);
        }
        out.reply(request, { type: 'ok', value: values.get(operation.key) ?? null });
      },
      onMessage(_from, message) {
        const { key, value } = message as { readonly key: Key; readonly value: Value };
        values.set(key, value);
      },
      onTimer() {},
      contents: () => values,
    };
  },
};
