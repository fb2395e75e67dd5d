import type { Job } from '../../runtimes/workforce/protocol.ts';
import type { SeedReport, SeedsTask } from '../protocol.ts';
import { registryOf, scenarioOf, show } from './show.ts';

/** Runs some seeds, and tells nothing before all have ended. */
export const job: Job<SeedsTask, never, readonly SeedReport[]> = async (
  { order, word, seeds },
  { signal },
) => {
  const registry = await registryOf(order);
  const reports: SeedReport[] = [];
  for (const seed of seeds) {
    if (signal.aborted) break;
    const { draft, trouble } = scenarioOf(seed, word, order, registry);
    reports.push({ word, seed, trouble, ...(await show(draft, registry, order)) });
  }
  return reports;
};
