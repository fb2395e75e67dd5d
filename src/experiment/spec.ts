import type { Verdict } from '../checkers/verdict.ts';
import type { Fault } from '../faults/fault.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { Plain } from '../kernel/operation.ts';
import type { Knobs } from '../kernel/replica.ts';
import type { Micros } from '../kernel/time.ts';
import type { Topology } from '../topology/topology.ts';

/** Raised whenever the meaning of a workload file changes. */
export const specSchemaVersion = 1;

/** A stretch of an open loop's rate, linear from `from` to `to` operations per second over all regions together. */
export interface RateStep {
  readonly from: number;
  readonly to: number;
  readonly lasts: Micros;
}

/** Requests come when they are due, whether or not earlier ones were answered. */
export interface OpenLoad {
  readonly type: 'open';
  readonly arrivals: 'poisson' | 'constant';
  /** Their lengths sum to the duration of the load. */
  readonly rate: readonly RateStep[];
  /** The regions' shares of the rate, in the order of `topology.regions`; they sum to 1. */
  readonly shares: readonly number[];
}

/** Each client asks again as soon as it was answered (after `think`). */
export interface ClosedLoad {
  readonly type: 'closed';
  readonly clientsPerRegion: number;
  readonly think: Micros;
  /** At most this many operations in all; null: only time ends it. */
  readonly operations: number | null;
}

export type Load = OpenLoad | ClosedLoad;

export interface ClientPolicy {
  /**
   * `nearest`: the nearest node that is not known to be unreachable; a refused connection moves on to the next at once.
   * `sticky`: always the nearest node, whatever happens. `round-robin`: each question goes to the next node, near or
   * far, of those not known to be unreachable, as behind a load balancer that knows no sessions.
   */
  readonly failover: 'nearest' | 'sticky' | 'round-robin';
  /** An operation without an answer after this time completes as `info`. */
  readonly deadline: Micros;
  /** How long a node that refused or stayed silent is avoided before it is tried again. */
  readonly retryAfter: Micros;
}

export interface StrategyChoice {
  readonly name: string;
  /** How tables call it; unique within a run. */
  readonly label: string;
  /** Complete: defaults are filled in. */
  readonly knobs: Knobs;
  /** The file URL of a module outside the registry. */
  readonly module?: string;
}

/** An experiment, resolved: durations in microseconds, names looked up, defaults filled in. Plain data. */
export interface ExperimentSpec {
  readonly schemaVersion: number;
  readonly name: string;
  readonly summary: string;
  readonly topology: Topology;
  readonly workload: { readonly kind: string; readonly parameters: Plain };
  readonly load: Load;
  readonly clients: ClientPolicy;
  readonly duration: Micros;
  /** Trimmed from every measure, at the start of the load. */
  readonly warmUp: Micros;
  readonly faults: readonly Fault[];
  readonly strategies: readonly StrategyChoice[];
  readonly trials: number;
  readonly seed: string;
  /** How long replicas get to agree after the load. */
  readonly settle: Micros;
  /** What `pacelc replay` must find, where the file says so. */
  readonly expect?: Expectations;
}

/** A verdict for each guarantee that an experiment is to show, of every strategy in it. */
export type Expectations = Readonly<Partial<Record<Guarantee, Verdict['type']>>>;
