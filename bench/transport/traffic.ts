import { checksum, type Message, makeMessage } from './message.ts';

export const nodes = 5;
const inFlightPerPair = 16;

/** Shared between the nodes of a run and whoever measures it. */
export interface Board {
  /** How many messages each node has received and sent: a pair of numbers for each node, apart from each other in memory. */
  readonly counts: SharedArrayBuffer;
  /** Not 0: send no more. */
  readonly stop: SharedArrayBuffer;
}

export const countsStride = 16;
const checksumLimit = 0x1_0000_0000;

export function createBoard(): Board {
  return {
    counts: new SharedArrayBuffer(nodes * countsStride * 8),
    stop: new SharedArrayBuffer(4),
  };
}

/** What a node knows at the end: for each peer, how many requests and replies came from and went to it, and their sum. */
export interface Totals {
  readonly sent: readonly number[];
  readonly received: readonly number[];
  /** The sum of the checksums of all that was received, and what it should be. */
  readonly checksum: number;
  readonly expected: number;
}

/**
 * The load of one node, whatever carries it: 16 requests under way to each peer, each answered by a reply, each reply
 * followed by the next request.
 */
export class Traffic {
  readonly #node: number;
  readonly #send: (to: number, message: Message) => void;
  readonly #requests = new Array<number>(nodes).fill(0);
  readonly #replies = new Array<number>(nodes).fill(0);
  readonly #requestsReceived = new Array<number>(nodes).fill(0);
  readonly #repliesReceived = new Array<number>(nodes).fill(0);
  readonly #counts: Float64Array;
  readonly #stop: Int32Array;
  #checksum = 0;

  constructor(node: number, board: Board, send: (to: number, message: Message) => void) {
    this.#node = node;
    this.#send = send;
    this.#counts = new Float64Array(board.counts, node * countsStride * 8, 2);
    this.#stop = new Int32Array(board.stop);
  }

  get stopped(): boolean {
    return this.#stop[0] !== 0;
  }

  start(): void {
    for (const peer of peersOf(this.#node)) {
      for (let i = 0; i < inFlightPerPair; i += 1) this.#request(peer);
    }
  }

  /** Call for every message that arrives. */
  readonly deliver = (message: Message): void => {
    this.#checksum = (this.#checksum + checksum(message)) % checksumLimit;
    this.#counts[0]! += 1;
    const { from } = message;
    if ((message.id & 1) === 0) {
      this.#requestsReceived[from]! += 1;
      if (!this.stopped) this.#reply(from);
    } else {
      this.#repliesReceived[from]! += 1;
      if (!this.stopped) this.#request(from);
    }
  };

  /** Links keep the order, so what should have come is all ids up to the last. */
  totals(): Totals {
    let expected = 0;
    for (const peer of peersOf(this.#node)) {
      for (let i = 0; i < this.#requestsReceived[peer]!; i += 1) {
        expected = (expected + this.#expect(peer, 2 * i)) % checksumLimit;
      }
      for (let i = 0; i < this.#repliesReceived[peer]!; i += 1) {
        expected = (expected + this.#expect(peer, 2 * i + 1)) % checksumLimit;
      }
    }
    return {
      sent: this.#requests.map((count, peer) => count + this.#replies[peer]!),
      received: this.#requestsReceived.map((count, peer) => count + this.#repliesReceived[peer]!),
      checksum: this.#checksum,
      expected,
    };
  }

  #expect(from: number, id: number): number {
    return checksum(makeMessage(from, this.#node, id));
  }

  #request(to: number): void {
    const id = 2 * this.#requests[to]!;
    this.#requests[to]! += 1;
    this.#counts[1]! += 1;
    this.#send(to, makeMessage(this.#node, to, id));
  }

  #reply(to: number): void {
    const id = 2 * this.#replies[to]! + 1;
    this.#replies[to]! += 1;
    this.#counts[1]! += 1;
    this.#send(to, makeMessage(this.#node, to, id));
  }
}

export function peersOf(node: number): number[] {
  return Array.from({ length: nodes }, (_, peer) => peer).filter((peer) => peer !== node);
}
