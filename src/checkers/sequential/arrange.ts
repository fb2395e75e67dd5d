import type { Events } from '../causal/events.ts';
import { initial } from '../causal/versions.ts';
import { type Choice, type Lesson, Lessons, proofOf } from './lessons.ts';
import { Line, type Waits } from './line.ts';
import { lastReaders, type Readers } from './readers.ts';

/** What putting events in line came to. */
export type Arrangement =
  | { readonly type: 'found' }
  /** These events have no order, and neither has any history with them and what they read. */
  | { readonly type: 'none'; readonly proof: readonly number[] }
  | {
      readonly type: 'gave-up';
      readonly spent: 'steps' | 'bytes';
      /** The most events that stood in line at once. */
      readonly placed: number;
    };

/**
 * One order of all operations that agrees with the sessions: by taking whatever comes first (`Line`), and by learning where that went wrong.
 * Where nothing can be taken any more, some sessions wait for each other in a ring: for a write that is to be read, for the readers of
 * a value that is to be replaced, or because of a lesson. Every value in the ring that is to be replaced was put before what is to
 * replace it by choice, so not all of these choices can stand: that is a lesson, and the last one of them is taken back. A ring without a
 * choice shows that there is no order. This is conflict-driven learning (Marques-Silva and Sakallah 1999) with the order of writes as
 * what is chosen; lessons follow from the history alone, and no choices are tried twice, so it is exact if it ends. A step is
 * one event put in line or taken out, or one choice looked at; the bytes are those of the lessons.
 */
export function arrange(events: Events, steps: number, bytes: number): Arrangement {
  return new Attempt(events).run(steps, bytes);
}

/** Why a session cannot go on: its head waits for `target`, in every order or because of these choices. */
interface Wait {
  readonly head: number;
  readonly target: number;
  /** What the key of the head holds, where that must be read first. */
  readonly current: number;
  readonly choices: readonly Choice[];
  readonly because: readonly Lesson[];
}

class Attempt implements Waits {
  readonly #events: Events;
  readonly #line: Line;
  readonly #readers: Readers;
  readonly #lessons: Lessons;
  /** Sessions that wait because of a lesson. */
  readonly #taught = new Set<number>();
  #placed = 0;

  constructor(events: Events) {
    this.#events = events;
    this.#readers = lastReaders(events);
    this.#line = new Line(events, this);
    this.#lessons = new Lessons(this.#line);
  }

  run(steps: number, bytes: number): Arrangement {
    const line = this.#line;
    let advanced = true;
    while (line.steps <= steps) {
      if (line.advance()) {
        advanced = true;
        continue;
      }
      if (advanced && this.#taught.size > 0) {
        // What came meanwhile may be what they waited for.
        this.#wakeTaught();
        advanced = false;
        continue;
      }
      if (line.placed === this.#events.count) return { type: 'found' };
      this.#placed = Math.max(this.#placed, line.placed);
      const lesson = this.#lessonOf(this.#ring());
      if (lesson.choices.length === 0) return { type: 'none', proof: proofOf(lesson) };
      this.#lessons.add(lesson);
      if (this.#lessons.bytes > bytes) return this.#gaveUp('bytes');
      this.#takeBack(lesson);
    }
    return this.#gaveUp('steps');
  }

  blockerOf(write: number): number {
    const objection = this.#lessons.against(write);
    if (objection === null) return -1;
    // What stands now may not stand later, and of several writes another one may come.
    if (objection.choices.length > 0) this.#taught.add(this.#events.session[write]!);
    return objection.target;
  }

  /** The last of the choices; where some are on trial only, others will be tried instead. */
  #takeBack({ choices }: Lesson): void {
    const line = this.#line;
    if (choices.every((choice) => this.#lessons.isPlaced(choice))) {
      line.backTo(choices.reduce((last, { over }) => Math.max(last, line.turnOf(over)), 0));
    }
    this.#wakeTaught();
  }

  #wakeTaught(): void {
    for (const session of this.#taught) this.#line.wake(session);
    this.#taught.clear();
  }

  #gaveUp(spent: 'steps' | 'bytes'): Arrangement {
    return { type: 'gave-up', spent, placed: Math.max(this.#placed, this.#line.placed) };
  }

  /** Sessions that wait for each other. Every session waits for one that is not at its end, so there is a ring. */
  #ring(): readonly Wait[] {
    const { session, starts } = this.#events;
    const { next } = this.#line;
    let current = next.findIndex((event, s) => event < starts[s + 1]!);
    const place = new Map<number, number>();
    const waits: Wait[] = [];
    while (!place.has(current)) {
      place.set(current, waits.length);
      const wait = this.#waitOf(next[current]!);
      this.#line.steps += 1;
      waits.push(wait);
      current = session[wait.target]!;
    }
    return waits.slice(place.get(current));
  }

  #waitOf(head: number): Wait {
    const { source, isWrite, key } = this.#events;
    const write = this.#line.endOf(head);
    const current = this.#line.current[key[head]!]!;
    if (isWrite[head] === 0 && source[head] !== current) {
      return { head, target: source[head]!, current: initial, choices: [], because: [] };
    }
    const objection = this.#lessons.against(write);
    const isCertain = objection !== null && objection.choices.length === 0;
    const reader = isCertain ? -1 : this.#unreadBy(head, current);
    return reader < 0
      ? { head, current: initial, ...objection! }
      : this.#waitForReader(head, write, current, reader);
  }

  #waitForReader(head: number, write: number, current: number, target: number): Wait {
    const { session, isWrite } = this.#events;
    const choice = { over: current, by: write };
    // A cas comes after what it found.
    const isFirst = current === initial || session[current] === session[write] || isWrite[head] === 0;
    const forcing = isFirst ? null : this.#lessons.forcing(choice);
    const choices = isFirst || forcing !== null ? [] : [choice];
    return { head, target, current, choices, because: forcing === null ? [] : [forcing] };
  }

  /** A read of the current value that is not in line, other than the head itself; −1 where there is none. */
  #unreadBy(head: number, current: number): number {
    const { count, key } = this.#events;
    const version = current === initial ? count + key[head]! : current;
    const { starts, reads } = this.#readers;
    for (let i = starts[version]!; i < starts[version + 1]!; i += 1) {
      this.#line.steps += 1;
      if (reads[i] !== head && !this.#line.isPlaced(reads[i]!)) return reads[i]!;
    }
    return -1;
  }

  #lessonOf(ring: readonly Wait[]): Lesson {
    const choices = new Map<string, Choice>();
    for (const wait of ring) {
      for (const choice of wait.choices) choices.set(`${choice.over} ${choice.by}`, choice);
    }
    const events = ring.flatMap(({ head, target, current }) =>
      current === initial ? [head, target] : [head, target, current],
    );
    return {
      choices: [...choices.values()],
      events,
      because: ring.flatMap(({ because }) => because),
    };
  }
}
