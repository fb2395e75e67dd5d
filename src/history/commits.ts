import type { Key, Value } from '../kernel/operation.ts';
import type { Note } from '../kernel/replica.ts';
import type { Micros } from '../kernel/time.ts';
import { valueKind } from './history.ts';

/** Writes that replicas noted as part of the history of their keys: one row per note, in the order in which they were noted. */
export interface Commits {
  readonly length: number;
  /** When the replica knew, on the shared clock. */
  readonly at: Float64Array;
  /** An index in `texts`. */
  readonly key: Uint32Array;
  /** Versions order the commits of a key, and places those of one version. */
  readonly version: Float64Array;
  readonly place: Float64Array;
  /** As in the columns of a history; texts are indices in `texts`, where they stand as JSON. */
  readonly value: Float64Array;
  readonly valueKind: Uint8Array;
  readonly texts: readonly string[];
  /** How many notes came when there was no more room. */
  readonly dropped: number;
}

export type CommitNote = Extract<Note, { readonly type: 'committed' }>;

/** Room for this many notes, at 37 bytes each; a log takes memory as it fills. */
const commitsKept = 1_000_000;
const firstCapacity = 1_024;

/** Collects what replicas note of their commits. What is noted twice in a row for a key is kept once. */
export class CommitLog {
  readonly #kept: number;
  readonly #texts: string[] = [];
  readonly #textIds = new Map<string, number>();
  /** For each text that is a key: its last row. */
  readonly #last: number[] = [];
  #columns = columnsOf(firstCapacity);
  #length = 0;
  #dropped = 0;

  constructor(kept = commitsKept) {
    this.#kept = kept;
  }

  add(at: Micros, { key, version, value, place = Number.POSITIVE_INFINITY }: CommitNote): void {
    const id = this.#textId(key);
    const last = this.#last[id];
    if (last !== undefined && this.#isSame(last, version, place)) return;
    if (this.#length === this.#kept) {
      this.#dropped += 1;
      return;
    }
    if (this.#length === this.#columns.at.length) this.#grow();
    const row = this.#length;
    this.#columns.at[row] = at;
    this.#columns.key[row] = id;
    this.#columns.version[row] = version;
    this.#columns.place[row] = place;
    this.#put(row, value);
    this.#last[id] = row;
    this.#length += 1;
  }

  commits(): Commits {
    const { at, key, version, place, value, valueKind } = this.#columns;
    const length = this.#length;
    return {
      length,
      at: at.slice(0, length),
      key: key.slice(0, length),
      version: version.slice(0, length),
      place: place.slice(0, length),
      value: value.slice(0, length),
      valueKind: valueKind.slice(0, length),
      texts: [...this.#texts],
      dropped: this.#dropped,
    };
  }

  #isSame(row: number, version: number, place: number): boolean {
    return this.#columns.version[row] === version && this.#columns.place[row] === place;
  }

  #put(row: number, value: Value): void {
    const { value: values, valueKind: kinds } = this.#columns;
    if (typeof value === 'number') {
      kinds[row] = valueKind.number;
      values[row] = value;
    } else if (value === null) kinds[row] = valueKind.null;
    else {
      kinds[row] = valueKind.text;
      values[row] = this.#textId(JSON.stringify(value));
    }
  }

  #textId(text: Key): number {
    const known = this.#textIds.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#textIds.set(text, id);
    return id;
  }

  #grow(): void {
    const larger = columnsOf(Math.min(this.#columns.at.length * 2, this.#kept));
    larger.at.set(this.#columns.at);
    larger.key.set(this.#columns.key);
    larger.version.set(this.#columns.version);
    larger.place.set(this.#columns.place);
    larger.value.set(this.#columns.value);
    larger.valueKind.set(this.#columns.valueKind);
    this.#columns = larger;
  }
}

function columnsOf(capacity: number) {
  return {
    at: new Float64Array(capacity),
    key: new Uint32Array(capacity),
    version: new Float64Array(capacity),
    place: new Float64Array(capacity),
    value: new Float64Array(capacity),
    valueKind: new Uint8Array(capacity),
  };
}
