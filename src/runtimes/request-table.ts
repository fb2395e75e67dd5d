import type { RequestId } from '../kernel/operation.ts';

const firstCapacity = 64;
const nobody = -1;

/**
 * What waits for an answer, by the number of its request. A `Map` would do, but for this: whenever one that entries
 * enter and leave rebuilds its table, the old table keeps pointing at what it held, so under a steady load everything
 * that ever waited lives until a full collection. This table forgets what is taken out. Requests are numbered from 0
 * one after the other, so their low bits spread them evenly (linear probing; Knuth, volume 3, section 6.4, algorithm R).
 */
export class RequestTable<T> {
  #ids = new Float64Array(firstCapacity).fill(nobody);
  #values: (T | undefined)[] = new Array(firstCapacity).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: RequestId): T | undefined {
    return this.#values[this.#find(id)];
  }

  set(id: RequestId, value: T): void {
    const place = this.#find(id);
    if (this.#ids[place] === nobody) {
      if (this.#size * 2 >= this.#ids.length) {
        this.#grow();
        return this.set(id, value);
      }
      this.#size += 1;
      this.#ids[place] = id;
    }
    this.#values[place] = value;
  }

  /** Takes an entry out; undefined where there is none. */
  take(id: RequestId): T | undefined {
    const place = this.#find(id);
    const value = this.#values[place];
    if (this.#ids[place] === nobody) return undefined;
    this.#size -= 1;
    this.#close(place);
    return value;
  }

  /** The entries in the order of their numbers. */
  entries(): readonly (readonly [RequestId, T])[] {
    const entries: (readonly [RequestId, T])[] = [];
    this.#ids.forEach((id, place) => {
      if (id !== nobody) entries.push([id, this.#values[place]!]);
    });
    return entries.sort(([a], [b]) => a - b);
  }

  clear(): void {
    this.#ids.fill(nobody);
    this.#values.fill(undefined);
    this.#size = 0;
  }

  /** Where a request stands, or the free place where it would. */
  #find(id: RequestId): number {
    const ids = this.#ids;
    const mask = ids.length - 1;
    let place = id & mask;
    while (ids[place] !== id && ids[place] !== nobody) place = (place + 1) & mask;
    return place;
  }

  /** Moves up those that stand behind a place given free and could have stood there. */
  #close(free: number): void {
    const ids = this.#ids;
    const mask = ids.length - 1;
    let hole = free;
    for (let place = (hole + 1) & mask; ids[place] !== nobody; place = (place + 1) & mask) {
      const home = ids[place]! & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      ids[hole] = ids[place]!;
      this.#values[hole] = this.#values[place];
      hole = place;
    }
    ids[hole] = nobody;
    this.#values[hole] = undefined;
  }

  #grow(): void {
    const [ids, values] = [this.#ids, this.#values];
    this.#ids = new Float64Array(ids.length * 2).fill(nobody);
    this.#values = new Array(ids.length * 2).fill(undefined);
    this.#size = 0;
    ids.forEach((id, place) => {
      if (id !== nobody) this.set(id, values[place]!);
    });
  }
}
