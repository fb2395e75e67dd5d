import type { Line } from './line.ts';

/** The write `over` comes before the write `by` of the same key: by choice, not because it must. */
export interface Choice {
  readonly over: number;
  readonly by: number;
}

/** Choices that cannot all stand, and how that shows. */
export interface Lesson {
  readonly choices: readonly Choice[];
  /** The events that show it, together with those of earlier lessons. */
  readonly events: readonly number[];
  readonly because: readonly Lesson[];
}

/** Why a write must wait for `target`: choices that stand, or are on trial, and the lessons about them. */
export interface Objection {
  readonly target: number;
  readonly choices: readonly Choice[];
  readonly because: readonly Lesson[];
}

/** About so much an entry of a list takes, a choice in two lists, and a lesson besides. */
const bytesPerEntry = 8;
const bytesPerChoice = 64;
const bytesPerLesson = 200;

/** What was learnt about choices, found by the writes that stood before others in them. */
export class Lessons {
  readonly #line: Line;
  readonly #of = new Map<number, Lesson[]>();
  /** Where a lesson leaves open for which of several writes another one waits: for which it does. */
  readonly #trials = new Map<number, number>();
  #bytes = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  /** What they take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  add(lesson: Lesson): void {
    const { choices, events, because } = lesson;
    for (const over of new Set(choices.map((choice) => choice.over))) {
      const known = this.#of.get(over);
      if (known === undefined) this.#of.set(over, [lesson]);
      // What holds in every order says most.
      else if (choices.length === 1) known.unshift(lesson);
      else known.push(lesson);
    }
    this.#bytes +=
      bytesPerLesson + choices.length * bytesPerChoice + (events.length + because.length) * bytesPerEntry;
  }

  /** What is to be said against taking a write now; rather what leaves no choice. */
  against(write: number): Objection | null {
    const lessons = this.#of.get(write);
    if (lessons === undefined) return null;
    let open: Lesson | null = null;
    for (const lesson of lessons) {
      this.#line.steps += lesson.choices.length;
      if (!this.#applies(lesson, write)) continue;
      const own = lesson.choices.filter(({ over }) => over === write);
      if (own.length > 1) open ??= lesson;
      else return { target: own[0]!.by, choices: without(lesson, write), because: [lesson] };
    }
    return open === null ? null : this.#tried(open, write);
  }

  /** The lesson that this choice cannot be otherwise, where there is one. */
  forcing({ over, by }: Choice): Lesson | null {
    const lessons = this.#of.get(by) ?? [];
    return lessons.find(({ choices }) => choices.length === 1 && choices[0]!.by === over) ?? null;
  }

  /** Whether it was made by putting a write in line. */
  isPlaced({ over }: Choice): boolean {
    return this.#line.isPlaced(over);
  }

  /** Whether all other choices stand, and this write would be before all that it must not be before. */
  #applies({ choices }: Lesson, write: number): boolean {
    return choices.every((choice) =>
      choice.over === write ? !this.#line.isPlaced(choice.by) : this.#stands(choice),
    );
  }

  #stands({ over, by }: Choice): boolean {
    const line = this.#line;
    if (!line.isPlaced(over)) return !line.isPlaced(by) && this.#trials.get(by) === over;
    return !line.isPlaced(by) || line.turnOf(by) > line.turnOf(over);
  }

  /** One of several writes must come before this one. Those that cannot are left out; of the others, one is tried. */
  #tried(lesson: Lesson, write: number): Objection {
    const targets = lesson.choices.filter(({ over }) => over === write).map(({ by }) => by);
    const excluded = targets.map((target) => this.#excluding({ over: target, by: write }));
    const possible = targets.filter((_, i) => excluded[i] === null);
    const known = this.#trials.get(write);
    const target = possible.find((one) => one === known) ?? possible[0] ?? targets[0]!;
    const choices = [...without(lesson, write)];
    const because = [lesson];
    excluded.forEach((other, i) => {
      if (other === null) return;
      because.push(other);
      choices.push(...other.choices.filter(({ over, by }) => over !== targets[i] || by !== write));
    });
    if (possible.length > 1) {
      this.#trials.set(write, target);
      choices.push({ over: target, by: write });
    }
    return { target, choices, because };
  }

  /** A lesson by which this choice cannot be made now. */
  #excluding(choice: Choice): Lesson | null {
    const lessons = this.#of.get(choice.over) ?? [];
    const isIt = ({ over, by }: Choice) => over === choice.over && by === choice.by;
    const excludes = ({ choices }: Lesson) =>
      choices.some(isIt) && choices.every((other) => isIt(other) || this.#stands(other));
    return lessons.find(excludes) ?? null;
  }
}

function without({ choices }: Lesson, write: number): readonly Choice[] {
  return choices.filter(({ over }) => over !== write);
}

/** All events that show a lesson. */
export function proofOf(lesson: Lesson): readonly number[] {
  const lessons = new Set([lesson]);
  for (const { because } of lessons) for (const earlier of because) lessons.add(earlier);
  return [...new Set([...lessons].flatMap(({ events }) => events))];
}
