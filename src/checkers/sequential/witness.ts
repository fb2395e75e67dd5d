import type { Events } from '../causal/events.ts';
import { actInWords, rowsOf } from '../causal/words.ts';
import { processOf } from '../words.ts';
import { arrange } from './arrange.ts';
import { firstEvents, subsetOf } from './subset.ts';

/** What each attempt to make a violation smaller may cost besides what it takes anyhow, and all of them together. */
const attemptSteps = 10_000;
const attemptBytes = 2 ** 22;
const allSteps = 4_000_000;

/** Rows among those of a proof that have no order by themselves; none of them can be left out, unless that would cost too much to find out. */
export function fewestRows(events: Events, proof: readonly number[]): readonly number[] {
  return new Shrinker(events).withoutNeedless(rowsOfProof(events, proof));
}

/** With whatever wrote what is read in it, and for what was not answered somebody who saw it. */
function rowsOfProof(events: Events, proof: readonly number[]): readonly number[] {
  const { source } = events;
  const written = proof.flatMap((event) => (source[event]! >= 0 ? [source[event]!] : []));
  return rowsOf(events, [...proof, ...written]);
}

class Shrinker {
  readonly #events: Events;
  readonly #first: Int32Array;
  #left = allSteps;

  constructor(events: Events) {
    this.#events = events;
    this.#first = firstEvents(events);
  }

  /** Leaves out as many rows as it can: many at a time first, then one by one. */
  withoutNeedless(rows: readonly number[]): readonly number[] {
    let kept = rows;
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = kept.length; end > 0; end -= size) {
        if (this.#left <= 0) return kept;
        const without = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
        if (this.#isRefuted(without)) kept = without;
      }
    }
    return kept;
  }

  #isRefuted(rows: readonly number[]): boolean {
    const subset = subsetOf(this.#events, this.#first, rows);
    this.#left -= subset.count;
    return arrange(subset, subset.count + attemptSteps, attemptBytes).type === 'none';
  }
}

/** What each process did in these rows, in its order: `process 1 wrote 17 to "x", then read 3 of "y"`. */
export function programsInWords(events: Events, rows: readonly number[]): string {
  const some = subsetOf(events, firstEvents(events), rows);
  const programs: string[] = [];
  for (let session = 0; session + 1 < some.starts.length; session += 1) {
    const acts: string[] = [];
    for (let event = some.starts[session]!; event < some.starts[session + 1]!; event += 1) {
      acts.push(actInWords(some, event));
    }
    const who = processOf(some.history, some.row[some.starts[session]!]!);
    programs.push(`${who} ${acts.join(', then ')}`);
  }
  return programs.join('; ');
}
