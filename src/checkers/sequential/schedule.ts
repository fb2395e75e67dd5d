import { initial } from '../causal/versions.ts';
import type { OrderGraph } from './graph.ts';

/** What the search for an order came to. `placed` is the most events that stood in order at once. */
export interface Schedule {
  readonly type: 'found' | 'none' | 'gave-up';
  readonly placed: number;
}

/**
 * Looks for one order of all operations that agrees with the sessions: in every state it takes each read that the state answers
 * (that changes nothing, so it can never be wrong), and then tries the writes that may come next: those after all that must come before
 * them, to keys whose current value nobody will read any more. A state that led nowhere is remembered. A step is one
 * operation that is taken. It also gives up after `retreats` states that led nowhere: to remember one costs as much as many steps.
 */
export function schedule(
  graph: OrderGraph,
  budget: number,
  retreats: number = Number.POSITIVE_INFINITY,
): Schedule {
  const search = new Scheduler(graph);
  const choices: { readonly mark: number; readonly sessions: number[] }[] = [];
  const dead = new Set<string>();
  let deepest = 0;
  let left = retreats;
  for (let steps = 0; steps <= budget; ) {
    const before = search.placed;
    search.takeReads();
    steps += 1 + search.placed - before;
    deepest = Math.max(deepest, search.placed);
    if (search.isFinished) return { type: 'found', placed: deepest };
    // Names are long, and most searches never go back.
    const isDead = dead.size > 0 && dead.has(search.name());
    choices.push({ mark: search.placed, sessions: isDead ? [] : search.writers() });
    for (let last = choices.at(-1)!; last.sessions.length === 0; last = choices.at(-1)!) {
      left -= 1;
      if (left < 0) return { type: 'gave-up', placed: deepest };
      search.backTo(last.mark);
      dead.add(search.name());
      choices.pop();
      if (choices.length === 0) return { type: 'none', placed: deepest };
    }
    const choice = choices.at(-1)!;
    search.backTo(choice.mark);
    search.take(choice.sessions.pop()!);
  }
  return { type: 'gave-up', placed: deepest };
}

/** The events that stand in order so far, and the values that they leave. */
class Scheduler {
  readonly #graph: OrderGraph;
  /** Per session the first event that is not in order yet. */
  readonly #next: Uint32Array;
  /** Per key the write whose value it holds. */
  readonly #current: Int32Array;
  /** Per write how many of its reads are not in order yet; behind them, per key, the same for reads of nothing. */
  readonly #unread: Int32Array;
  /** What was taken: the session, how many events, and the write that it replaced (or −2). */
  readonly #log: { readonly session: number; readonly events: number; readonly replaced: number }[] = [];
  placed = 0;

  constructor(graph: OrderGraph) {
    const { count, keys, starts, isWrite, source, key } = graph.events;
    this.#graph = graph;
    this.#next = starts.slice(0, graph.sessions);
    this.#current = new Int32Array(keys).fill(initial);
    this.#unread = new Int32Array(count + keys);
    for (let event = 0; event < count; event += 1) {
      if (isWrite[event] === 0) this.#unread[this.#version(source[event]!, key[event]!)]! += 1;
    }
  }

  get isFinished(): boolean {
    return this.placed === this.#graph.events.count;
  }

  takeReads(): void {
    for (let progress = true; progress; ) {
      progress = false;
      for (let session = 0; session < this.#next.length; session += 1) {
        while (this.#isPlainReadNow(session)) {
          this.take(session);
          progress = true;
        }
      }
    }
  }

  /** Sessions whose next operation is a write that may come now, the one that was over last first. */
  writers(): number[] {
    const found: number[] = [];
    for (let session = 0; session < this.#next.length; session += 1) {
      if (this.#mayWrite(session)) found.push(session);
    }
    return found.sort((a, b) => this.#endOf(b) - this.#endOf(a));
  }

  take(session: number): void {
    const { events } = this.#graph;
    const first = this.#next[session]!;
    const last = this.#graph.endOfRow(first);
    const key = events.key[first]!;
    if (events.isWrite[first] === 0) this.#unread[this.#version(events.source[first]!, key)]! -= 1;
    const writes = events.isWrite[last] === 1;
    this.#log.push({ session, events: last - first + 1, replaced: writes ? this.#current[key]! : -2 });
    if (writes) this.#current[key] = last;
    this.#next[session] = last + 1;
    this.placed += last - first + 1;
  }

  /** Takes back whatever was taken since so many events were in order. */
  backTo(mark: number): void {
    const { events } = this.#graph;
    while (this.placed > mark) {
      const { session, events: size, replaced } = this.#log.pop()!;
      const first = this.#next[session]! - size;
      const key = events.key[first]!;
      if (replaced !== -2) this.#current[key] = replaced;
      if (events.isWrite[first] === 0) this.#unread[this.#version(events.source[first]!, key)]! += 1;
      this.#next[session] = first;
      this.placed -= size;
    }
  }

  /** Two states have one name exactly when they are equal. */
  name(): string {
    return `${this.#next.join()}|${this.#current.join()}`;
  }

  #isPlainReadNow(session: number): boolean {
    const { events } = this.#graph;
    const event = this.#next[session]!;
    if (event >= events.starts[session + 1]! || events.isWrite[event] === 1) return false;
    if (this.#graph.endOfRow(event) !== event) return false;
    return this.#current[events.key[event]!] === events.source[event];
  }

  #mayWrite(session: number): boolean {
    const { events, into, inferred } = this.#graph;
    const first = this.#next[session]!;
    if (first >= events.starts[session + 1]!) return false;
    const last = this.#graph.endOfRow(first);
    if (events.isWrite[last] === 0) return false;
    const key = events.key[first]!;
    const current = this.#current[key]!;
    const isCas = first !== last;
    if (isCas && events.source[first] !== current) return false;
    if (this.#unread[this.#version(current, key)]! > (isCas ? 1 : 0)) return false;
    return (into[first] ?? []).every((edge) => {
      const before = inferred[edge]!.from;
      return before < this.#next[events.session[before]!]!;
    });
  }

  #endOf(session: number): number {
    const { history, row } = this.#graph.events;
    const end = history.columns.completedAt[row[this.#next[session]!]!]!;
    return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
  }

  #version(write: number, key: number): number {
    return write === initial ? this.#graph.events.count + key : write;
  }
}
