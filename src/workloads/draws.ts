import { randomStream } from '../kernel/random.ts';

/** Large enough to spread the cost of seeding, small enough for thousands of streams. */
const operationsPerBlock = 128;

/**
 * Uniform draws for questions: `perOperation` of them for each index of each stream. A stream's draws are made in
 * blocks, each from its own labelled source, so that any index can be asked for at any time, and asking in order
 * costs a look-up in the block at hand.
 */
export class Draws {
  readonly #seed: string;
  readonly #label: string;
  readonly #perOperation: number;
  readonly #blocks = new Map<number, Block>();
  #stream = -1;
  #number = -1;
  #values = new Float64Array(0);

  constructor(seed: string, label: string, perOperation: number) {
    this.#seed = seed;
    this.#label = label;
    this.#perOperation = perOperation;
  }

  /** Draw number `position` (from 0) of a question: uniform in [0, 1), with 53 random bits. */
  at(stream: number, index: number, position: number): number {
    const number = Math.floor(index / operationsPerBlock);
    if (stream !== this.#stream || number !== this.#number) this.#open(stream, number);
    return this.#values[(index - number * operationsPerBlock) * this.#perOperation + position]!;
  }

  /** The first index whose draws share a block with those of `index`. */
  static blockStart(index: number): number {
    return index - (index % operationsPerBlock);
  }

  /** Makes a block the one at hand. Each stream keeps its last block, because streams are asked in turns. */
  #open(stream: number, number: number): void {
    let block = this.#blocks.get(stream);
    if (block === undefined || block.number !== number) {
      block = { number, values: this.#draw(stream, number) };
      this.#blocks.set(stream, block);
    }
    this.#stream = stream;
    this.#number = number;
    this.#values = block.values;
  }

  #draw(stream: number, number: number): Float64Array<ArrayBuffer> {
    const random = randomStream(this.#seed, `stream/${stream}/${this.#label}/${number}`);
    const values = new Float64Array(operationsPerBlock * this.#perOperation);
    for (let i = 0; i < values.length; i += 1) values[i] = random.unit();
    return values;
  }
}

interface Block {
  readonly number: number;
  readonly values: Float64Array<ArrayBuffer>;
}
