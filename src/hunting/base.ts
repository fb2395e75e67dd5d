import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadSpec, type StrategyRegistry } from '../experiment/spec-file.ts';
import { createWorkload } from '../workloads/index.ts';
import { type Draft, huntLimits } from './draft.ts';
import { servedBy } from './draw/scenario.ts';

/** A workload file to hunt in, and which strategies refuse what it asks. */
export interface Base {
  readonly draft: Draft;
  /** By word, in words: `it refuses transfer`. */
  readonly refusals: ReadonlyMap<string, string>;
}

/** Reads and validates a workload file as it stands, for hunts that keep what it says. Throws a `SpecError` as a run would. */
export function readBase(file: string, words: readonly string[], registry: StrategyRegistry): Base {
  const spec = loadSpec(file, registry, {}, huntLimits);
  const { kinds } = createWorkload(spec.workload, spec.seed);
  const refusals = new Map<string, string>();
  for (const word of words) {
    const served = servedBy(registry[word]!.strategy);
    const refused = kinds.filter((kind) => !served.includes(kind));
    if (refused.length > 0) refusals.set(word, `it refuses ${refused.join(' and ')}`);
  }
  const { expect: _, seed: __, ...draft } = parse(readFileSync(file, 'utf8')) as Draft;
  return { draft, refusals };
}
