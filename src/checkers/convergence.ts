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
  const nodes = [...record.contents.keys()];
  if (nodes.length < 2) {
    return { type: 'unknown', because: 'fewer than two nodes were there in the end to compare' };
  }
  const difference = differenceIn(record.contents);
  if (difference === null) return { type: 'holds' };
  const { key, between } = difference;
  const [one, two] = between.map(
    (node) =>
      `${record.history.nodes[node] ?? `node ${node}`} holds ${valueInWords(record.contents.get(node)!.get(key))}`,
  );
  return {
    type: 'violated',
    witness: [],
    sentence: `after all was quiet ${one} under ${JSON.stringify(key)} and ${two}`,
  };
}

interface Difference {
  readonly key: Key;
  readonly between: readonly [NodeId, NodeId];
}

/** Nodes that both hold a key are its owners, so what they disagree about shows more than what one of them lacks. */
function differenceIn(contents: TrialRecord['contents']): Difference | null {
  let lacking: Difference | null = null;
  const keys = new Set([...contents.values()].flatMap((stored) => [...stored.keys()]));
  for (const key of keys) {
    const [holder, ...rest] = [...contents].filter(([, stored]) => held(stored, key) !== null);
    if (holder === undefined) continue;
    const other = rest.find(([, stored]) => !sameValue(held(stored, key), held(holder[1], key)));
    if (other !== undefined) return { key, between: [holder[0], other[0]] };
    const without = [...contents].find(([, stored]) => held(stored, key) === null);
    if (without !== undefined) lacking ??= { key, between: [holder[0], without[0]] };
  }
  return lacking;
}

function held(stored: ReadonlyMap<Key, Value>, key: Key): Value {
  return stored.get(key) ?? null;
}
