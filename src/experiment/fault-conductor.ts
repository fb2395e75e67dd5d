import type { Fault, FaultAction } from '../faults/fault.ts';
import { faultLabel } from '../faults/labels.ts';
import { actionsOf, edgesOf } from '../faults/schedule.ts';
import { knownNodesOf } from '../faults/targets.ts';
import type { FaultRecord } from '../history/trial.ts';
import type { NodeId } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Cluster, FaultStamp } from '../runtimes/cluster.ts';
import type { ExperimentSpec } from './spec.ts';

/** A fault that has struck: what undoes it, and the stamps of both ends. */
interface Strike {
  readonly fault: Fault;
  readonly nodes: readonly NodeId[];
  readonly undo: FaultAction;
  readonly start: FaultStamp;
  end: FaultStamp | null;
}

/** Carries out a fault schedule beside the load, and keeps the record of what really struck and when. */
export class FaultConductor {
  readonly #spec: ExperimentSpec;
  readonly #cluster: Cluster;
  readonly #startAt: Micros;
  readonly #signal: AbortSignal | undefined;
  /** Never resolves where there is no signal. One promise for the whole run, so that listeners do not pile up. */
  readonly #aborted: Promise<void>;
  readonly #strikes = new Map<number, Strike>();

  constructor(spec: ExperimentSpec, cluster: Cluster, startAt: Micros, signal?: AbortSignal) {
    this.#spec = spec;
    this.#cluster = cluster;
    this.#startAt = startAt;
    this.#signal = signal;
    this.#aborted = signal === undefined ? new Promise(() => {}) : aborted(signal);
  }

  /** Waits for each edge of the schedule in turn; resolves after the last one, or once the run is interrupted. */
  async run(): Promise<void> {
    for (const edge of edgesOf(this.#spec.faults, this.#spec.topology)) {
      await this.#sleepUntil(this.#startAt + edge.at);
      if (this.#signal?.aborted === true) return;
      if (edge.type === 'start') await this.#strike(edge.fault);
      else await this.#end(edge.fault);
    }
  }

  /** Ends what still lasts, after the load; returns when the last fault had ended. */
  async endAll(): Promise<Micros> {
    for (const index of this.#strikes.keys()) await this.#end(index);
    return Math.max(0, ...[...this.#strikes.values()].map((strike) => strike.end?.done ?? 0));
  }

  /** In the order of the schedule. A fault that found nobody to strike (no one played the role) names no node. */
  records(): FaultRecord[] {
    const { topology, duration } = this.#spec;
    const loadTo = this.#startAt + duration;
    return [...this.#strikes.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, { fault, nodes, start, end }]) => ({
        label: faultLabel(fault, topology),
        type: fault.type,
        nodes,
        began: start.began,
        effective: start.done,
        ended: end === null || end.began > loadTo ? null : end.done,
      }));
  }

  async #sleepUntil(at: Micros): Promise<void> {
    await Promise.race([this.#cluster.sleepUntil(at), this.#aborted]);
  }

  async #strike(index: number): Promise<void> {
    const fault = this.#spec.faults[index] as Fault;
    const nodes = await this.#nodesOf(fault);
    const actions = actionsOf(fault, nodes, this.#spec.topology);
    const start = await this.#cluster.apply(actions.start);
    this.#strikes.set(index, { fault, nodes, undo: actions.end, start, end: null });
  }

  async #end(index: number): Promise<void> {
    const strike = this.#strikes.get(index);
    if (strike === undefined || strike.end !== null) return;
    strike.end = await this.#cluster.apply(strike.undo);
  }

  /** Whom a fault strikes; a role is looked up now. */
  async #nodesOf(fault: Fault): Promise<readonly NodeId[]> {
    const known = knownNodesOf(fault, this.#spec.topology);
    if (known !== null) return known;
    return 'target' in fault && fault.target.type === 'role'
      ? this.#cluster.playing(fault.target.role, fault.target.key)
      : [];
  }
}

/** Resolves when the signal is, or becomes, aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
