import type { Events } from '../causal/events.ts';
import { initial, thinAir } from '../causal/versions.ts';

/** The last read of each version by each session; whatever waits for that one has waited for its earlier ones. */
export interface Readers {
  /** The reads of version v stand in `reads` from `starts[v]` to before `starts[v + 1]`. */
  readonly starts: Uint32Array;
  readonly reads: Uint32Array;
}

/** A number for what a read saw: its write, or behind all events a number for each key that had nothing yet. */
export function versionOf({ count, key, source }: Events, read: number): number {
  return source[read] === initial ? count + key[read]! : source[read]!;
}

export function lastReaders(events: Events): Readers {
  const { count, keys, isWrite, source, session } = events;
  const versions = count + keys;
  const last = new Int32Array(versions).fill(-1);
  const isLast = new Uint8Array(count);
  const starts = new Uint32Array(versions + 1);
  for (let event = count - 1; event >= 0; event -= 1) {
    if (isWrite[event] === 1 || source[event] === thinAir) continue;
    const version = versionOf(events, event);
    const later = last[version]!;
    last[version] = event;
    if (later >= 0 && session[later] === session[event]) continue;
    isLast[event] = 1;
    starts[version + 1]! += 1;
  }
  for (let i = 1; i <= versions; i += 1) starts[i]! += starts[i - 1]!;
  const next = starts.slice();
  const reads = new Uint32Array(starts[versions]!);
  for (let event = 0; event < count; event += 1) {
    if (isLast[event] === 0) continue;
    const version = versionOf(events, event);
    reads[next[version]!] = event;
    next[version]! += 1;
  }
  return { starts, reads };
}
