import type { Draft } from './draft.ts';
import type { Wanted } from './draw/scenario.ts';
import type { Trouble } from './draw/trouble.ts';
import type { Finding, Subject } from './play.ts';
import type { Shrunk } from './shrink/shrink.ts';

/** What a hunt is told, as plain data for every thread of it. */
export interface HuntOrder {
  readonly wanted: Wanted;
  /** The URLs of modules of the user's own, by the words that name them. */
  readonly modules: Readonly<Record<string, string>>;
  /** Judges only what is promised, which takes less time. */
  readonly claimedOnly?: boolean;
}

/** Some seeds of one strategy. */
export interface SeedsTask {
  readonly order: HuntOrder;
  readonly word: string;
  readonly seeds: readonly string[];
}

/** The scenario of a seed that showed something, to be made smaller. */
export interface ShrinkTask {
  readonly order: HuntOrder;
  readonly word: string;
  readonly seed: string;
  readonly subject: Subject;
  readonly budget: number;
}

/** What one seed of one strategy showed. */
export interface SeedReport {
  readonly word: string;
  readonly seed: string;
  readonly trouble: Trouble;
  readonly findings: readonly Finding[];
  readonly operations: number;
  readonly events: number;
}

/** A scenario before and after it was made smaller. */
export interface ShrinkReport extends Omit<Shrunk, 'draft'> {
  readonly task: ShrinkTask;
  readonly before: Draft;
  readonly after: Draft;
  /** What the smaller one shows. */
  readonly finding: Finding;
}
