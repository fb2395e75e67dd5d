import type { AnyStrategy } from '../../src/kernel/strategy.ts';

/**
 * Answers every request with null, except on the node that the knob `on` names (-1: on all of them), which fails as
 * the knob `how` says: it throws in `create` or `onStart`, loops in `create` or `contents`, ends the process, or
 * answers its first request with the completion that `how` holds as JSON.
 */
export const strategy: AnyStrategy = {
  name: 'failing',
  summary: 'fails as it is told',
  family: 'eventual',
  knobs: [
    { name: 'how', kind: 'choice', choices: ['create'], default: 'create', sentence: 'How it fails.' },
    { name: 'on', kind: 'integer', default: -1, sentence: 'Where it fails.' },
  ],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: ['crash'],
  guarantees: () => [],
  create(env) {
    const { how, on } = env.knobs;
    const fails = on === -1 || on === env.id;
    if (fails && how === 'create') throw new Error('told to throw in create');
    if (fails && how === 'throw null') throw null;
    while (fails && how === 'loop in create');
    return {
      onStart() {
        if (fails && how === 'onStart') throw new Error('told to throw in onStart');
      },
      onRequest(request, _operation, _context, out) {
        if (fails && how === 'exit') process.exit(0);
        if (fails && how === 'wait') return Promise.reject(new Error('later')) as never;
        const illegal = fails && String(how).startsWith('{');
        out.reply(request, illegal ? JSON.parse(String(how)) : { type: 'ok', value: null });
      },
      onMessage() {},
      onTimer() {},
      contents() {
        while (fails && how === 'loop in contents');
        return [];
      },
    };
  },
};
