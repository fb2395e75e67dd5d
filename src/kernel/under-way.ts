import type { Key } from './operation.ts';

/** Something that a replica does about one key. `place` belongs to the table that holds it. */
export interface Activity {
  readonly key: Key;
  place: number;
}

interface Cell<A> {
  activity: A | undefined;
}

/**
 * What is under way, at most one activity per key. A `Map` would do, but for this: whenever one that entries enter and
 * leave rebuilds its table, the old table keeps pointing at what it held, so under a steady load every activity
 * lives until a full collection. Here each key has a cell that stays, as every replica has something that stays of
 * each key, and those under way stand in a list.
 */
export class UnderWay<A extends Activity> {
  readonly #cells = new Map<Key, Cell<A>>();
  readonly #activities: A[] = [];

  get size(): number {
    return this.#activities.length;
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  get(key: Key): A | undefined {
    return this.#cells.get(key)?.activity;
  }

  /** Begins an activity, in the place of the one that is under way for its key, if there is one. */
  begin(activity: A): void {
    const cell = this.#cellOf(activity.key);
    const earlier = cell.activity;
    cell.activity = activity;
    activity.place = earlier === undefined ? this.#activities.length : earlier.place;
    this.#activities[activity.place] = activity;
  }

  /** Ends what is under way for a key, if anything is. */
  end(key: Key): void {
    const cell = this.#cells.get(key);
    if (cell?.activity === undefined) return;
    const { place } = cell.activity;
    cell.activity = undefined;
    const last = this.#activities.pop()!;
    if (last.key === key) return;
    this.#activities[place] = last;
    last.place = place;
  }

  /** Visits each activity, which may end meanwhile, or give its place to another one of its key. */
  forEach(visit: (activity: A) => void): void {
    const activities = this.#activities;
    for (let place = 0; place < activities.length; ) {
      const activity = activities[place]!;
      visit(activity);
      // Where it ended, the last one has moved here.
      if (activities[place]?.key === activity.key) place += 1;
    }
  }

  #cellOf(key: Key): Cell<A> {
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = { activity: undefined };
      this.#cells.set(key, cell);
    }
    return cell;
  }
}
