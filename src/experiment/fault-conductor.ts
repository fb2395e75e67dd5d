import type { Fault, FaultAction } from '../faults/fault.ts';
import { faultLabel } from '../faults/labels.ts';
import { actionsOf, edgesOf } from '../faults/schedule.ts';
import { knownNodesOf } from '../faults/targets.ts';
import type { FaultRecord } from '../history/trial.ts';
import type { NodeId } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import type { MembershipChange } from '../runtimes/administrator.ts';
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

  /** Ends what still lasts, after the load, but for comings and goings; returns when the last fault had ended. */
  async endAll(): Promise<Micros> {
    for (const [index, { fault }] of this.#strikes) if (!changesMembers(fault)) await this.#end(index);
    return Math.max(0, ...[...this.#strikes.values()].map((strike) => strike.end?.done ?? 0));
  }

  /**
   * In the order of the schedule; where the end of a join or leave is one of the other kind, it comes after all others. A
   * fault that found nobody to strike (no one played the role) names no node.
   */
  records(changes: readonly MembershipChange[]): FaultRecord[] {
    const strikes = [...this.#strikes.entries()].sort(([a], [b]) => a - b).map(([, strike]) => strike);
    const turns = strikes.filter(({ fault, end }) => changesMembers(fault) && end !== null);
    return [
      ...strikes.map((strike) => this.#recordOf(strike, changes)),
      ...turns.map(({ fault, undo, nodes, end }) =>
        this.#recordOf({ fault: opposite(fault), undo, nodes, start: end!, end: null }, changes),
      ),
    ];
  }

  #recordOf({ fault, nodes, start, end }: Strike, changes: readonly MembershipChange[]): FaultRecord {
    const { topology, duration } = this.#spec;
    const loadTo = this.#startAt + duration;
    const told = { label: faultLabel(fault, topology), type: fault.type, nodes, began: start.began };
    const endedBy = (at: Micros | null | undefined) => (at == null || at > loadTo ? null : at);
    if (!changesMembers(fault)) {
      return { ...told, effective: start.done, ended: endedBy(end?.began) === null ? null : end!.done };
    }
    const own = changes.filter(
      ({ type, node, asked }) =>
        type === fault.type && nodes.includes(node) && asked >= start.began && asked <= start.done,
    );
    const bytes = own.reduce((sum, change) => sum + change.bytes, 0);
    const settled = own.some((change) => change.settled === null)
      ? null
      : Math.max(start.done, ...own.map((change) => change.settled!));
    const membership = { took: settled === null ? null : settled - start.began, bytes };
    return { ...told, effective: settled ?? start.done, ended: endedBy(settled), membership };
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

function changesMembers({ type }: Fault): boolean {
  return type === 'join' || type === 'leave';
}

/** The fault that the end of a join or leave is. */
function opposite(fault: Fault): Fault {
  if (fault.type === 'join') return { ...fault, type: 'leave' };
  return fault.type === 'leave' ? { ...fault, type: 'join' } : fault;
}

/** Resolves when the signal is, or becomes, aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
