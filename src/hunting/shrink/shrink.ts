import type { Draft } from '../draft.ts';
import { passes } from './passes.ts';
import { sizeOf } from './size.ts';

/** What tells whether a smaller scenario still shows the same; `invalid`: it is none, which takes no run to see. */
export type StillShows = (draft: Draft) => Promise<boolean | 'invalid'>;

export interface ShrinkOptions {
  /** How many scenarios may be run. */
  readonly budget: number;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

export interface ShrinkProgress {
  readonly runs: number;
  readonly budget: number;
}

export interface Shrunk {
  readonly draft: Draft;
  readonly runs: number;
  /** Whether the budget ended before nothing smaller showed it any more. */
  readonly exhausted: boolean;
}

/** Seeds that a smaller scenario may take instead of its own: with fewer questions other draws fall on them. */
const otherSeeds = ['1', '2'];

/**
 * Makes a scenario smaller as long as it still shows what it showed: delta debugging (Zeller and Hildebrandt 2002) on what the file
 * says, never on what was recorded. Each pass offers smaller scenarios, the boldest first; the first one that still shows it is
 * taken, until no pass has any left. The same scenario and budget give the same result.
 */
export async function shrink(
  draft: Draft,
  stillShows: StillShows,
  { budget, onProgress }: ShrinkOptions,
): Promise<Shrunk> {
  const search = new Search(draft, stillShows, budget, onProgress);
  let before: Draft;
  do {
    before = search.draft;
    for (const { offers, reseeds } of passes) await search.follow(offers, reseeds);
  } while (search.draft !== before && !search.exhausted);
  return { draft: search.draft, runs: search.runs, exhausted: search.exhausted };
}

class Search {
  draft: Draft;
  runs = 0;
  readonly #stillShows: StillShows;
  readonly #budget: number;
  readonly #onProgress: ShrinkOptions['onProgress'];
  /** What was tried before, and did not show it. */
  readonly #failed = new Set<string>();

  constructor(draft: Draft, stillShows: StillShows, budget: number, onProgress: ShrinkOptions['onProgress']) {
    this.draft = draft;
    this.#stillShows = stillShows;
    this.#budget = budget;
    this.#onProgress = onProgress;
  }

  get exhausted(): boolean {
    return this.runs >= this.#budget;
  }

  /** Takes what a pass offers until nothing that it offers shows the same. */
  async follow(offers: (draft: Draft) => Iterable<Draft>, reseeds: boolean): Promise<void> {
    let taken = true;
    while (taken && !this.exhausted) taken = await this.#takeOne(offers(this.draft), reseeds);
  }

  async #takeOne(offered: Iterable<Draft>, reseeds: boolean): Promise<boolean> {
    for (const smaller of offered) {
      if (sizeOf(smaller) >= sizeOf(this.draft)) continue;
      for (const candidate of reseeds ? withOtherSeeds(smaller) : [smaller]) {
        if (this.exhausted) return false;
        if (!(await this.#shows(candidate))) continue;
        this.draft = candidate;
        return true;
      }
    }
    return false;
  }

  async #shows(candidate: Draft): Promise<boolean> {
    const text = JSON.stringify(candidate);
    if (this.#failed.has(text)) return false;
    const shown = await this.#stillShows(candidate);
    if (shown !== true) this.#failed.add(text);
    if (shown === 'invalid') return false;
    this.runs += 1;
    this.#onProgress?.({ runs: this.runs, budget: this.#budget });
    return shown;
  }
}

function withOtherSeeds(draft: Draft): readonly Draft[] {
  return [draft, ...otherSeeds.filter((seed) => seed !== draft.seed).map((seed) => ({ ...draft, seed }))];
}
