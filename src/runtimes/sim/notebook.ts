import { CommitLog } from '../../history/commits.ts';
import type { NodeId } from '../../kernel/operation.ts';
import type { Note } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ClusterRecord } from '../cluster.ts';

const notesKept = 100_000;

/** What replicas noted for the record of a run. */
export class Notebook {
  readonly #notes: { at: Micros; node: NodeId; note: Note }[] = [];
  readonly #commits: CommitLog | null;
  #dropped = 0;

  constructor(keepsCommits: boolean) {
    this.#commits = keepsCommits ? new CommitLog() : null;
  }

  add(at: Micros, node: NodeId, note: Note): void {
    if (note.type === 'committed') this.#commits?.add(at, note);
    else if (this.#notes.length < notesKept) this.#notes.push({ at, node, note });
    else this.#dropped += 1;
  }

  record(): Pick<ClusterRecord, 'notes' | 'notesDropped' | 'commits'> {
    return {
      notes: this.#notes,
      notesDropped: this.#dropped,
      commits: this.#commits?.commits() ?? null,
    };
  }
}
