import { milliseconds } from '../../../src/kernel/time.ts';
import { strategy as gossip } from '../../../src/strategies/gossip.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

const tick = milliseconds(20);

/** Wall clocks that tick so rarely that stamps of different nodes are often the same but for the node. */
const original = wrapped(gossip, ({ env }) => ({
  life: { env: { ...env, wallClock: () => Math.floor(env.wallClock() / tick) * tick } },
}));

export const mutant: Mutant = {
  wrong: 'Stamps do not tell who wrote, so of two that are equal each node keeps the one that it saw first.',
  standsFor: 'last-writer-wins by timestamps of a second or a millisecond',
  strategy: wrapped(
    original,
    () => ({ send: (to, message, out) => out.send(to, withoutNode(message)) }),
    'ties-without-a-breaker',
  ),
  original: original,
  caughtBy: 'convergent',
  within: 200,
  swarm: { profile: 'calm', kinds: ['read', 'write'], keys: 1 },
};

/** The same message without the writers in its stamps, wherever they are. */
function withoutNode<T>(message: T): T {
  if (Array.isArray(message)) return message.map(withoutNode) as T;
  if (typeof message !== 'object' || message === null) return message;
  const fields = Object.entries(message).map(([name, value]) => [
    name,
    name === 'node' ? 0 : withoutNode(value),
  ]);
  return Object.fromEntries(fields) as T;
}

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
