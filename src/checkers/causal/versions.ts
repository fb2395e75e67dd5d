import { completionCode, type History, kindCode, noText, valueKind } from '../../history/history.ts';
import { type ObjectRows, rowsByKey } from '../keys.ts';
import { ValueIndex } from '../value-index.ts';

/** What a read saw, where it was no write: nothing yet, or what nobody can have written. */
export const initial = -1;
export const thinAir = -2;
/** A row that reads nothing of a register. */
export const noRead = -3;

/** Which write each read saw, for all keys whose values name their writes. */
export interface Versions {
  /** Per row: the row of the write that it read from, or `initial`, `thinAir`, `noRead`. */
  readonly source: Int32Array;
  /** Per row: 1 where it wrote. An update without an answer was done exactly if somebody saw it. */
  readonly wrote: Uint8Array;
  /** How many keys are registers with unique values. */
  readonly keys: number;
  /** The other ones, in quotes: what they hold does not tell who wrote it. */
  readonly others: readonly string[];
  /** Of the registers, those with refusals that are no reads, for they tell nothing, or what they deny: also in quotes. */
  readonly denied: readonly string[];
}

/**
 * Who read from whom. A key counts where it is read, written and compared-and-set only, and no value is written twice.
 * A successful cas is a read of what it expected and a write, in one; a refused one is a read of the value that it was
 * told, if it was told one. What failed never happened.
 */
export function versionsOf(history: History): Versions {
  const source = new Int32Array(history.length).fill(noRead);
  const wrote = new Uint8Array(history.length);
  const others: string[] = [];
  const denied: string[] = [];
  let keys = 0;
  for (const object of rowsByKey(history)) {
    const writers = writersOf(history, object);
    if (writers === null) {
      others.push(object.name);
      continue;
    }
    keys += 1;
    new KeyVersions(history, writers, source, wrote).join(object.rows);
    if (object.rows.some((row) => denies(history, row))) denied.push(object.name);
  }
  return { source, wrote, keys, others, denied };
}

/** Whether it was refused because of a value that it does not tell, or that is the one it expected. */
function denies({ columns }: History, row: number): boolean {
  if (columns.completion[row] !== completionCode.refused) return false;
  const told = columns.valueKind[row]!;
  return (
    told === valueKind.absent ||
    (told === columns.conditionKind[row] &&
      (told === valueKind.null || columns.value[row] === columns.condition[row]))
  );
}

/** From values to the rows that may have written them; null where the values do not tell. */
function writersOf(history: History, { rows }: ObjectRows): ValueIndex | null {
  const { kind, to, completion, argument, argumentKind, value, valueKind: told } = history.columns;
  const writers = new ValueIndex(rows.length);
  for (const row of rows) {
    if (kind[row] === kindCode.read) continue;
    if (kind[row] === kindCode.add || to[row] !== noText || argumentKind[row] === valueKind.null) return null;
    if (completion[row] === completionCode.fail || completion[row] === completionCode.refused) continue;
    // Whoever was told another value than it wrote was answered wrongly, or not by a register.
    const isTold = completion[row] === completionCode.ok && told[row] !== valueKind.absent;
    if (isTold && (told[row] !== argumentKind[row] || value[row] !== argument[row])) return null;
    if (!writers.add(argument[row]!, argumentKind[row]!, row)) return null;
  }
  return writers;
}

/** Joins the reads of one key to its writes. */
class KeyVersions {
  readonly #history: History;
  readonly #writers: ValueIndex;
  readonly #source: Int32Array;
  readonly #wrote: Uint8Array;

  constructor(history: History, writers: ValueIndex, source: Int32Array, wrote: Uint8Array) {
    this.#history = history;
    this.#writers = writers;
    this.#source = source;
    this.#wrote = wrote;
  }

  join(rows: Uint32Array): void {
    const { kind, completion, value, valueKind: seen } = this.#history.columns;
    for (const row of rows) {
      if (completion[row] === completionCode.ok && kind[row] !== kindCode.read) this.#done(row);
      const answered = kind[row] === kindCode.read && completion[row] === completionCode.ok;
      if (!answered && completion[row] !== completionCode.refused) continue;
      if (seen[row] !== valueKind.absent) this.#read(row, value[row]!, seen[row]!);
    }
  }

  #read(row: number, value: number, kind: number): void {
    const writer = this.#writerOf(value, kind);
    this.#source[row] = writer;
    if (writer >= 0) this.#done(writer);
  }

  /** A cas that was done found what it expected, so that was written too. */
  #done(row: number): void {
    const { kind, condition, conditionKind } = this.#history.columns;
    let done = row;
    while (done >= 0 && this.#wrote[done] === 0) {
      this.#wrote[done] = 1;
      if (kind[done] !== kindCode.cas) return;
      const found = this.#writerOf(condition[done]!, conditionKind[done]!);
      this.#source[done] = found;
      done = found;
    }
  }

  #writerOf(value: number, kind: number): number {
    if (kind === valueKind.null) return initial;
    const writer = this.#writers.find(value, kind);
    if (writer >= 0) return writer;
    // To whoever counts, nothing written is 0.
    return kind === valueKind.number && value === 0 ? initial : thinAir;
  }
}
