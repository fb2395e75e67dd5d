import type { Cut } from '../../faults/fault.ts';
import type { NodeId } from '../../kernel/operation.ts';
import { siteOf, type Topology } from '../../topology/topology.ts';
import type { SharedState } from './shared-state.ts';

/**
 * Which links are cut, as the main thread keeps count of it. Faults may overlap, so a link works again once every
 * fault that cut it has healed it. Clients of a region are cut off from a node outside of it when every node of their
 * region is.
 */
export class Cuts {
  readonly #topology: Topology;
  readonly #state: SharedState;
  readonly #counts: Uint16Array;

  constructor(topology: Topology, state: SharedState) {
    this.#topology = topology;
    this.#state = state;
    this.#counts = new Uint16Array(topology.nodes.length ** 2);
  }

  cut(cuts: readonly Cut[]): void {
    for (const [from, to] of cuts) this.#add(from, to, 1);
    this.#cutSites();
  }

  heal(cuts: readonly Cut[]): void {
    for (const [from, to] of cuts) this.#add(from, to, -1);
    this.#cutSites();
  }

  #add(from: NodeId, to: NodeId, change: 1 | -1): void {
    const link = from * this.#topology.nodes.length + to;
    this.#counts[link] = Math.max(0, this.#counts[link]! + change);
    this.#state.setCut(from, to, this.#counts[link]! > 0);
  }

  #cutSites(): void {
    const { nodes, regions } = this.#topology;
    for (const region of regions) {
      const site = siteOf(this.#topology, region);
      const home = nodes.filter((node) => node.region === region);
      for (const { id, region: elsewhere } of nodes) {
        const apart = home.length > 0 && elsewhere !== region;
        this.#state.setCut(site, id, apart && home.every((node) => this.#state.isCut(node.id, id)));
        this.#state.setCut(id, site, apart && home.every((node) => this.#state.isCut(id, node.id)));
      }
    }
  }
}
