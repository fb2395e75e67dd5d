import type { Plain } from '../../src/kernel/operation.ts';
import type { Boot, Durable, Env, Outbox } from '../../src/kernel/replica.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';

/** What a scripted replica does at each step; whatever is left out does nothing. */
export interface Script {
  onStart?(env: Env, out: Outbox<Plain>, boot: Boot, durable: Durable): void;
  onRequest?(env: Env, request: number, out: Outbox<Plain>, key: string): void;
  onMessage?(env: Env, from: number, message: Plain, out: Outbox<Plain>): void;
  onTimer?(env: Env, data: Plain, out: Outbox<Plain>): void;
}

/** A strategy that a test writes down on the spot, to see what a runtime does to it. */
export function scripted(script: Script): AnyStrategy {
  return {
    name: 'scripted',
    summary: 'does what a test says',
    family: 'strong',
    knobs: [],
    operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'native' },
    tolerates: ['crash', 'disk-loss', 'pause', 'partition'],
    guarantees: () => [],
    create: (env, boot, durable) => ({
      onStart: (out) => script.onStart?.(env, out, boot, durable),
      onRequest: (request, operation, _context, out) => script.onRequest?.(env, request, out, operation.key),
      onMessage: (from, message, out) => script.onMessage?.(env, from, message, out),
      onTimer: (data, out) => script.onTimer?.(env, data, out),
      contents: () => [],
    }),
  };
}
