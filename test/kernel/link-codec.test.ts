import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createLinkCodec } from '../../src/kernel/link-codec.ts';
import type { Plain } from '../../src/kernel/operation.ts';

const runs = { numRuns: 2000 };
const roomy = 1 << 16;

/** Few different short strings, so that words and shapes repeat, beside strings of every kind. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    'type',
    'put',
    'key-1',
    'key-2',
    'é',
    '漢字',
    '\ud800',
    '__proto__',
    'constructor',
    '0',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

const number = fc.oneof(
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32),
  fc.constantFrom(2 ** 48 - 1, 2 ** 48, -1, -(2 ** 48), -(2 ** 48) - 1, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 60),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
);

const key = fc.oneof(text, number);

const plain = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, undefined, true, false), number, text),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 5 }).map(objectOf),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.array(key, { maxLength: 5 }).map((elements) => new Set(elements)),
  ),
})).value;

const messages = fc.array(plain, { minLength: 1, maxLength: 12 });

function objectOf(entries: readonly (readonly [string, Plain])[]): Plain {
  return Object.fromEntries(entries);
}

/** Deep equality that also tells 0 from −0 and one order of fields, entries or elements from another. */
function identical(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b) && isDeepStrictEqual(orderOf(a), orderOf(b));
}

function orderOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return [...value].map(([k, v]) => [k, orderOf(v)]);
  return Object.entries(value).map(([k, v]) => [k, orderOf(v)]);
}

function link() {
  return {
    encoder: createLinkCodec().encoder(),
    decoder: createLinkCodec().decoder(),
    bytes: new Uint8Array(roomy),
  };
}

function carry(message: unknown, { encoder, decoder, bytes } = link()): Plain {
  const end = encoder.encode(message as Plain, bytes, 0, bytes.length);
  expect(end).toBeGreaterThan(0);
  return decoder.decode(bytes, 0, end);
}

function encoded(message: Plain): Uint8Array {
  const bytes = new Uint8Array(roomy);
  return bytes.slice(0, createLinkCodec().encoder().encode(message, bytes, 0, bytes.length));
}

function outcome(run: () => Plain): unknown {
  try {
    return { value: run() };
  } catch (error) {
    return { error: String(error) };
  }
}

describe('a link', () => {
  test('carries any sequence of plain data unchanged, in its order of fields', () => {
    fc.assert(
      fc.property(messages, (sent) => {
        const ends = link();

        for (const message of sent) expect(identical(carry(message, ends), message)).toBe(true);
      }),
      runs,
    );
  });

  test('works inside shared memory, at any place', () => {
    fc.assert(
      fc.property(messages, fc.nat(100), (sent, start) => {
        const { encoder, decoder } = link();
        const bytes = new Uint8Array(new SharedArrayBuffer(roomy), 8);

        for (const message of sent) {
          const end = encoder.encode(message, bytes, start, bytes.length);
          expect(identical(decoder.decode(bytes, start, end), message)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('goes on as if an encoding that did not fit, or was refused, had never been tried', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, fc.nat(60), fc.boolean()), { maxLength: 12 }), (attempts) => {
        const { encoder, decoder, bytes } = link();

        for (const [message, room, spoil] of attempts) {
          if (spoil) expect(() => encoder.encode([message, Symbol()] as never, bytes, 0, roomy)).toThrow();
          let end = encoder.encode(message, bytes, 0, room);
          if (end < 0) end = encoder.encode(message, bytes, 0, roomy);
          expect(identical(decoder.decode(bytes, 0, end), message)).toBe(true);
        }
      }),
      runs,
    );
  });

  test('carries tens of thousands of different short strings and shapes', () => {
    const ends = link();

    for (let i = 0; i < 20_000; i += 1) {
      const message = { [`field${i % 700}`]: `text${i % 6000}`, [`other${i % 3}`]: `text${i % 6000}` };
      expect(identical(carry(message, ends), message)).toBe(true);
    }
  });

  test('carries objects of many fields and long strings', () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, i]));
    const long = { latin: 'x'.repeat(5000), wide: '漢'.repeat(5000), both: [wide, wide] };

    expect(identical(carry(long), long)).toBe(true);
  });

  test('sends the names of a shape once, and a repeated short string as a number', () => {
    const { encoder, bytes } = link();
    const makeMessage = () => ({ type: 'prepare', from: 3, ballot: 70, key: 'user00000123' });

    const sizes = [1, 2, 3].map(() => encoder.encode(makeMessage(), bytes, 0, roomy));

    expect(sizes[0]).toBeGreaterThan(40);
    expect(sizes[2]).toBe(5);
  });

  test('builds objects of known shapes without code from strings where that is forbidden', async () => {
    vi.resetModules();
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
    const { createLinkCodec: createRestricted } = await import('../../src/kernel/link-codec.ts');
    const ends = {
      encoder: createRestricted().encoder(),
      decoder: createRestricted().decoder(),
      bytes: new Uint8Array(99),
    };

    for (let i = 0; i < 40; i += 1) {
      const message = { restricted: i, __name__: `some text ${i}` };
      expect(identical(carry(message, ends), message)).toBe(true);
    }
    vi.unstubAllGlobals();
  });

  test('gives a field named __proto__ back as a field, however often it comes', () => {
    const ends = link();
    const message = JSON.parse('{"__proto__": {"admin": true}, "\\"];throw 1;//": 2, "\\u2028": 3}') as Plain;

    for (let i = 0; i < 40; i += 1) {
      const result = carry(message, ends);
      expect(identical(result, message)).toBe(true);
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    }
  });
});

describe('the links of one end', () => {
  test('each carry all that is sent on them, whatever was sent on the others', () => {
    const letters = fc.array(fc.tuple(plain, fc.array(fc.nat(2), { minLength: 1, maxLength: 4 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(letters, (sent) => {
        const codec = createLinkCodec();
        const ends = [0, 1, 2].map(() => ({ ...link(), encoder: codec.encoder() }));

        for (const [message, receivers] of sent) {
          for (const receiver of receivers) {
            expect(identical(carry(message, ends[receiver]), message)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  test('carry an object again after the buffer that held its bytes was written anew', () => {
    const { encoder, decoder, bytes } = link();
    const message = { type: 'ok', value: 'some longer text' };
    const first = encoder.encode(message, bytes, 14, roomy);
    decoder.decode(bytes, 14, first);
    bytes.fill(0xaa);

    const second = encoder.encode(message, bytes, 26, roomy);

    expect(decoder.decode(bytes, 26, second)).toEqual(message);
  });

  test('define a word on each link that carries it, when it first needs it', () => {
    const codec = createLinkCodec();
    const [used, fresh] = [codec.encoder(), codec.encoder()];
    const bytes = new Uint8Array(roomy);
    for (const _ of [1, 2, 3]) used.encode(['user00000123'], bytes, 0, roomy);

    const sizes = [1, 2].map(() => fresh.encode(['user00000123'], bytes, 0, roomy));

    expect(sizes[0]).toBeGreaterThan(12);
    expect(sizes[1]).toBe(3);
  });
});

test('an object that inherits fields or has no prototype arrives as a plain one, however often it comes', () => {
  const ends = link();
  const bare = Object.assign(Object.create(null) as object, { a: 1, b: 'text' });
  const heir = Object.assign(Object.create({ b: 'text' }) as object, { a: 1 });

  for (let i = 0; i < 40; i += 1) {
    expect(carry(bare, ends)).toStrictEqual({ a: 1, b: 'text' });
    expect(carry(heir, ends)).toStrictEqual({ a: 1, b: 'text' });
  }
});

describe('an encoder', () => {
  const deep = (depth: number): Plain => (depth === 0 ? 1 : [deep(depth - 1)]);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  class Point {}

  test.each([
    ['a function', { a: [1, { b: () => 1 }] }, 'message.a[1].b is a function'],
    ['a bigint', [1n], 'message[0] is a bigint'],
    ['a symbol', Symbol('s'), 'message is a symbol'],
    ['a class instance', { when: new Date(0) }, 'message.when is an instance of Date'],
    [
      'an instance of a class of the user',
      new Map([['p', new Point()]]),
      'message.get("p") is an instance of Point',
    ],
    [
      'a hole in an array',
      { list: Object.assign(new Array(3), { 0: 1, 2: 3 }) },
      'message.list[1] is a hole',
    ],
    ['a key that is no string or number', new Map([[{}, 1]]), 'message has a key of type object'],
    ['an element that is no string or number', [new Set([null])], 'message[0] has a key of type object'],
    ['a cycle', cycle, 'is a cycle, or nested more than 200 deep'],
    ['data nested too deeply', deep(201), 'is a cycle, or nested more than 200 deep'],
  ])('refuses %s and says where it is', (_, message, sentence) => {
    const encoder = createLinkCodec().encoder();

    const attempt = () => encoder.encode(message as Plain, new Uint8Array(roomy), 0, roomy);

    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(sentence);
  });

  test('takes data nested as deeply as it allows', () => {
    expect(carry(deep(200))).toEqual(deep(200));
  });

  test('writes nothing at or beyond the end that it is given', () => {
    fc.assert(
      fc.property(plain, fc.nat(80), fc.nat(80), (message, start, room) => {
        const bytes = new Uint8Array(400).fill(0xaa);

        const end = createLinkCodec()
          .encoder()
          .encode(message, bytes, start, start + room);

        expect(end).toBeLessThanOrEqual(start + room);
        expect(bytes.subarray(0, start).every((byte) => byte === 0xaa)).toBe(true);
        expect(bytes.subarray(start + room).every((byte) => byte === 0xaa)).toBe(true);
      }),
      runs,
    );
  });

  test('says that a message does not fit even where the end lies beyond the bytes', () => {
    expect(createLinkCodec().encoder().encode('0123456789', new Uint8Array(8), 0, 100)).toBe(-1);
  });

  test('passes on what a getter throws, and goes on unharmed', () => {
    const { encoder, decoder, bytes } = link();
    const trap = {
      fine: 1,
      get trouble(): Plain {
        throw new RangeError('trouble');
      },
    };

    expect(() => encoder.encode(trap, bytes, 0, roomy)).toThrow(RangeError);

    expect(decoder.decode(bytes, 0, encoder.encode({ fine: 1 }, bytes, 0, roomy))).toEqual({ fine: 1 });
  });
});

describe('a decoder', () => {
  test('throws on every message cut short, and on every message with bytes left over', () => {
    fc.assert(
      fc.property(plain, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (message, part) => {
        const whole = encoded(message);
        const cut = whole.slice(0, Math.floor(whole.length * part));

        expect(() => createLinkCodec().decoder().decode(cut, 0, cut.length)).toThrow(/Malformed/);
        expect(() =>
          createLinkCodec()
            .decoder()
            .decode(new Uint8Array([...whole, 0]), 0, whole.length + 1),
        ).toThrow(/Malformed message at byte \d+: bytes are left over/);
      }),
      runs,
    );
  });

  test('answers damaged bytes with plain data or an error, and reads nothing around them', () => {
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(plain, damage, (message, flips) => {
        const bytes = encoded(message);
        for (const [at, byte] of flips) bytes[at % bytes.length] = byte;

        expectSameInAnySurroundings(bytes);
      }),
      runs,
    );
  });

  test('answers random bytes with plain data or an error, and reads nothing around them', () => {
    const byte = fc.oneof(fc.nat(255), fc.integer({ min: 0xe0, max: 0xf8 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
        expectSameInAnySurroundings(Uint8Array.from(bytes));
      }),
      runs,
    );
  });

  /** What it makes of bytes must not depend on what lies before and after them. */
  function expectSameInAnySurroundings(bytes: Uint8Array): void {
    const outcomes = [0x00, 0x41, 0xff].map((filler) => {
      const around = new Uint8Array(bytes.length + 64).fill(filler);
      around.set(bytes, 32);
      return outcome(() =>
        createLinkCodec()
          .decoder()
          .decode(around, 32, 32 + bytes.length),
      );
    });

    expect(isDeepStrictEqual(outcomes[0], outcomes[1])).toBe(true);
    expect(isDeepStrictEqual(outcomes[0], outcomes[2])).toBe(true);
  }

  test.each([
    ['an unknown first byte', [0xff]],
    ['a word that was never defined', [0xa0]],
    ['a shape that was never defined', [0xc0]],
    ['more elements than bytes', [0xf4, 0xff, 0xff, 0xff, 0x7f, 0]],
    ['an endless count', [0xf4, 0xff, 0xff, 0xff, 0xff, 0xff, 0]],
    ['a shape with a field twice', [0xf2, 2, 0x81, 0x61, 0x81, 0x61, 1, 2]],
    ['an object with a field twice', [0xf3, 2, 0x81, 0x61, 1, 0x81, 0x61, 2]],
    ['a field name that is a number', [0xf3, 1, 1, 1]],
    ['a map key that is null', [0xf5, 1, 0xe0, 1]],
    ['a map with a key twice', [0xf5, 2, 1, 1, 1, 1]],
    ['a set with an element twice', [0xf6, 2, 1, 1]],
    ['endless nesting', new Array<number>(1000).fill(0xf4).flatMap((each) => [each, 1])],
    ['nothing at all', []],
  ])('throws on %s', (_, bytes) => {
    expect(() => createLinkCodec().decoder().decode(Uint8Array.from(bytes), 0, bytes.length)).toThrow(
      /Malformed/,
    );
  });

  test('throws where a message lies outside its bytes', () => {
    expect(() => createLinkCodec().decoder().decode(new Uint8Array(4), 2, 9)).toThrow(/Malformed/);
  });
});
