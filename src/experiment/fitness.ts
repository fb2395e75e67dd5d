import type { OperationKind } from '../kernel/operation.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';

/** The kinds of operation that a workload asks and a strategy refuses; where there are any, the run leaves it out. */
export function refusedKinds(
  strategy: AnyStrategy,
  kinds: readonly OperationKind[],
): readonly OperationKind[] {
  return kinds.filter((kind) => strategy.operations[kind] === 'refused');
}

/** Why a strategy is left out of a run, as one sentence; null where it serves all that is asked. */
export function whyLeftOut(
  label: string,
  strategy: AnyStrategy,
  kinds: readonly OperationKind[],
): string | null {
  const refused = refusedKinds(strategy, kinds);
  return refused.length === 0 ? null : `${label} is left out: it refuses ${refused.join(' and ')}.`;
}
