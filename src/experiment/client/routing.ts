import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import { delayOf, medianDelay, nodesByDistance, siteOf, type Topology } from '../../topology/topology.ts';
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
  /** Nearest first; nodes that are equally near share a tier. */
  readonly #allTiers: readonly (readonly NodeId[])[];
  /** Of the nodes that serve. */
  #tiers: readonly (readonly NodeId[])[];
  readonly #standing: Standing[];
  readonly #policy: ClientPolicy;
  /** How many questions went round. */
  #turns = 0;

  constructor(topology: Topology, region: string, policy: ClientPolicy) {
    const tiers = tiersOf(topology, region);
    this.#allTiers = policy.failover === 'round-robin' ? [tiers.flat()] : tiers;
    this.#tiers = this.#allTiers;
    this.#standing = topology.nodes.map(() => trusted);
    this.#policy = policy;
  }

  /** From now on these nodes serve, and no others: nodes join and leave, and clients hear of it. */
  serve(nodes: readonly NodeId[]): void {
    const serving = this.#allTiers.map((tier) => tier.filter((node) => nodes.includes(node)));
    this.#tiers = serving.filter((tier) => tier.length > 0);
  }

  /**
   * The node that a process asks now, leaving out those already `tried`; undefined when all were tried. Processes
   * spread over nodes that are equally near, and each keeps to its own as long as that one answers; going round, all
   * nodes are taken for equally near.
   */
  choose(now: Micros, process: number, tried: readonly NodeId[]): NodeId | undefined {
    if (this.#policy.failover === 'sticky') {
      return tried.length === 0 ? itemAt(this.#tiers[0] as readonly NodeId[], process) : undefined;
    }
    const turn = this.#turnOf(process, tried);
    let fallback: NodeId | undefined;
    for (const tier of this.#tiers) {
      for (let i = 0; i < tier.length; i += 1) {
        const node = itemAt(tier, turn + i);
        if (tried.includes(node)) continue;
        const standing = this.#standing[node] as Standing;
        if (standing.type === 'trusted') return node;
        if (standing.type === 'avoided' && standing.until <= now) {
          this.#standing[node] = probed;
          return node;
        }
        fallback ??= node;
      }
    }
    return fallback;
  }

  /** A question that is asked once more goes on round from where it was asked first. */
  #turnOf(process: number, tried: readonly NodeId[]): number {
    if (this.#policy.failover !== 'round-robin') return process;
    if (tried.length === 0) this.#turns += 1;
    return this.#turns;
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

function tiersOf(topology: Topology, region: string): NodeId[][] {
  const site = siteOf(topology, region);
  const distance = (node: NodeId) => medianDelay(delayOf(topology, site, node));
  const tiers: NodeId[][] = [];
  for (const node of nodesByDistance(topology, region)) {
    const tier = tiers.at(-1);
    if (tier !== undefined && distance(tier[0] as NodeId) === distance(node)) tier.push(node);
    else tiers.push([node]);
  }
  return tiers;
}

function itemAt(tier: readonly NodeId[], index: number): NodeId {
  return tier[index % tier.length] as NodeId;
}
