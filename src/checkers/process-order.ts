import type { History } from '../history/history.ts';

/** Times are whole, so this is less than any two that differ are apart. */
const instant = 0.5;

/**
 * The same history, told so that the operations of each process come one after the other also in real time: equal times count as
 * overlapping, and a client that asks again as soon as it is answered has such times throughout. Each completion that touches the next
 * invocation of its process is told an instant earlier. If that is linearizable, one order agrees with real time and with every process,
 * so the history is sequentially consistent, and all that follows from it. Null where operations of one process overlap, or take no time.
 */
export function withProcessOrder(history: History): History | null {
  const { process, invokedAt, completedAt } = history.columns;
  const before = new Map<number, number>();
  let moved: Float64Array | null = null;
  for (let row = 0; row < history.length; row += 1) {
    const earlier = before.get(process[row]!);
    before.set(process[row]!, row);
    if (earlier === undefined || completedAt[earlier]! < invokedAt[row]!) continue;
    if (!(completedAt[earlier]! === invokedAt[row]! && invokedAt[earlier]! < completedAt[earlier]!))
      return null;
    moved ??= Float64Array.from(completedAt.subarray(0, history.length));
    moved[earlier]! -= instant;
  }
  if (moved === null) return history;
  return { ...history, columns: { ...history.columns, completedAt: moved } };
}
