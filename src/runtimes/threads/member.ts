import type { NodeId } from '../../kernel/operation.ts';
import type { Boot } from '../../kernel/replica.ts';
import type { HostLife } from './host-life.ts';
import { createJournal } from './journal.ts';
import type { Patience } from './patience.ts';
import type { Answer, FromNode, JournalMemory, Question, TimedNote, ToNode } from './protocol.ts';

/** What a member needs of its cluster. */
export interface Surroundings {
  readonly patience: Patience;
  /** The cluster is about to end: nothing may be started. */
  readonly stopping: boolean;
  /** Starts the next life of a node, with links to all that live. */
  startLife(
    id: NodeId,
    life: number,
    boot: Boot,
    journal: JournalMemory,
    receive: (message: FromNode) => void,
  ): HostLife<FromNode>;
  /** Says that something was posted to a node. */
  ring(id: NodeId): void;
  /** Whether other hosts see the node alive. */
  lives(id: NodeId): boolean;
  /** Tells all hosts that the node is dead. */
  bury(id: NodeId): void;
  setPaused(id: NodeId, paused: boolean): void;
  keepNotes(notes: readonly TimedNote[]): void;
  /** The node died of its own fault. */
  failed(id: NodeId, stack: string): void;
}

/** One node over all its lives, seen from the main thread. What strikes it waits for what struck it before. */
export class Member {
  readonly id: NodeId;
  /** The incarnation of the present life, or of the last one. */
  life = 0;
  readonly #surroundings: Surroundings;
  readonly #questions = new Map<number, (answer: Answer | undefined) => void>();
  #journal: JournalMemory = createJournal();
  #host: HostLife<FromNode> | undefined;
  #nextQuestion = 0;
  #paused = false;
  /** The present life has begun to serve. */
  #started = false;
  /** The present life has ended, and its thread is about to. */
  #dying = false;
  #stopped: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(id: NodeId, surroundings: Surroundings) {
    this.id = id;
    this.#surroundings = surroundings;
  }

  get host(): HostLife<FromNode> | undefined {
    return this.#host;
  }

  /** Starts the node for the first time. */
  start(): Promise<void> {
    return this.#boot('first');
  }

  /** Starts the node as one that never ran here before. */
  join(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#host?.gone;
      if (this.#surroundings.stopping) return;
      this.#journal = createJournal();
      await this.#boot('first');
    });
  }

  /** Ends the node, and forgets what it persisted. */
  leave(): Promise<void> {
    return this.#inTurn(async () => {
      this.#kill();
      await this.#host?.gone;
      this.#journal = createJournal();
    });
  }

  /** Says something to the node, which hears it when it is awake; nobody hears it where it is dead. */
  tell(message: ToNode): void {
    if (this.#host === undefined || this.#dying) return;
    this.#host.post(message);
    this.#surroundings.ring(this.id);
  }

  /** A node that is up is dead at once, whatever else was asked of it and has not happened yet. */
  crash(): Promise<void> {
    this.#kill();
    return this.#inTurn(async () => {
      this.#kill();
      await this.#host?.gone;
    });
  }

  restart(disk: 'kept' | 'lost'): Promise<void> {
    return this.#inTurn(async () => {
      // One that died of its own fault may not have been reported yet.
      if (this.#host !== undefined && this.#surroundings.lives(this.id)) return;
      await this.#host?.gone;
      if (this.#surroundings.stopping) return;
      if (disk === 'lost') this.#journal = createJournal();
      await this.#boot(disk === 'lost' ? 'replaced' : 'restart');
    });
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      const host = this.#host;
      if (host === undefined || this.#paused) return;
      this.#paused = true;
      const standing = new Promise<void>((resolve) => {
        this.#stopped = resolve;
      });
      this.#surroundings.setPaused(this.id, true);
      const stood = Promise.race([standing, host.gone]);
      this.#surroundings.patience.expect(stood, (limit) => host.fail(stuckFor(limit)));
      await stood;
    });
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => this.#unpause());
  }

  /** What the replica answers; undefined where nobody is there, or awake, to answer. */
  ask(question: Question): Promise<Answer | undefined> {
    const host = this.#host;
    if (host === undefined || this.#paused) return Promise.resolve(undefined);
    const id = this.#nextQuestion++;
    const answered = new Promise<Answer | undefined>((resolve) => this.#questions.set(id, resolve));
    host.post({ type: 'ask', id, question } satisfies ToNode);
    this.#surroundings.ring(this.id);
    this.#surroundings.patience.expect(answered, (limit) => {
      // One that is paused answers when it is resumed.
      if (!this.#paused) host.fail(stuckFor(limit));
    });
    return answered;
  }

  /** Resolves when no thread of this node executes anything and how it died is known, unless it is well. */
  async settled(): Promise<void> {
    // One that died of its own fault may not have been reported yet.
    if (this.#dying || (this.#started && !this.#surroundings.lives(this.id))) await this.#host?.gone;
  }

  #kill(): void {
    if (this.#host === undefined || this.#dying) return;
    this.#dying = true;
    this.#surroundings.bury(this.id);
    this.#host.abort();
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }

  async #boot(boot: Boot): Promise<void> {
    this.life += 1;
    const receive = (message: FromNode) => this.#receive(message);
    const host = this.#surroundings.startLife(this.id, this.life, boot, this.#journal, receive);
    this.#host = host;
    this.#dying = this.#started = false;
    host.ended.then((ending) => {
      this.#dying = true;
      if (ending.type === 'failed') this.#surroundings.failed(this.id, ending.stack);
      this.#surroundings.bury(this.id);
    });
    host.gone.then(() => this.#clear(host));
    await host.up.catch((error) => {
      if (!this.#surroundings.stopping) throw error;
    });
    this.#started = true;
  }

  #clear(host: HostLife<FromNode>): void {
    if (this.#host !== host) return;
    this.#host = undefined;
    this.#unpause();
    for (const resolve of this.#questions.values()) resolve(undefined);
    this.#questions.clear();
  }

  #unpause(): void {
    this.#paused = false;
    this.#surroundings.setPaused(this.id, false);
  }

  #receive(message: FromNode): void {
    switch (message.type) {
      case 'paused':
        return this.#stopped?.();
      case 'notes':
        return this.#surroundings.keepNotes(message.notes);
      case 'answer':
        this.#questions.get(message.id)?.(message.answer);
        this.#questions.delete(message.id);
    }
  }
}

function stuckFor(limit: string): string {
  return `the node did not react for ${limit}: is there an endless loop in a step of the strategy?`;
}
