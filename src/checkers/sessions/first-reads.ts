import type { CausalOrder } from '../causal/order.ts';

/** Which sessions saw a version, and what they then wrote over it: for the versions that somebody read too late. */
export class FirstReads {
  readonly #order: CausalOrder;
  readonly #reads = new Map<number, number[]>();

  constructor(order: CausalOrder) {
    const { events, source, isOverwritten } = order;
    this.#order = order;
    for (let event = 0; event < events.count; event += 1) {
      if (isOverwritten[event] === 1 && source[event]! >= 0) this.#reads.set(source[event]!, []);
    }
    for (let event = 0; event < events.count; event += 1) {
      if (events.isWrite[event] === 1) continue;
      const reads = this.#reads.get(source[event]!);
      // Events stand in the order of sessions, so the first read of a session comes first.
      if (reads === undefined || events.session[reads.at(-1) ?? -1] === events.session[event]) continue;
      reads.push(event);
    }
  }

  /** The first read of this write by each session that read it. */
  of(write: number): readonly number[] {
    return this.#reads.get(write) ?? [];
  }

  /** The next write of the same session to the key of this read, or −1. */
  nextWrite(read: number): number {
    const { events, groups } = this.#order;
    const { ofKey, starts, session, writes } = groups;
    const key = events.key[read]!;
    const group = firstWhere(ofKey[key]!, ofKey[key + 1]!, (g) => session[g]! >= events.session[read]!);
    if (group === ofKey[key + 1]! || session[group] !== events.session[read]) return -1;
    const place = firstWhere(starts[group]!, starts[group + 1]!, (i) => writes[i]! > read);
    return place === starts[group + 1]! ? -1 : writes[place]!;
  }
}

/** The first number from `low` to before `high` that has a property which all later ones have too; `high` when none has. */
function firstWhere(low: number, high: number, has: (number: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (has(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
