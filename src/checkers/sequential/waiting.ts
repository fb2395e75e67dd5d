const nobody = -1;

/** Sessions in lists, each in at most one: who waits for what. All in typed arrays, and leaving takes one step. */
export class WaitingRoom {
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #before: Int32Array;
  readonly #list: Int32Array;

  constructor(lists: number, sessions: number) {
    this.#first = new Int32Array(lists).fill(nobody);
    this.#next = new Int32Array(sessions).fill(nobody);
    this.#before = new Int32Array(sessions).fill(nobody);
    this.#list = new Int32Array(sessions).fill(nobody);
  }

  /** Puts the session in this list, and out of any other one. */
  join(session: number, list: number): void {
    this.leave(session);
    const first = this.#first[list]!;
    if (first !== nobody) this.#before[first] = session;
    this.#next[session] = first;
    this.#first[list] = session;
    this.#list[session] = list;
  }

  leave(session: number): void {
    const list = this.#list[session]!;
    if (list === nobody) return;
    const [before, next] = [this.#before[session]!, this.#next[session]!];
    if (before === nobody) this.#first[list] = next;
    else this.#next[before] = next;
    if (next !== nobody) this.#before[next] = before;
    this.#next[session] = this.#before[session] = this.#list[session] = nobody;
  }

  /** Moves all sessions of the list to the end of `to`. */
  drain(list: number, to: number[]): void {
    for (let session = this.#first[list]!; session !== nobody; session = this.#first[list]!) {
      this.leave(session);
      to.push(session);
    }
  }
}
