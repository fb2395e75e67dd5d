import type { Plain } from '../kernel/operation.ts';
import { bank } from './bank.ts';
import { likes } from './likes.ts';
import { mixed } from './mixed.ts';
import { registers } from './registers.ts';
import type { Workload, WorkloadKind } from './workload.ts';

/** A kind whose parameters are its own affair. */
export type AnyWorkloadKind = WorkloadKind<unknown>;

/** Every kind of workload by its name, as `workload.kind` in a file gives it. */
export const workloadKinds: Readonly<Record<string, AnyWorkloadKind>> = {
  likes,
  registers,
  bank,
  mixed,
};

/** The questions of one run, of a resolved experiment. */
export function createWorkload(
  workload: { readonly kind: string; readonly parameters: Plain },
  seed: string,
): Workload {
  const kind = Object.hasOwn(workloadKinds, workload.kind) ? workloadKinds[workload.kind] : undefined;
  if (kind === undefined) {
    throw new RangeError(
      `no workload "${workload.kind}"; there are ${Object.keys(workloadKinds).join(', ')}`,
    );
  }
  return kind.create(kind.parameters.parse(workload.parameters), seed);
}
