import type { Micros } from '../kernel/time.ts';
import type { DirectedLink, LinkDegradation } from './link.ts';

/** All the degradations of one link together; the harmless values where there are none. */
export interface LinkEffects {
  readonly slowBy: number;
  readonly addDelay: Micros;
  readonly loss: number;
  readonly duplicate: number;
  readonly reorderChance: number;
  readonly reorderUpTo: Micros;
}

export const harmless: LinkEffects = {
  slowBy: 1,
  addDelay: 0,
  loss: 0,
  duplicate: 0,
  reorderChance: 0,
  reorderUpTo: 0,
};

/**
 * Several degradations as one: what each of them spares survives, and whom any of them holds back may be held back as
 * long as the worst one does.
 */
export function together(degradations: readonly LinkDegradation[]): LinkEffects {
  return degradations.reduce<LinkEffects>(
    (sum, { slowBy = 1, addDelay = 0, loss = 0, duplicate = 0, reorder }) => ({
      slowBy: sum.slowBy * slowBy,
      addDelay: sum.addDelay + addDelay,
      loss: either(sum.loss, loss),
      duplicate: either(sum.duplicate, duplicate),
      reorderChance: either(sum.reorderChance, reorder?.chance ?? 0),
      reorderUpTo: Math.max(sum.reorderUpTo, reorder?.upTo ?? 0),
    }),
    harmless,
  );
}

/** The chance that one of two things happens that know nothing of each other. */
export function either(a: number, b: number): number {
  // Not a + b − a · b, which leaves a rest of rounding where one of them is 0.
  if (a === 0 || b === 0) return a + b;
  return 1 - (1 - a) * (1 - b);
}

/** Refuses what no link can do. */
export function checkDegradation({ slowBy = 1, addDelay = 0, ...chances }: LinkDegradation): void {
  if (!(slowBy > 0)) throw new RangeError(`slowBy is ${slowBy}; it is above 0`);
  if (!(addDelay >= 0)) throw new RangeError(`addDelay is ${addDelay} µs; it is 0 or more`);
  const { loss = 0, duplicate = 0, reorder } = chances;
  for (const [name, chance] of Object.entries({ loss, duplicate, reorder: reorder?.chance ?? 0 })) {
    if (!(chance >= 0 && chance <= 1)) throw new RangeError(`${name} is ${chance}; a chance is from 0 to 1`);
  }
}

/** Which degradations are in force on which links. Faults may overlap, and each is undone exactly, in any order. */
export class Degradations {
  readonly #endpoints: number;
  /** By link; each list in one order, whichever came first, so that sums and products round alike. */
  readonly #inForce = new Map<number, { readonly key: string; readonly degradation: LinkDegradation }[]>();

  constructor(endpoints: number) {
    this.#endpoints = endpoints;
  }

  /** Returns the links, each once, as `from · endpoints + to`. */
  add(links: readonly DirectedLink[], degradation: LinkDegradation): readonly number[] {
    checkDegradation(degradation);
    const key = keyOf(degradation);
    const struck = this.#indices(links);
    for (const link of struck) {
      const list = this.#inForce.get(link) ?? [];
      list.push({ key, degradation });
      list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      this.#inForce.set(link, list);
    }
    return struck;
  }

  /** Takes back one equal degradation of each link that has one, and returns the links. */
  remove(links: readonly DirectedLink[], degradation: LinkDegradation): readonly number[] {
    const key = keyOf(degradation);
    const struck = this.#indices(links);
    for (const link of struck) {
      const list = this.#inForce.get(link) ?? [];
      const at = list.findIndex((entry) => entry.key === key);
      if (at >= 0) list.splice(at, 1);
      if (list.length === 0) this.#inForce.delete(link);
    }
    return struck;
  }

  /** What is wrong with a link now; undefined where nothing is. */
  on(link: number): LinkEffects | undefined {
    const list = this.#inForce.get(link);
    return list === undefined ? undefined : together(list.map((entry) => entry.degradation));
  }

  #indices(links: readonly DirectedLink[]): readonly number[] {
    return [...new Set(links.map(([from, to]) => from * this.#endpoints + to))];
  }
}

function keyOf({ slowBy, addDelay, loss, duplicate, reorder }: LinkDegradation): string {
  return JSON.stringify([slowBy, addDelay, loss, duplicate, reorder?.chance, reorder?.upTo]);
}
