import type { MessagePort } from 'node:worker_threads';
import { createLinkCodec } from '../../src/kernel/link-codec.ts';
import type { Plain } from '../../src/kernel/operation.ts';
import { Doorbells } from '../../src/runtimes/threads/doorbell.ts';
import { LinkReceiver, LinkSender } from '../../test/support/link.ts';
import type { Message } from './message.ts';
import { peersOf, type Traffic } from './traffic.ts';

/** Moves the messages of one node. `run` is called once and keeps at it until the traffic has stopped. */
export interface Carrier {
  send(to: number, message: Message): void;
  run(traffic: Traffic): void;
}

/** What a node needs to reach the others: rings `[from * nodes + to]` and bells, or a port for each peer. */
export interface Wiring {
  readonly rings: readonly SharedArrayBuffer[];
  readonly bells: SharedArrayBuffer;
  readonly ports: readonly (MessagePort | null)[];
}

export const sides = ['one postMessage per message', 'batched postMessage', 'ring and codec'] as const;
export type Side = (typeof sides)[number];

export function createCarrier(side: Side, node: number, nodes: number, wiring: Wiring): Carrier {
  if (side === 'ring and codec') return new RingCarrier(node, nodes, wiring);
  return side === 'batched postMessage' ? new BatchCarrier(wiring.ports) : new PortCarrier(wiring.ports);
}

class PortCarrier implements Carrier {
  readonly #ports: readonly (MessagePort | null)[];

  constructor(ports: readonly (MessagePort | null)[]) {
    this.#ports = ports;
  }

  send(to: number, message: Message): void {
    this.#ports[to]!.postMessage(message);
  }

  run(traffic: Traffic): void {
    for (const port of this.#ports) port?.on('message', traffic.deliver);
    traffic.start();
  }
}

/** One array for each peer, sent when the turn of the event loop is over. */
class BatchCarrier implements Carrier {
  readonly #ports: readonly (MessagePort | null)[];
  readonly #batches: Message[][];
  #due = false;

  constructor(ports: readonly (MessagePort | null)[]) {
    this.#ports = ports;
    this.#batches = ports.map(() => []);
  }

  send(to: number, message: Message): void {
    this.#batches[to]!.push(message);
    if (this.#due) return;
    this.#due = true;
    setImmediate(this.#flush);
  }

  run(traffic: Traffic): void {
    for (const port of this.#ports) {
      port?.on('message', (batch: readonly Message[]) => {
        for (const message of batch) traffic.deliver(message);
      });
    }
    traffic.start();
  }

  readonly #flush = (): void => {
    this.#due = false;
    for (const [peer, batch] of this.#batches.entries()) {
      if (batch.length === 0) continue;
      this.#ports[peer]!.postMessage(batch);
      this.#batches[peer] = [];
    }
  };
}

const longestNapMs = 5;
/** A turn of Node's own loop costs as much as twenty messages, and ports and promises can wait for a millisecond. */
const drainsPerTurn = 16;

/** Drains its rings, publishes what that made it send, and naps on its doorbell when nothing came. */
class RingCarrier implements Carrier {
  readonly #node: number;
  readonly #bells: Doorbells;
  readonly #senders: (LinkSender<Plain> | null)[];
  readonly #receivers: LinkReceiver<Plain>[];
  readonly #peers: readonly number[];

  constructor(node: number, nodes: number, { rings, bells }: Wiring) {
    this.#node = node;
    this.#bells = new Doorbells(bells);
    this.#peers = peersOf(node);
    const linkCodec = createLinkCodec();
    this.#senders = rings
      .slice(node * nodes, (node + 1) * nodes)
      .map((ring, peer) => (peer === node ? null : new LinkSender<Plain>(ring, linkCodec)));
    this.#receivers = this.#peers.map(
      (peer) => new LinkReceiver<Plain>(rings[peer * nodes + node]!, linkCodec),
    );
  }

  send(to: number, message: Message): void {
    const outcome = this.#senders[to]!.send(message as unknown as Plain);
    if (outcome !== 'written') throw new Error(`a ring is ${outcome}, though little is under way`);
  }

  run(traffic: Traffic): void {
    const deliver = traffic.deliver as unknown as (message: Plain) => void;
    const hasWork = () => this.#receivers.some((receiver) => receiver.pending());
    const drain = (): void => {
      let received = 0;
      for (const receiver of this.#receivers) received += receiver.receive(deliver);
      this.#publish();
      if (received === 0) this.#bells.wait(this.#node, hasWork, longestNapMs);
    };
    const turn = (): void => {
      for (let i = 0; i < drainsPerTurn; i += 1) drain();
      setImmediate(turn);
    };
    traffic.start();
    turn();
  }

  #publish(): void {
    for (const peer of this.#peers) if (this.#senders[peer]!.publish()) this.#bells.ring(peer);
  }
}
