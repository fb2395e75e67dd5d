import type { Call } from '../search/call.ts';
import type { Action } from './cell.ts';

/**
 * Where a key is only read and appended to, its texts grow: each is the beginning of all later ones. So the longest one that was
 * read says of every append whether it fits where it is put, long before that read is due.
 */
export function sharpenAppends(calls: readonly Call<Action>[]): readonly Call<Action>[] {
  const longest = longestRead(calls);
  return calls.map((call) => {
    const touches = call.touches.map(({ part, action }) => {
      const within = longest.get(part);
      if (action.type !== 'append' || within === undefined) return { part, action };
      return { part, action: { ...action, within } };
    });
    return { ...call, touches };
  });
}

/** By part: the longest text that was read, none where anything but appends changes it. */
function longestRead(calls: readonly Call<Action>[]): ReadonlyMap<string, string> {
  const longest = new Map<string, string>();
  const others = new Set<string>();
  for (const { touches } of calls) {
    for (const { part, action } of touches) {
      if (action.type === 'read') {
        const text = action.told.find((value) => typeof value === 'string');
        if (typeof text === 'string' && text.length > (longest.get(part) ?? '').length)
          longest.set(part, text);
      } else if (action.type !== 'append') others.add(part);
    }
  }
  for (const part of others) longest.delete(part);
  return longest;
}
