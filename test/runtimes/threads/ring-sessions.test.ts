import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLinkCodec } from '../../../src/kernel/link-codec.ts';
import type { Plain } from '../../../src/kernel/operation.ts';
import { createRing } from '../../../src/runtimes/threads/ring.ts';
import { LinkReceiver, LinkSender } from '../../support/link.ts';

/** The codec learns this shape and these words, so each end is lost without what the other end told it. */
function message(id: number): Plain {
  return { type: 'accept', key: `key-${id % 3}`, id };
}

function idsReceived(receiver: LinkReceiver<Plain>): number[] {
  const ids: number[] = [];
  receiver.receive((received) => {
    const { id } = received as { id: number };
    expect(received).toEqual(message(id));
    ids.push(id);
  });
  return ids;
}

describe('a link', () => {
  test('delivers what was sent and published, in order', () => {
    const memory = createRing(1024);
    const sender = new LinkSender(memory, createLinkCodec());
    const receiver = new LinkReceiver(memory, createLinkCodec());

    for (const id of [1, 2, 3]) expect(sender.send(message(id))).toBe('written');
    expect(idsReceived(receiver)).toEqual([]);
    sender.publish();

    expect(idsReceived(receiver)).toEqual([1, 2, 3]);
  });

  test('delivers every message once its sender tries again what found the ring full', () => {
    const memory = createRing(256);
    const sender = new LinkSender(memory, createLinkCodec());
    const receiver = new LinkReceiver(memory, createLinkCodec());
    const received: number[] = [];

    for (let id = 0; id < 1000; id += 1) {
      while (sender.send(message(id)) === 'full') {
        sender.publish();
        received.push(...idsReceived(receiver));
      }
    }
    sender.publish();
    received.push(...idsReceived(receiver));

    expect(received).toEqual(Array.from({ length: 1000 }, (_, id) => id));
  });

  test('stays intact after a message that is oversize', () => {
    const memory = createRing(256);
    const sender = new LinkSender(memory, createLinkCodec());
    const receiver = new LinkReceiver(memory, createLinkCodec());

    expect(sender.send({ type: 'accept', text: 'x'.repeat(100) })).toBe('oversize');
    sender.send(message(7));
    sender.publish();

    expect(idsReceived(receiver)).toEqual([7]);
  });

  test('survives any deaths of its ends: what arrives is intact and in order, and new mail always arrives', () => {
    const step = fc.constantFrom('send', 'send', 'publish', 'receive', 'new sender', 'new receiver');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = createRing(2048);
        let sender = new LinkSender(memory, createLinkCodec());
        let receiver = new LinkReceiver(memory, createLinkCodec());
        const received: number[] = [];

        for (const [id, each] of steps.entries()) {
          if (each === 'send') sender.send(message(id));
          if (each === 'publish') sender.publish();
          if (each === 'receive') received.push(...idsReceived(receiver));
          if (each === 'new sender') sender = new LinkSender(memory, createLinkCodec());
          if (each === 'new receiver') {
            receiver = new LinkReceiver(memory, createLinkCodec());
            receiver.reset();
          }
        }
        sender.publish();
        received.push(...idsReceived(receiver));
        sender.send(message(1000));
        sender.publish();

        expect(idsReceived(receiver)).toEqual([1000]);
        expect(received).toEqual([...new Set(received)].sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });
});
