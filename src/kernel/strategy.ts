import type { Codec } from './codec.ts';
import type { Guarantee } from './guarantee.ts';
import type { OperationKind, Plain } from './operation.ts';
import type { Boot, Durable, Env, Knobs, KnobValue, Replica } from './replica.ts';

/** A setting of a strategy, declared as data so that files can be validated and `pacelc list` can show it. */
export interface Knob {
  readonly name: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'duration';
  readonly default: KnobValue;
  /** The unit of a number. Durations need none: they are in microseconds inside a strategy and written `50ms` in files. */
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  readonly sentence: string;
}

/**
 * How a kind of operation is served: in one atomic step of the protocol; as a read followed by a write at the
 * coordinator, as real systems of its kind do (and so concurrent updates may be lost); or not at all, and then a
 * run that needs it is refused before it starts.
 */
export type Service = 'native' | 'read-modify-write' | 'refused';

/** What strikes a process and leaves its disk alone. */
export const processFaults = ['crash', 'pause'] as const;
/** What a network does to mail. */
export const networkFaults = ['partition', 'slow-link', 'loss', 'duplication', 'reordering'] as const;
export const clockFaults = ['clock-skew', 'clock-jump'] as const;
export const diskFaults = ['disk-loss', 'slow-disk', 'unsynced-persist'] as const;
export const membershipFaults = ['join', 'leave'] as const;

/** What can happen to a cluster. A strategy's promises hold under the kinds that it declares to tolerate. */
export const faultKinds = [
  ...processFaults,
  ...networkFaults,
  ...clockFaults,
  ...diskFaults,
  ...membershipFaults,
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A replication strategy: its promises as data, and a factory for its replicas. `M` is its type of message. */
export interface Strategy<M> {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly family: 'eventual' | 'strong';
  readonly knobs: readonly Knob[];
  readonly operations: Readonly<Record<OperationKind, Service>>;
  readonly tolerates: readonly FaultKind[];
  guarantees(knobs: Knobs): readonly Guarantee[];
  /** Recovery is a boot: `durable` holds what earlier lives of the node persisted. */
  create(env: Env, boot: Boot, durable: Durable): Replica<M>;
  /** The default handles plain data, Map and Set. */
  readonly codec?: Codec<M>;
}

/** A strategy whose message type is its own affair: what registries and runtimes hold. */
export type AnyStrategy = Strategy<Plain>;
