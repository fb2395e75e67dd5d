import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueHeap } from '../../../src/runtimes/threads/due-heap.ts';

test('items come out by the instant at which they are due, and ties in the order of arrival', () => {
  const heap = new DueHeap<string>();
  heap.push(5, 'late');
  heap.push(3, 'first of two');
  heap.push(3, 'second of two');
  heap.push(-1, 'overdue');

  const popped = [heap.pop(), heap.pop(), heap.pop(), heap.pop()];

  expect(popped).toEqual(['overdue', 'first of two', 'second of two', 'late']);
  expect(heap.nextDue).toBe(Number.POSITIVE_INFINITY);
});

test('any mix of pushes, removals and pops does what a sorted list does', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('push' as const), due: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('pop' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const heap = new DueHeap<number>();
      const list: { due: number; item: number; handle: number }[] = [];
      const gone: number[] = [];
      steps.forEach((taken, item) => {
        if (taken.type === 'push') {
          list.push({ due: taken.due, item, handle: heap.push(taken.due, item) });
          list.sort((a, b) => a.due - b.due || a.item - b.item);
        } else if (taken.type === 'remove' && list.length > 0) {
          const [{ handle }] = list.splice(taken.which % list.length, 1) as [(typeof list)[0]];
          expect(heap.remove(handle)).toBe(true);
          gone.push(handle);
        } else if (taken.type === 'pop' && list.length > 0) {
          const first = list.shift()!;
          expect(heap.pop()).toBe(first.item);
          gone.push(first.handle);
        }
        expect(heap.length).toBe(list.length);
        expect(heap.nextDue).toBe(list[0]?.due ?? Number.POSITIVE_INFINITY);
      });
      for (const handle of gone) expect(heap.remove(handle)).toBe(false);
    }),
  );
});

test('a heap grows with what it holds', () => {
  const heap = new DueHeap<number>();
  for (let i = 5_000; i > 0; i -= 1) heap.push(i, i);

  for (let i = 1; i <= 5_000; i += 1) expect(heap.pop()).toBe(i);
});
