import { parentPort, workerData } from 'node:worker_threads';
import { createLinkCodec } from '../../../src/kernel/link-codec.ts';
import type { Plain } from '../../../src/kernel/operation.ts';
import { Doorbells } from '../../../src/runtimes/threads/doorbell.ts';
import { LinkReceiver, LinkSender } from '../../support/link.ts';

/** One end of a stream of records between two threads, which sleep only on their doorbells. */
export interface StreamEnd {
  readonly role: 'producer' | 'consumer';
  readonly ring: SharedArrayBuffer;
  readonly bells: SharedArrayBuffer;
  readonly count: number;
}

export interface StreamResult {
  readonly received: number;
  readonly checksum: number;
}

/** A wake-up that takes as long as this was lost. */
const lostAfterMs = 20_000;
const producerBell = 0;
const consumerBell = 1;

/** Records of 20 to 80 bytes, whose sum anyone can work out. */
function record(index: number): Plain {
  return { type: 'record', index, text: 'abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(index % 50) };
}

export function checksumOf(index: number, text: string): number {
  return (Math.imul(index + 1, 0x9e37_79b1) ^ (text.length * 31 + (text.charCodeAt(0) || 0))) >>> 0;
}

function produce({ ring, bells, count }: StreamEnd): void {
  const sender = new LinkSender<Plain>(ring, createLinkCodec());
  const doorbells = new Doorbells(bells);
  for (let index = 0; index < count; index += 1) {
    const message = record(index);
    while (sender.send(message) === 'full') {
      if (sender.publish()) doorbells.ring(consumerBell);
      // Asking whether there is room leaves nothing behind: an encoder that finds none has written nothing.
      let sent = false;
      const hasRoom = () => {
        sent = sender.send(message) === 'written';
        return sent;
      };
      if (!doorbells.wait(producerBell, hasRoom, lostAfterMs))
        throw new Error('the producer was never woken');
      if (sent) break;
    }
    if (index % 97 === 0 && sender.publish()) doorbells.ring(consumerBell);
  }
  if (sender.publish()) doorbells.ring(consumerBell);
}

function consume({ ring, bells, count }: StreamEnd): StreamResult {
  const receiver = new LinkReceiver<Plain>(ring, createLinkCodec());
  const doorbells = new Doorbells(bells);
  let received = 0;
  let checksum = 0;
  while (received < count) {
    const drained = receiver.receive((message) => {
      const { index, text } = message as { index: number; text: string };
      if (index !== received) throw new Error(`record ${index} arrived in the place of ${received}`);
      received += 1;
      checksum = (checksum + checksumOf(index, text)) >>> 0;
    });
    if (drained > 0) doorbells.ring(producerBell);
    else if (!doorbells.wait(consumerBell, () => receiver.pending(), lostAfterMs)) {
      throw new Error(`the consumer was never woken after ${received} records`);
    }
  }
  return { received, checksum };
}

export function expectedChecksum(count: number): number {
  let checksum = 0;
  for (let index = 0; index < count; index += 1) {
    const { text } = record(index) as { text: string };
    checksum = (checksum + checksumOf(index, text)) >>> 0;
  }
  return checksum;
}

if (parentPort !== null) {
  const end = workerData as StreamEnd;
  if (end.role === 'producer') produce(end);
  else parentPort.postMessage(consume(end));
}
