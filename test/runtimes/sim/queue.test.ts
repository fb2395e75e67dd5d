import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue, eventKind } from '../../../src/runtimes/sim/queue.ts';

type Command =
  | { readonly type: 'schedule'; readonly at: number }
  | { readonly type: 'pop' }
  | { readonly type: 'cancel'; readonly which: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.nat(20).map((at): Command => ({ type: 'schedule', at })) },
  { weight: 3, arbitrary: fc.constant<Command>({ type: 'pop' }) },
  { weight: 2, arbitrary: fc.nat(50).map((which): Command => ({ type: 'cancel', which })) },
);

function scheduleTimer(queue: EventQueue, at: number, name: number): number {
  const slot = queue.take();
  queue.kind[slot] = eventKind.timer;
  queue.to[slot] = 0;
  queue.payload[slot] = name;
  queue.schedule(slot, at);
  return queue.ticketOf(slot);
}

describe('the event queue', () => {
  test('is a list sorted by time and order of scheduling, from which timers can be taken out', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const queue = new EventQueue();
        const tickets: number[] = [];
        let expected: { at: number; name: number }[] = [];
        for (const step of commands) {
          if (step.type === 'schedule') {
            expected.push({ at: step.at, name: tickets.length });
            tickets.push(scheduleTimer(queue, step.at, tickets.length));
          } else if (step.type === 'cancel' && step.which < tickets.length) {
            queue.cancelTimer(tickets[step.which]!, 0);
            expected = expected.filter(({ name }) => name !== step.which);
          } else if (step.type === 'pop' && queue.size > 0) {
            expected.sort((a, b) => a.at - b.at || a.name - b.name);
            const first = expected.shift();
            expect(queue.nextAt).toBe(first?.at);
            const slot = queue.pop();
            expect(queue.payload[slot]).toBe(first?.name);
            queue.release(slot);
          }
          expect(queue.size).toBe(expected.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the order of events while it grows', () => {
    const queue = new EventQueue();
    const count = 5_000;
    for (let i = 0; i < count; i += 1) scheduleTimer(queue, (i * 7_919) % count, i);

    const times = Array.from({ length: count }, () => {
      const at = queue.nextAt;
      queue.release(queue.pop());
      return at;
    });

    expect(times).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('does not let an old ticket cancel the timer that has its slot now', () => {
    const queue = new EventQueue();
    const old = scheduleTimer(queue, 1, 0);
    queue.release(queue.pop());
    scheduleTimer(queue, 2, 1);

    queue.cancelTimer(old, 0);

    expect(queue.size).toBe(1);
  });

  test('does not let one node cancel the timer of another', () => {
    const queue = new EventQueue();
    const ticket = scheduleTimer(queue, 1, 0);

    queue.cancelTimer(ticket, 1);

    expect(queue.size).toBe(1);
  });
});
