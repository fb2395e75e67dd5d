import type { History } from '../../history/history.ts';
import { measureAtomicity, type Shift } from '../../metrics/atomicity.ts';
import type { KeyView } from '../../metrics/keys.ts';
import type { AtomicityRow, TrialKey } from '../result.ts';
import { toMs } from '../round.ts';

/** One row for Δ and one for Γ; none where no register could be judged. */
export function atomicityRows(
  history: History,
  key: TrialKey,
  views: readonly KeyView[],
): readonly AtomicityRow[] {
  const { delta, gamma, inexplicable } = measureAtomicity(history, views);
  return [
    ...(delta === null ? [] : [rowOf('delta', delta)]),
    ...(gamma === null ? [] : [rowOf('gamma', gamma)]),
  ].map((row) => ({ ...key, ...row, inexplicableReads: inexplicable }));
}

function rowOf(measure: string, { whole, registers, clusters, atomicRegisters, atomicClusters }: Shift) {
  return {
    measure,
    shiftMs: toMs(whole),
    registers: registers.count,
    atomicRegisters,
    registerShiftMsP50: toMs(registers.p50),
    registerShiftMsP90: toMs(registers.p90),
    registerShiftMsP99: toMs(registers.p99),
    clusters: clusters.count,
    atomicClusters,
    clusterShiftMsP50: toMs(clusters.p50),
    clusterShiftMsP90: toMs(clusters.p90),
    clusterShiftMsP99: toMs(clusters.p99),
    clusterShiftMsP999: toMs(clusters.p999),
  };
}
