import { Degradations, harmless } from '../../topology/degradations.ts';
import type { DirectedLink, LinkDegradation } from '../../topology/link.ts';
import { endpointCount, type Topology } from '../../topology/topology.ts';
import type { SharedState } from './shared-state.ts';

/** Which links faults make worse, as the main thread keeps count of it; whoever sends over them reads it. */
export class Degraded {
  readonly #state: SharedState;
  readonly #degradations: Degradations;

  constructor(topology: Topology, state: SharedState) {
    this.#state = state;
    this.#degradations = new Degradations(endpointCount(topology));
  }

  degrade(links: readonly DirectedLink[], degradation: LinkDegradation): void {
    this.#tell(this.#degradations.add(links, degradation));
  }

  /** Takes back one of the degradations, in any order. */
  restore(links: readonly DirectedLink[], degradation: LinkDegradation): void {
    this.#tell(this.#degradations.remove(links, degradation));
  }

  #tell(links: readonly number[]): void {
    for (const link of links) this.#state.strike(link, this.#degradations.on(link) ?? harmless);
  }
}
