import type { TrialRecord } from '../history/trial.ts';
import { type Key, type NodeId, sameValue, type Value } from '../kernel/operation.ts';
import type { Verdict } from './verdict.ts';
import { valueInWords } from './words.ts';

/**
 * Whether nodes hold the same once all is quiet. Nodes that store different keys by design agree when the runtime, which
 * asks them for the owners, found so.
 */
export function checkConvergence(record: Pick<TrialRecord, 'contents' | 'convergence' | 'history'>): Verdict {
  if (record.convergence?.agreed === true) return { type: 'holds' };
  const [first, ...others] = [...record.contents];
  if (first === undefined || others.length === 0) {
    return { type: 'unknown', because: 'fewer than two nodes were there in the end to compare' };
  }
  const nameOf = (node: NodeId) => record.history.nodes[node] ?? `node ${node}`;
  for (const other of others) {
    const key = differingKey(first[1], other[1]);
    if (key === null) continue;
    const [one, two] = [first, other].map(
      ([node, stored]) => `${nameOf(node)} holds ${valueInWords(stored.get(key))}`,
    );
    return {
      type: 'violated',
      witness: [],
      sentence: `after all was quiet ${one} under ${JSON.stringify(key)} and ${two}`,
    };
  }
  return { type: 'holds' };
}

function differingKey(a: ReadonlyMap<Key, Value>, b: ReadonlyMap<Key, Value>): Key | null {
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    if (!sameValue(a.get(key) ?? null, b.get(key) ?? null)) return key;
  }
  return null;
}
