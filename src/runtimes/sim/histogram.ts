import type { Micros } from '../../kernel/time.ts';

/** Each power of two is split into this many equal parts, so a value is known to within 1/128. */
const parts = 128;

/** Counts delays in log-linear buckets: a few nanoseconds a delay, whatever their number. */
export class DelayHistogram {
  readonly #buckets: number[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(delay: Micros): void {
    const bucket = bucketOf(delay);
    while (this.#buckets.length <= bucket) this.#buckets.push(0);
    this.#buckets[bucket]! += 1;
    this.#count += 1;
  }

  /** The lower edge of the bucket in which the quantile falls. */
  quantile(share: number): Micros {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (let bucket = 0; bucket < this.#buckets.length; bucket += 1) {
      left -= this.#buckets[bucket]!;
      if (left <= 0) return lowerEdge(bucket);
    }
    return 0;
  }
}

function bucketOf(delay: Micros): number {
  if (delay < parts) return delay;
  const shift = Math.max(0, 31 - Math.clz32(delay) - 7);
  return shift * parts + (delay >>> shift);
}

function lowerEdge(bucket: number): Micros {
  if (bucket < 2 * parts) return bucket;
  const shift = Math.floor(bucket / parts) - 1;
  return (bucket - shift * parts) * 2 ** shift;
}
