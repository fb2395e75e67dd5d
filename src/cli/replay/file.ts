import { findWorkload } from '../../experiment/file/find.ts';
import { planMatrix } from '../../experiment/run.ts';
import { loadSpec } from '../../experiment/spec-file.ts';
import { huntLimits } from '../../hunting/draft.ts';
import { expectedBy } from '../../hunting/replay.ts';
import { simRuntime } from '../../runtimes/sim/runtime.ts';
import { registryWith } from '../own-strategies.ts';
import type { ReplayFlags } from '../replay.ts';
import { UsageError } from '../usage.ts';
import { nothingRecorded, type ToReplay } from './to-replay.ts';

/** A workload file: what it expects is expected, unless another seed or strategy is asked for. */
export async function fileToReplay(scenario: string, flags: ReplayFlags): Promise<ToReplay> {
  const names = flags.strategy?.split(',').map((name) => name.trim());
  const file = findWorkload(scenario);
  const overrides = {
    ...(names === undefined ? {} : { strategies: names }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  };
  const spec = loadSpec(file, await registryWith(names ?? [], file), overrides, huntLimits);
  const { able, leftOut } = await planMatrix({ spec, runtime: simRuntime });
  const [refusing] = leftOut;
  if (refusing !== undefined && spec.expect !== undefined) {
    throw new UsageError(`${scenario}: ${refusing.label} refuses ${refusing.kinds.join(' and ')}`);
  }
  const other = flags.seed !== undefined || names !== undefined;
  const { expect, ...rest } = spec;
  const asked = other || expect === undefined ? rest : spec;
  return {
    spec: { ...asked, strategies: able },
    source: scenario,
    recordedOf: () => (other ? nothingRecorded : expectedBy(spec)),
  };
}
