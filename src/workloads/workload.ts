import type { z } from 'zod';
import type { Key, Operation, OperationKind, Value } from '../kernel/operation.ts';

/**
 * The questions of one run: a pure function of the seed, the stream and the index, so that every strategy is asked
 * the same. `operation` is cheap when a stream's indices are asked in order, and right in any order.
 */
export interface Workload {
  readonly kinds: readonly OperationKind[];
  operation(stream: number, index: number): Operation;
  /** Values that the store must hold before the load starts; written once, in the setup phase. */
  readonly initial: readonly (readonly [Key, Value])[];
  /** The sum over all keys that transfers must conserve, or null where the workload has no such invariant. */
  readonly conservedTotal: number | null;
}

/** A kind of workload: one file, one line in the registry. */
export interface WorkloadKind<Parameters> {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** What people call its increments, for sentences; `increments` where absent. */
  readonly increments?: string;
  /** Validates `workload:` in a file (less `kind`); every field has a default or is required, and carries a description. */
  readonly parameters: z.ZodType<Parameters>;
  create(parameters: Parameters, seed: string): Workload;
}
