import { expect, test } from 'vitest';
import type { Outbox } from '../../../src/kernel/replica.ts';
import { Inbox } from '../../../src/strategies/lock/inbox.ts';
import type { Forward, LockMessage } from '../../../src/strategies/lock/message.ts';

const sender = 3;

test('a forward that comes again while it is under way is not taken again, and its sender hears so', () => {
  const { inbox, out, sent } = open();

  expect(inbox.accept(sender, forward(7), out)).toBe(true);
  expect(inbox.accept(sender, forward(7), out)).toBe(false);
  expect(sent).toEqual(['underway']);
});

test('a forward that comes again after its answer is answered again', () => {
  const { inbox, out, sent } = open();
  inbox.accept(sender, forward(7), out);
  inbox.answer(sender, 7, { type: 'ok' }, out);

  expect(inbox.accept(sender, forward(7), out)).toBe(false);
  expect(sent).toEqual(['answer', 'answer']);
});

test('what the sender waits for no more is forgotten, and late copies of it are ignored', () => {
  const { inbox, out, sent } = open();
  inbox.accept(sender, forward(7), out);
  inbox.answer(sender, 7, { type: 'ok' }, out);
  inbox.accept(sender, forward(9, 9), out);
  sent.length = 0;

  expect(inbox.accept(sender, forward(7), out)).toBe(false);
  expect(inbox.accept(sender, forward(8), out)).toBe(false);
  expect(sent).toEqual([]);
});

test('a forward is answered only once, whoever answers first', () => {
  const { inbox, out, sent } = open();
  inbox.accept(sender, forward(7), out);

  inbox.conclude(sender, { type: 'redirect', number: 7, fence: 0, remaining: 0, serving: false }, out);
  inbox.answer(sender, 7, { type: 'ok' }, out);

  expect(sent).toEqual(['redirect']);
});

function forward(number: number, oldest = 1): Forward {
  return { type: 'forward', number, oldest, life: 10_000, task: { type: 'read', key: 'x' } };
}

function open() {
  const sent: string[] = [];
  const out = { send: (_to: number, message: LockMessage) => sent.push(message.type) };
  return { inbox: new Inbox(), out: out as unknown as Outbox<LockMessage>, sent };
}
