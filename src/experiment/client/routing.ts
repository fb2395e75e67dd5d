import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import { nodesByDistance, type Topology } from '../../topology/topology.ts';
import type { ClientPolicy } from '../spec.ts';

type Standing =
  | { readonly type: 'trusted' }
  | { readonly type: 'avoided'; readonly until: Micros }
  | { readonly type: 'probed' };

const trusted: Standing = { type: 'trusted' };
const probed: Standing = { type: 'probed' };

/**
 * Which node the clients of one region ask. They learn of trouble only from refused connections and from silence,
 * as real clients do, and they share what they learn, as the connection pool of one application server does.
 *
 * A node in trouble is avoided for a while and then probed by a single request; the others go on avoiding it until
 * the probe is answered. Without that, every request of a whole deadline would be lost on a node that stays silent.
 */
export class Router {
  readonly #order: readonly NodeId[];
  readonly #standing: Standing[];
  readonly #policy: ClientPolicy;

  constructor(topology: Topology, region: string, policy: ClientPolicy) {
    this.#order = nodesByDistance(topology, region);
    this.#standing = topology.nodes.map(() => trusted);
    this.#policy = policy;
  }

  /** The node to ask now, leaving out those already `tried`; undefined when all were tried. */
  choose(now: Micros, tried: readonly NodeId[]): NodeId | undefined {
    if (this.#policy.failover === 'sticky') return tried.length === 0 ? this.#order[0] : undefined;
    let fallback: NodeId | undefined;
    for (const node of this.#order) {
      if (tried.includes(node)) continue;
      const standing = this.#standing[node] as Standing;
      if (standing.type === 'trusted') return node;
      if (standing.type === 'avoided' && standing.until <= now) {
        this.#standing[node] = probed;
        return node;
      }
      fallback ??= node;
    }
    return fallback;
  }

  /** The node answered, whatever it said. */
  answered(node: NodeId): void {
    this.#standing[node] = trusted;
  }

  /** The node refused the connection, lost it, or stayed silent until the deadline. */
  troubled(node: NodeId, now: Micros): void {
    this.#standing[node] = { type: 'avoided', until: now + this.#policy.retryAfter };
  }
}
