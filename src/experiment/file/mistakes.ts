import { lineOf, type Problem, SpecError } from './errors.ts';

/** Keys and positions from the top of a file to a value in it. */
export type Path = readonly PropertyKey[];

/** `key`: the mistake is the key itself, not what it holds. */
export type Part = 'value' | 'key';

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a path stands in a file; for a path that is not there, where its nearest parent stands. */
export type Locate = (path: Path, part: Part) => Place;

/** Collects mistakes, so that all of them can be told at once. */
export class Mistakes {
  readonly #file: string;
  readonly #locate: Locate;
  readonly #problems: Problem[] = [];

  constructor(file: string, locate: Locate) {
    this.#file = file;
    this.#locate = locate;
  }

  /** A mistake at a place of the file. */
  at(path: Path, message: string, part: Part = 'value'): void {
    this.#add({ file: this.#file, ...this.#locate(path, part), message });
  }

  /** A mistake at a place that is already known. */
  atPlace(place: Place, message: string): void {
    this.#add({ file: this.#file, ...place, message });
  }

  /** A mistake in what the command line asks, named as `--nodes`. */
  inOption(option: string, message: string): void {
    this.#add({ file: option, line: null, column: null, message });
  }

  lineOf(path: Path): number {
    return this.#locate(path, 'value').line;
  }

  /** Throws when there was any mistake, in the order of the file; options come last. */
  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    throw new SpecError([...this.#problems].sort(byPlace));
  }

  #add(problem: Problem): void {
    if (!this.#problems.some((known) => lineOf(known) === lineOf(problem))) this.#problems.push(problem);
  }
}

function byPlace(a: Problem, b: Problem): number {
  if (a.line === null || b.line === null) return (a.line === null ? 1 : 0) - (b.line === null ? 1 : 0);
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}
