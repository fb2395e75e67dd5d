import type { Plain } from '../../../src/kernel/operation.ts';
import { strategy as crdt } from '../../../src/strategies/crdt.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

type Counts = { readonly up: number; readonly down: number };

const nothing: Counts = { up: 0, down: 0 };

export const mutant: Mutant = {
  wrong:
    'A merge adds what arrives instead of taking the larger of both, so mail that comes twice counts twice.',
  standsFor: 'operation-based counters on a network that delivers at least once',
  strategy: wrapped(
    crdt,
    ({ durable }) => {
      const here = new Map<string, Plain>(durable);
      const told = new Map<string, Counts>();
      return {
        persist(key, value, out) {
          here.set(key, value);
          out.persist(key, value);
        },
        // An increment travels instead of the state …
        send(to, message, out) {
          if (message.type !== 'column') return out.send(to, message);
          const name = `${to}/${message.life}/${message.key}`;
          const before = told.get(name) ?? nothing;
          told.set(name, message);
          out.send(to, { ...message, up: message.up - before.up, down: message.down - before.down });
        },
        // … and is added to what is here, each time that it arrives.
        onMessage(from, message, out, inner) {
          if (message.type !== 'column') return inner.onMessage(from, message, out);
          const { up, down } = (here.get(`${message.life}/${message.key}`) as Counts | undefined) ?? nothing;
          inner.onMessage(from, { ...message, up: up + message.up, down: down + message.down }, out);
        },
      };
    },
    'increments-merged-twice',
  ),
  original: crdt,
  caughtBy: 'no-lost-adds',
  within: 20,
  swarm: { profile: 'duplication', kinds: ['read', 'add'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
