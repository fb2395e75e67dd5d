import type { NodeId, Value } from '../../kernel/operation.ts';

/**
 * counter × 1,000 + node. One number orders all ballots, names the proposer of each, and reads well in a trace:
 * 12002 is the twelfth ballot, of node 2. 0 is below every ballot.
 */
export type Ballot = number;

const nodesAtMost = 1_000;

/** What an acceptor accepted last, and which earlier ballots that value was built on. */
export type Version = {
  readonly accepted: Ballot;
  readonly value: Value;
  /** See `ancestorsOf`. */
  readonly ancestors: readonly Ballot[];
};

/** The version of a key that nobody ever proposed to. */
export const noVersion: Version = { accepted: 0, value: null, ancestors: [] };

/** The smallest ballot of `node` that is above `floor`'s counter. */
export function ballotAbove(floor: Ballot, node: NodeId): Ballot {
  return (Math.floor(floor / nodesAtMost) + 1) * nodesAtMost + node;
}

/** The next ballot of the same proposer. */
export function successorOf(ballot: Ballot): Ballot {
  return ballot + nodesAtMost;
}

/** How many counters `later` is ahead of `earlier`. */
export function countersBetween(earlier: Ballot, later: Ballot): number {
  return Math.floor(later / nodesAtMost) - Math.floor(earlier / nodesAtMost);
}

export function proposerOf(ballot: Ballot): NodeId {
  return ballot % nodesAtMost;
}

export function assertNodeFits(node: NodeId): void {
  if (node >= nodesAtMost)
    throw new RangeError(`quorum orders ballots of nodes below ${nodesAtMost}, not ${node}`);
}

/**
 * The lineage of a value proposed under `ballot` on top of `base`: every ballot whose batch is contained in the
 * value, reduced to the latest one of each other proposer, newest first. That is enough: a proposer knows which of
 * its own earlier batches its latest contains. So a lineage never outgrows the cluster, and nothing is ever
 * forgotten that somebody may have to ask about.
 */
export function ancestorsOf(ballot: Ballot, base: Version): readonly Ballot[] {
  if (base.accepted === 0) return base.ancestors;
  const proposer = proposerOf(ballot);
  if (proposerOf(base.accepted) === proposer) return base.ancestors;
  return [base.accepted, ...base.ancestors.filter((ancestor) => proposerOf(ancestor) !== proposer)];
}

/** The latest ballot of `proposer` that `version` contains, or 0. */
export function latestOf(proposer: NodeId, version: Version): Ballot {
  if (proposerOf(version.accepted) === proposer) return version.accepted;
  return version.ancestors.find((ancestor) => proposerOf(ancestor) === proposer) ?? 0;
}
