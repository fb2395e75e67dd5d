import type { MessagePort } from 'node:worker_threads';

/** A piece of work for a thread, as it travels there. */
export interface Errand {
  /** The URL of a module that exports a `Job` as `job`. */
  readonly module: string;
  readonly task: unknown;
  /** Carries news to whoever waits, and the word to stop early. */
  readonly port: MessagePort;
}

/** What travels over the port to the thread: nobody waits for a full answer any more. */
export const stopWord = 'stop';

/** What a job is told while it works. */
export interface JobWatch<News> {
  /** Aborted when the job should end early, with what it has. */
  readonly signal: AbortSignal;
  readonly tell: (news: News) => void;
}

/** A function in a module, so that it can run on another thread. Task, news and result are plain data, or on shared memory. */
export type Job<Task, News, Result> = (task: Task, watch: JobWatch<News>) => Promise<Result>;
