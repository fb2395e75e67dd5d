import { spread } from '../runtimes/workforce/workforce.ts';
import type { HuntOrder, SeedReport, SeedsTask, ShrinkReport, ShrinkTask } from './protocol.ts';
import type { ShrinkProgress } from './shrink/shrink.ts';

/** A hunt: every seed of every strategy. */
export interface HuntRequest {
  readonly order: HuntOrder;
  /** The strategies, by the words that name them. */
  readonly words: readonly string[];
  readonly seeds: readonly string[];
  readonly workers: number;
  readonly onProgress?: (progress: HuntProgress) => void;
  /** Aborted, it ends the hunt after the seeds under way. */
  readonly signal?: AbortSignal;
}

/** How far a hunt is: seeds of each strategy counted apart. */
export interface HuntProgress {
  readonly runs: number;
  readonly of: number;
  readonly events: number;
  /** Runs in which a promise was broken. */
  readonly violated: number;
}

/** A strategy never comes to an end, or ends its thread. */
export class HuntStuckError extends Error {
  override readonly name = 'HuntStuckError';
}

/** So many seeds go to a thread at once: enough that telling it costs nothing, few enough that all end together. */
const chunkLength = 4;

/** Where nothing at all comes for so long, a thread is stuck in a strategy. */
const stuckAfterMs = 120_000;

/**
 * Runs every seed of every strategy, spread over threads. The reports come in the order of strategies and seeds, whatever
 * the number of threads; those of an interrupted hunt lack the seeds that were left.
 */
export async function hunt(request: HuntRequest): Promise<readonly SeedReport[]> {
  const { order, words, seeds, workers, onProgress, signal } = request;
  const reports: SeedReport[] = [];
  const progress = { runs: 0, of: words.length * seeds.length, events: 0, violated: 0 };
  const tasks = words.flatMap((word) => chunksOf(seeds).map((chunk) => ({ order, word, seeds: chunk })));
  await unlessStuck((alive) =>
    spread<SeedsTask, never, readonly SeedReport[]>(jobModule('seeds'), workers, {
      tasks,
      signal,
      onResult: (_, found) => {
        alive();
        reports.push(...found);
        for (const { events, findings } of found) {
          progress.runs += 1;
          progress.events += events;
          if (findings.some(({ claimed, verdict }) => claimed && verdict === 'violated')) {
            progress.violated += 1;
          }
        }
        onProgress?.({ ...progress });
      },
    }),
  );
  return reports;
}

export interface ShrinkRequest {
  readonly tasks: readonly ShrinkTask[];
  readonly workers: number;
  readonly onProgress?: (task: ShrinkTask, progress: ShrinkProgress) => void;
  readonly onResult?: (report: ShrinkReport) => void;
  readonly signal?: AbortSignal;
}

/** Makes the scenarios of some seeds smaller, each on one thread; reports come in the order of the tasks. */
export async function shrinkAll(request: ShrinkRequest): Promise<readonly ShrinkReport[]> {
  const { tasks, workers, onProgress, onResult, signal } = request;
  const reports: ShrinkReport[] = [];
  await unlessStuck((alive) =>
    spread<ShrinkTask, ShrinkProgress, ShrinkReport>(jobModule('shrink'), workers, {
      tasks,
      signal,
      onNews: (task, news) => {
        alive();
        onProgress?.(task, news);
      },
      onResult: (_, report) => {
        alive();
        reports.push(report);
        onResult?.(report);
      },
    }),
  );
  return reports;
}

function jobModule(name: 'seeds' | 'shrink'): URL {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./jobs/${name}${ending}`, import.meta.url);
}

function chunksOf(seeds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(seeds.length / chunkLength);
  return Array.from({ length: count }, (_, i) => seeds.slice(i * chunkLength, (i + 1) * chunkLength));
}

/** Nobody can end a loop inside of a thread; whoever waits for it is told. */
async function unlessStuck(act: (alive: () => void) => Promise<void>): Promise<void> {
  let alarm: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const words = `nothing came of the strategy for ${stuckAfterMs / 1_000} s: is there an endless loop?`;
      const alive = () => {
        clearTimeout(alarm);
        alarm = setTimeout(() => reject(new HuntStuckError(words)), stuckAfterMs);
      };
      alive();
      act(alive).then(resolve, reject);
    });
  } catch (error) {
    if (!(error instanceof Error) || !/worker.*exited|exited with code/i.test(error.message)) throw error;
    throw new HuntStuckError(
      `the strategy ended the thread that it ran on (${error.message}): does it call process.exit?`,
    );
  } finally {
    clearTimeout(alarm);
  }
}
