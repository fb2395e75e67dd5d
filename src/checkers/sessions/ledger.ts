/** Since which event something was known: per id, marks that rise, each with the event that raised it. */
export class Ledger {
  readonly #marks: (number[] | undefined)[];
  readonly #events: (number[] | undefined)[];
  readonly #used: number[] = [];

  constructor(ids: number) {
    this.#marks = new Array(ids);
    this.#events = new Array(ids);
  }

  /** Notes that `event` raised the mark of `id`; a mark that is no higher is nothing new. */
  raise(id: number, mark: number, event: number): void {
    const marks = this.#marks[id];
    if (marks === undefined) {
      this.#marks[id] = [mark];
      this.#events[id] = [event];
      this.#used.push(id);
    } else if (mark > marks.at(-1)!) {
      marks.push(mark);
      this.#events[id]!.push(event);
    }
  }

  /** The highest mark, or 0. */
  highest(id: number): number {
    return this.#marks[id]?.at(-1) ?? 0;
  }

  /** The first event by which the mark was at least this high, or −1. */
  since(id: number, mark: number): number {
    const marks = this.#marks[id];
    if (marks === undefined || marks.at(-1)! < mark) return -1;
    let [low, high] = [0, marks.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]! < mark) low = middle + 1;
      else high = middle;
    }
    return this.#events[id]![low]!;
  }

  clear(): void {
    for (const id of this.#used) this.#marks[id] = this.#events[id] = undefined;
    this.#used.length = 0;
  }
}
