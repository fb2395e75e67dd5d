import type { Plain } from '../../../src/kernel/operation.ts';
import { milliseconds } from '../../../src/kernel/time.ts';
import type { Hooks } from '../../support/swarm-wrap.ts';

const flushAfter = milliseconds(10);
const flush = 'flush';

/** A disk that is written a little after everything else: what it was told just before a crash is gone. */
export function lazyDisk<M>(): Hooks<M> {
  const unwritten = new Map<string, Plain>();
  let flushing = false;
  return {
    persist(key, value, out) {
      if (flushing) return out.persist(key, value);
      if (unwritten.size === 0) out.setTimer(flushAfter, flush);
      unwritten.set(key, value);
    },
    onTimer(data, out, inner) {
      if (data !== flush) return inner.onTimer(data, out);
      flushing = true;
      for (const [key, value] of unwritten) out.persist(key, value);
      flushing = false;
      unwritten.clear();
    },
  };
}
