import type { Codec, Decoder, Encoder } from '../../kernel/codec.ts';
import type { Completion, Context, Operation, Plain, RequestId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';

/** The kinds of mail, as the low bits of its first byte. */
export const mailKind = { message: 0, request: 1, reply: 2 } as const;
export type MailKind = (typeof mailKind)[keyof typeof mailKind];

const kindBits = 3;
const contextFlag = 4;
const delayedFlag = 8;
/** The rest of this mail comes by port, as it is too large for the ring. */
export const byPort = 16;

/**
 * One piece of mail. The layout in bytes, little-endian:
 *
 *     1  kind, and whether a context and a delay follow
 *     1  the site of the client, by its place among the regions (requests and replies)
 *     2  the life of the sender
 *     2  the life of the receiver, as the sender knew it
 *     8  the request (requests and replies)
 *     8  when to deliver it, on the shared clock, and 4: the delay that was drawn (delayed mail)
 *        the body, by the codec of the link: a message, an operation or a completion; with a context, a pair
 *
 * A mail is one mutable object that its owner fills anew for each use: there are millions.
 */
export interface Mail {
  kind: MailKind;
  site: number;
  senderLife: number;
  receiverLife: number;
  request: RequestId;
  delayed: boolean;
  deliverAt: Micros;
  delay: Micros;
  body: Body;
  context: Context;
}

export function emptyMail(): Mail {
  return {
    kind: mailKind.message,
    site: 0,
    senderLife: 0,
    receiverLife: 0,
    request: 0,
    delayed: false,
    deliverAt: 0,
    delay: 0,
    body: undefined,
    context: undefined,
  };
}

/** The bodies that travel on one link, by the kind of mail. */
export interface BodyCodecs {
  readonly message: Codec<Plain>;
  readonly client: Codec<Plain>;
}

/** A message, or what a request or a reply carries. */
export type Body = Plain | Operation | Completion;

const fixedBytes = 6;
const requestBytes = 8;
const delayBytes = 12;

/** Writes mail on one link, for one life of its two ends. */
export class MailEncoder implements Encoder<Mail> {
  /** How many bytes the mail written last took. */
  lastBytes = 0;
  readonly #message: Encoder<Plain>;
  readonly #client: Encoder<Plain>;

  constructor(codecs: BodyCodecs) {
    this.#message = codecs.message.encoder();
    this.#client = codecs.client.encoder();
  }

  encode(mail: Mail, into: Uint8Array, start: number, end: number): number {
    if (start + fixedBytes + requestBytes + delayBytes > end) return -1;
    const hasContext = mail.context !== undefined;
    into[start] = mail.kind | (hasContext ? contextFlag : 0) | (mail.delayed ? delayedFlag : 0);
    into[start + 1] = mail.site;
    into[start + 2] = mail.senderLife;
    into[start + 3] = mail.senderLife >>> 8;
    into[start + 4] = mail.receiverLife;
    into[start + 5] = mail.receiverLife >>> 8;
    let at = start + fixedBytes;
    if (mail.kind !== mailKind.message) at = writeInteger(mail.request, into, at);
    if (mail.delayed) {
      at = writeInteger(mail.deliverAt, into, at);
      at = writeWord(mail.delay, into, at);
    }
    const stop =
      mail.kind === mailKind.message
        ? this.#message.encode(mail.body as Plain, into, at, end)
        : this.#client.encode(clientBody(mail, hasContext), into, at, end);
    this.lastBytes = stop - start;
    return stop;
  }
}

/** Reads what the encoder at the other end wrote, into one mail that is overwritten each time. */
export class MailDecoder implements Decoder<Mail> {
  readonly #message: Decoder<Plain>;
  readonly #client: Decoder<Plain>;
  readonly #mail = emptyMail();

  constructor(codecs: BodyCodecs) {
    this.#message = codecs.message.decoder();
    this.#client = codecs.client.decoder();
  }

  decode(from: Uint8Array, start: number, end: number): Mail {
    const mail = this.#mail;
    const first = from[start]!;
    const kind = (first & kindBits) as MailKind;
    mail.kind = kind;
    mail.site = from[start + 1]!;
    mail.senderLife = from[start + 2]! | (from[start + 3]! << 8);
    mail.receiverLife = from[start + 4]! | (from[start + 5]! << 8);
    mail.delayed = (first & delayedFlag) !== 0;
    let at = start + fixedBytes;
    if (kind !== mailKind.message) {
      mail.request = readInteger(from, at);
      at += requestBytes;
    }
    if (mail.delayed) {
      mail.deliverAt = readInteger(from, at);
      mail.delay = readWord(from, at + 8);
      at += delayBytes;
    }
    mail.context = undefined;
    if (kind === mailKind.message) {
      mail.body = this.#message.decode(from, at, end);
    } else if ((first & contextFlag) === 0) {
      mail.body = this.#client.decode(from, at, end);
    } else {
      const pair = this.#client.decode(from, at, end) as readonly [Plain, Context];
      mail.body = pair[0];
      mail.context = pair[1];
    }
    return mail;
  }
}

/** A record that keeps the place of mail that comes by port; the message is the life of the sender. */
export const portMarker: Encoder<number> = {
  encode(life, into, start, end) {
    if (start + 3 > end) return -1;
    into[start] = byPort;
    into[start + 1] = life;
    into[start + 2] = life >>> 8;
    return start + 3;
  },
};

export function lifeInMarker(from: Uint8Array, start: number): number {
  return from[start + 1]! | (from[start + 2]! << 8);
}

/** Operations and completions are plain data, though their interfaces do not say so. */
function clientBody(mail: Mail, withContext: boolean): Plain {
  const body = mail.body as Plain;
  return withContext ? [body, mail.context] : body;
}

function writeWord(value: number, into: Uint8Array, at: number): number {
  into[at] = value;
  into[at + 1] = value >>> 8;
  into[at + 2] = value >>> 16;
  into[at + 3] = value >>> 24;
  return at + 4;
}

function readWord(from: Uint8Array, at: number): number {
  return (from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24)) >>> 0;
}

/** A whole number of up to 53 bits. */
function writeInteger(value: number, into: Uint8Array, at: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return writeWord(high, into, writeWord(value >>> 0, into, at));
}

function readInteger(from: Uint8Array, at: number): number {
  return readWord(from, at + 4) * 0x1_0000_0000 + readWord(from, at);
}
