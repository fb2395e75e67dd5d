import type { Verdict } from '../../src/checkers/verdict.ts';
import type { Guarantee } from '../../src/kernel/guarantee.ts';
import { runSeed, type SeedOptions, type SeedRun, type SomeStrategy } from '../support/swarm.ts';

/** A strategy that is known to be wrong, and what must find it out. */
export interface Mutant {
  /** What it does wrong, as one sentence. */
  readonly wrong: string;
  /** The kind of real system or bug that it stands for. */
  readonly standsFor: string;
  readonly strategy: SomeStrategy;
  /** The same without the flaw: it must never be accused of what the mutant is accused of. */
  readonly original: SomeStrategy;
  readonly caughtBy: Guarantee;
  /** So many seeds are enough, wherever one starts. */
  readonly within: number;
  /** What the seeds draw. */
  readonly swarm: Omit<SeedOptions, 'strategy' | 'seed'>;
}

export interface Caught {
  /** How many seeds it took. */
  readonly seeds: number;
  readonly run: SeedRun;
  readonly verdict: Verdict & { readonly type: 'violated' };
}

/** Runs the mutant on one seed after the other until its checker says no. */
export async function huntDown(mutant: Mutant, firstSeed = 1): Promise<Caught | null> {
  const { strategy, swarm, caughtBy, within } = mutant;
  for (let seeds = 1; seeds <= within; seeds += 1) {
    const run = await runSeed({ ...swarm, strategy, seed: firstSeed + seeds - 1 });
    const verdict = verdictOn(run, caughtBy);
    if (verdict?.type === 'violated') return { seeds, run, verdict };
  }
  return null;
}

/** What a run shows of a guarantee, whether or not it was promised. */
export function verdictOn(run: SeedRun, guarantee: Guarantee): Verdict | undefined {
  return run.judgements.find((judgement) => judgement.guarantee === guarantee)?.verdict;
}
