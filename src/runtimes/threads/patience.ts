/** Starting takes a thread tens of milliseconds, and whole seconds where many start on few cores that others use too. */
const basePatienceMs = 15_000;
const patiencePerHostMs = 1_000;

/**
 * How long a thread may take for what a healthy one does at once. Whoever takes longer is stuck, and would keep the
 * run waiting for ever.
 */
export class Patience {
  readonly #ms: number;

  /** The patience that options name, or a sound one. */
  constructor(given: string | number | boolean | undefined, hosts: number) {
    this.#ms = typeof given === 'number' ? given : basePatienceMs + hosts * patiencePerHostMs;
  }

  /** Calls `giveUp`, with the limit in words, unless `awaited` settles within it. */
  expect(awaited: Promise<unknown>, giveUp: (limit: string) => void): void {
    const alarm = setTimeout(() => giveUp(`${this.#ms / 1000} s`), this.#ms);
    const settled = () => clearTimeout(alarm);
    awaited.then(settled, settled);
  }
}
