import { Script } from 'node:vm';
import { forbidExit } from '../no-exit.ts';

/** What the simulator does between two turns of Node's own loop takes milliseconds; more than this is an endless loop. */
const watchLimitMs = 10_000;

const slot = Symbol.for('pacelc.watched');
const script = new Script(`globalThis[Symbol.for('pacelc.watched')]()`);
const scope = globalThis as { [slot]?: (() => unknown) | undefined };
let watching = false;

/**
 * Runs what calls a strategy, which may be anybody's: one that loops for ever is ended by an error, and one that wants
 * to end the process breaks instead. Nothing that was under way may be gone on with after such an end.
 */
export function watched<T>(act: () => T, limitMs = watchLimitMs): T {
  if (watching) return act();
  const allowExit = forbidExit();
  const before = scope[slot];
  scope[slot] = act;
  watching = true;
  try {
    return script.runInThisContext({ timeout: limitMs, displayErrors: false }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(
      `a step of the strategy did not end within ${limitMs / 1000} s: is there an endless loop?`,
    );
  } finally {
    watching = false;
    scope[slot] = before;
    allowExit();
  }
}
