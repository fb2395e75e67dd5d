import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoder } from '../../../src/kernel/codec.ts';
import { createRing, RingConsumer, RingProducer } from '../../../src/runtimes/threads/ring.ts';

/** A payload of `length` bytes that all tell the number of the record. */
interface Payload {
  readonly length: number;
  readonly mark: number;
}

const encoder: Encoder<Payload> = {
  encode({ length, mark }, into, start, end) {
    // Whatever does not fit is scribbled over all the room there is, as a real encoder may do.
    into.fill(mark & 0xff, start, Math.min(end, start + length));
    return start + length <= end ? start + length : -1;
  },
};

function drained(consumer: RingConsumer): Payload[] {
  const seen: Payload[] = [];
  consumer.drain((bytes, start, end) => {
    const mark = bytes[start] ?? 0;
    expect(bytes.subarray(start, end).every((byte) => byte === mark)).toBe(true);
    seen.push({ length: end - start, mark: end > start ? mark : 0 });
  });
  return seen;
}

/** Positions that start just below 2^32 or 2^31 cross over within a test. */
const firstPosition = fc.constantFrom(0, 8, 2 ** 31 - 64, 2 ** 32 - 8, 2 ** 32 - 512, 2 ** 32 - 65_536);

describe('a ring', () => {
  type Step =
    | { readonly type: 'write'; readonly length: number }
    | { readonly type: 'publish' }
    | { readonly type: 'drain' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.nat(70).map((length): Step => ({ type: 'write', length })) },
    { weight: 2, arbitrary: fc.constant<Step>({ type: 'publish' }) },
    { weight: 2, arbitrary: fc.constant<Step>({ type: 'drain' }) },
  );

  test('is a queue: nothing is lost, nothing reordered, nothing seen before it is published', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(64, 128, 256),
        firstPosition,
        fc.array(step, { maxLength: 200, size: 'max' }),
        (capacity, first, steps) => {
          const memory = createRing(capacity, first);
          const producer = new RingProducer(memory);
          const consumer = new RingConsumer(memory);
          let unpublished: Payload[] = [];
          let published: Payload[] = [];

          for (const [mark, each] of steps.entries()) {
            if (each.type === 'publish') {
              expect(producer.publish()).toBe(unpublished.length > 0);
              published = [...published, ...unpublished];
              unpublished = [];
            } else if (each.type === 'drain') {
              expect(consumer.pending()).toBe(published.length > 0);
              expect(drained(consumer)).toEqual(published);
              published = [];
            } else {
              const payload = { length: each.length, mark: each.length > 0 ? mark & 0xff : 0 };
              const outcome = producer.write(encoder, payload);
              if (outcome === 'written') unpublished.push(payload);
              if (each.length > producer.largestPayload) expect(outcome).not.toBe('written');
              else expect(outcome).not.toBe('oversize');
              if (published.length + unpublished.length === 0) expect(outcome).not.toBe('full');
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is full only while its unread records and one gap at its end leave too little room', () => {
    fc.assert(
      fc.property(firstPosition, fc.array(fc.nat(12), { minLength: 40, maxLength: 40 }), (first, lengths) => {
        const producer = new RingProducer(createRing(256, first));
        let used = 0;

        for (const length of lengths) {
          const size = Math.ceil((length + 4) / 8) * 8;
          const outcome = producer.write(encoder, { length, mark: 1 });
          if (outcome === 'written') used += size;
          else expect(used + 2 * size).toBeGreaterThan(256);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('takes a record again once the consumer has drained', () => {
    const memory = createRing(64);
    const producer = new RingProducer(memory);
    const consumer = new RingConsumer(memory);
    const payload = { length: 12, mark: 5 };
    const outcomes = Array.from({ length: 5 }, () => producer.write(encoder, payload));

    producer.publish();
    const seen = drained(consumer);

    expect(outcomes).toEqual(['written', 'written', 'written', 'written', 'full']);
    expect(seen).toHaveLength(4);
    expect(producer.write(encoder, payload)).toBe('written');
  });

  test('takes records up to a quarter of itself, and says that a longer one is oversize', () => {
    const producer = new RingProducer(createRing(1024));

    expect(producer.largestPayload).toBe(252);
    expect(producer.write(encoder, { length: 252, mark: 1 })).toBe('written');
    expect(producer.write(encoder, { length: 253, mark: 1 })).toBe('oversize');
  });

  test('stays as it was when an encoder throws', () => {
    const memory = createRing(64);
    const producer = new RingProducer(memory);
    const consumer = new RingConsumer(memory);
    const failing: Encoder<Payload> = {
      encode() {
        throw new TypeError('not plain data');
      },
    };

    expect(() => producer.write(failing, { length: 1, mark: 1 })).toThrow(TypeError);
    expect(producer.publish()).toBe(false);
    producer.write(encoder, { length: 3, mark: 2 });
    producer.publish();

    expect(drained(consumer)).toEqual([{ length: 3, mark: 2 }]);
  });

  test('counts a record as consumed when its visit throws, and keeps those after it', () => {
    const memory = createRing(64);
    const producer = new RingProducer(memory);
    const consumer = new RingConsumer(memory);
    for (const mark of [1, 2, 3]) producer.write(encoder, { length: 4, mark });
    producer.publish();

    const drain = () =>
      consumer.drain(() => {
        throw new Error('bad mail');
      });

    expect(drain).toThrow('bad mail');
    expect(drained(consumer).map((payload) => payload.mark)).toEqual([2, 3]);
  });

  test('refuses a capacity that is no power of two', () => {
    expect(() => createRing(100)).toThrow('A ring holds a power of two of bytes');
  });
});

describe('a new producer on a used ring', () => {
  test('continues after the last record that its predecessor published', () => {
    const memory = createRing(128);
    const dead = new RingProducer(memory);
    const consumer = new RingConsumer(memory);
    dead.write(encoder, { length: 5, mark: 1 });
    dead.publish();
    dead.write(encoder, { length: 30, mark: 2 });

    const successor = new RingProducer(memory);
    successor.write(encoder, { length: 7, mark: 3 });
    successor.publish();

    expect(drained(consumer).map((payload) => payload.mark)).toEqual([1, 3]);
  });

  test('writes in a session of its own', () => {
    const memory = createRing(128);
    const consumer = new RingConsumer(memory);
    const sessions: number[] = [];
    for (const mark of [1, 2]) {
      const producer = new RingProducer(memory);
      producer.write(encoder, { length: 5, mark });
      producer.publish();
    }

    consumer.drain(() => sessions.push(consumer.session));

    expect(sessions).toEqual([1, 2]);
  });
});

describe('a new consumer on a used ring', () => {
  test('skips what its predecessor left unread when it resets', () => {
    const memory = createRing(128);
    const producer = new RingProducer(memory);
    for (const mark of [1, 2]) producer.write(encoder, { length: 20, mark });
    producer.publish();

    const successor = new RingConsumer(memory);
    successor.reset();
    expect(successor.pending()).toBe(false);
    expect(producer.renewed()).toBe(true);
    producer.write(encoder, { length: 20, mark: 3 });
    producer.publish();

    expect(drained(successor).map((payload) => payload.mark)).toEqual([3]);
  });

  test('never sees a record that was written before its producer noticed it', () => {
    const memory = createRing(128);
    const producer = new RingProducer(memory);
    const successor = new RingConsumer(memory);
    producer.write(encoder, { length: 9, mark: 1 });
    successor.reset();
    producer.publish();

    expect(successor.pending()).toBe(true);
    expect(drained(successor)).toEqual([]);
    expect(producer.renewed()).toBe(true);
    expect(producer.renewed()).toBe(false);
  });

  test('frees the whole ring for the producer when it resets', () => {
    const memory = createRing(64);
    const producer = new RingProducer(memory);
    while (producer.write(encoder, { length: 12, mark: 1 }) === 'written');
    producer.publish();

    new RingConsumer(memory).reset();

    expect(producer.write(encoder, { length: 12, mark: 2 })).toBe('written');
  });
});
