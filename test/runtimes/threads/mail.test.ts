import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLinkCodec } from '../../../src/kernel/link-codec.ts';
import {
  emptyMail,
  type Mail,
  MailDecoder,
  MailEncoder,
  mailKind,
} from '../../../src/runtimes/threads/mail.ts';

const linkCodec = createLinkCodec();
const codecs = { message: linkCodec, client: linkCodec };
const life = fc.integer({ min: 1, max: 65_535 });
const micros = fc.nat(Number.MAX_SAFE_INTEGER);
const body = fc.oneof(fc.string(), fc.record({ type: fc.constant('read'), key: fc.string() }), fc.integer());

const message = fc.record({ kind: fc.constant(mailKind.message), site: fc.constant(0) });
const client = fc.record({
  kind: fc.constantFrom(mailKind.request, mailKind.reply),
  site: fc.nat(255),
  request: micros,
  context: fc.oneof(fc.constant(undefined), fc.array(fc.string())),
});
const delayed = fc.record({ delayed: fc.constant(true), deliverAt: micros, delay: fc.nat(0xffff_ffff) });
const mail = fc
  .tuple(
    fc.oneof(message, client),
    fc.oneof(fc.constant({}), delayed),
    fc.record({ senderLife: life, receiverLife: life, body }),
  )
  .map(([kind, delay, rest]): Mail => ({ ...emptyMail(), ...kind, ...delay, ...rest }));

test('mail is read as it was written, in the order of writing', () => {
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 20 }), (letters) => {
      const encoder = new MailEncoder(codecs);
      const decoder = new MailDecoder(codecs);
      const bytes = new Uint8Array(65_536);
      for (const letter of letters) {
        const end = encoder.encode(letter, bytes, 8, bytes.length);
        expect(end - 8).toBe(encoder.lastBytes);
        expect(meaningOf(decoder.decode(bytes, 8, end))).toEqual(meaningOf(letter));
      }
    }),
  );
});

test('mail that does not fit may be written again elsewhere', () => {
  const encoder = new MailEncoder(codecs);
  const decoder = new MailDecoder(codecs);
  const letter = {
    ...emptyMail(),
    senderLife: 1,
    receiverLife: 1,
    body: { key: 'a key', value: 'x'.repeat(50) },
  };
  const bytes = new Uint8Array(256);

  const refusals = Array.from({ length: 60 }, (_, room) => encoder.encode(letter, bytes, 0, room));
  const end = encoder.encode(letter, bytes, 0, bytes.length);

  expect(new Set(refusals)).toEqual(new Set([-1]));
  expect(decoder.decode(bytes, 0, end).body).toEqual(letter.body);
});

/** What the kind of mail leaves out means nothing. */
function meaningOf(letter: Mail): Partial<Mail> {
  const { kind, senderLife, receiverLife, body, context, delayed, deliverAt, delay, site, request } = letter;
  return {
    ...{ kind, senderLife, receiverLife, body, context, delayed },
    ...(delayed ? { deliverAt, delay } : {}),
    ...(kind === mailKind.message ? {} : { site, request }),
  };
}
