import type { Key, NodeId, Plain, Value } from '../../kernel/operation.ts';
import type { Replica } from '../../kernel/replica.ts';
import type { Digests } from './protocol.ts';

/** The owners of keys that every node stores. */
const everyone = 'all';

/**
 * A digest of what a replica stores, for each set of owners among its keys: owners agree when their digests for the
 * set are equal. The digest is a sum over keys, so it needs no order. Keys that it stores but does not own, and
 * keys without a value, do not count.
 */
export function digestsOf(replica: Replica<Plain>, self: NodeId): Digests {
  const sums = new Map<string, [number, number]>();
  for (const [key, value] of replica.contents()) {
    if (value === null) continue;
    const owners = replica.owners?.(key);
    if (owners !== undefined && !owners.includes(self)) continue;
    const group = owners === undefined ? everyone : [...owners].sort((a, b) => a - b).join(',');
    const sum = sums.get(group) ?? [0, 0];
    addDigest(sum, key, value, replica.version?.(key) ?? 0);
    sums.set(group, sum);
  }
  return new Map([...sums].map(([group, sum]) => [group, sum.join('/')]));
}

/** Whether all nodes that own the same keys have the same digest; a node without a digest stores nothing of the set. */
export function digestsAgree(digests: ReadonlyMap<NodeId, Digests>): boolean {
  const groups = new Set([...digests.values()].flatMap((digest) => [...digest.keys()]));
  for (const group of groups) {
    const owners = group === everyone ? [...digests.keys()] : group.split(',').map(Number);
    const seen = new Set<string | undefined>();
    for (const owner of owners) {
      const digest = digests.get(owner);
      if (digest !== undefined) seen.add(digest.get(group));
    }
    if (seen.size > 1) return false;
  }
  return true;
}

/** Adds two independent 32-bit hashes of the entry (Fowler, Noll and Vo; 64 bits together). */
function addDigest(sum: [number, number], key: Key, value: Value, version: number): void {
  const text = JSON.stringify([key, value, version]);
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  sum[0] = (sum[0] + mixed(a)) >>> 0;
  sum[1] = (sum[1] + mixed(b)) >>> 0;
}

/** Spreads every bit over all others, so that sums of similar texts do not cancel out (MurmurHash3's last step). */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
