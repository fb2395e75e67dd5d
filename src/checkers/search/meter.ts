/** What a search may cost: it ends after the first of the two, never because of the time. */
export interface Budget {
  /** A step is one operation tried in one state. */
  readonly steps: number;
  /** What its own tables may take. */
  readonly bytes: number;
}

export const defaultBytes = 256 * 2 ** 20;

/** Looking at a call costs this part of trying it. */
const looksPerStep = 16;

/** Counts what a search costs. */
export class Meter {
  readonly #limit: number;
  #looks = 0;

  constructor(steps: number) {
    this.#limit = steps * looksPerStep;
  }

  get steps(): number {
    return Math.ceil(this.#looks / looksPerStep);
  }

  get isSpent(): boolean {
    return this.#looks > this.#limit;
  }

  look(): void {
    this.#looks += 1;
  }

  step(): void {
    this.#looks += looksPerStep;
  }
}
