import { type Key, type NodeId, sameValue, type Value } from '../../kernel/operation.ts';
import type { SimNode } from './node.ts';

/** Whoever plays a role now, among the nodes that live. */
export function playing(nodes: readonly SimNode[], role: string, key?: Key): readonly NodeId[] {
  return nodes.filter((node) => node.replica?.role?.(key) === role).map((node) => node.id);
}

/** What each of these nodes stores, where it lives. */
export function contentsOf(nodes: readonly SimNode[]): ReadonlyMap<NodeId, ReadonlyMap<Key, Value>> {
  const contents = new Map<NodeId, ReadonlyMap<Key, Value>>();
  for (const { id, replica } of nodes) if (replica) contents.set(id, new Map(replica.contents()));
  return contents;
}

/**
 * Whether live owners of each key, among the members, store the same value in the same version; a key that is not there
 * counts as `null`.
 */
export function ownersAgree(nodes: readonly SimNode[], members: readonly NodeId[]): boolean {
  const contents = contentsOf(members.map((id) => nodes[id]!));
  for (const [node, stored] of contents) {
    for (const [key, value] of stored) {
      const owners = (nodes[node]!.replica?.owners?.(key) ?? members).filter((owner) => contents.has(owner));
      if (!owners.includes(node)) continue;
      const same = (owner: NodeId) =>
        sameValue(contents.get(owner)?.get(key) ?? null, value) &&
        versionAt(nodes, owner, key) === versionAt(nodes, node, key);
      if (!owners.every(same)) return false;
    }
  }
  return true;
}

/** What tells states of a key apart beside its value; see `Replica.version`. */
function versionAt(nodes: readonly SimNode[], node: NodeId, key: Key): number {
  return nodes[node]!.replica?.version?.(key) ?? 0;
}
