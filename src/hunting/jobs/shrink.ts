import type { ExperimentSpec } from '../../experiment/spec.ts';
import { SpecError } from '../../experiment/spec-file.ts';
import { milliseconds } from '../../kernel/time.ts';
import type { Job } from '../../runtimes/workforce/protocol.ts';
import { type Draft, specOf } from '../draft.ts';
import type { ShrinkReport, ShrinkTask } from '../protocol.ts';
import { type ShrinkProgress, shrink } from '../shrink/shrink.ts';
import { registryOf, scenarioOf, show } from './show.ts';

/** A closed load without a number of questions is fewer words, and in the end far more questions, unless it is very short. */
function asksOn({ load, duration }: ExperimentSpec): boolean {
  return load.type === 'closed' && load.operations === null && duration > milliseconds(20);
}

/** Makes the scenario of a seed smaller as long as it violates the same, promised or not as before; tells of each run. */
export const job: Job<ShrinkTask, ShrinkProgress, ShrinkReport> = async (task, { signal, tell }) => {
  const { order, word, seed, subject, budget } = task;
  const registry = await registryOf(order);
  const { draft: before } = scenarioOf(seed, word, order, registry);
  const findIn = async (draft: Draft) => {
    const { findings } = await show(draft, registry, order);
    return findings.find((one) => one.subject === subject && one.verdict === 'violated');
  };
  const first = await findIn(before);
  if (first === undefined) throw new Error(`seed ${seed} of ${word} breaks ${subject} only once`);
  const isValid = (draft: Draft) => {
    try {
      return !asksOn(specOf(draft, registry));
    } catch (error) {
      if (error instanceof SpecError) return false;
      throw error;
    }
  };
  const stillShows = async (draft: Draft) => {
    if (signal.aborted) return false;
    if (!isValid(draft)) return 'invalid';
    return (await findIn(draft))?.claimed === first.claimed;
  };
  const { draft: after, ...counts } = await shrink(before, stillShows, { budget, onProgress: tell });
  const finding = (await findIn(after)) ?? first;
  return { task, before, after, ...counts, finding };
};
