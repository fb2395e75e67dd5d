import type { NodeId } from './operation.ts';

const nodesAtMost = 10_000;

/**
 * One life of one node as one number: 20001 is node 1 in its second incarnation. What a life issues under its number
 * (stamps, columns of a counter) no other life repeats, even if the disk that remembered it is lost and the wall clock
 * runs again through times it has already shown.
 */
export function lifeOf(node: NodeId, incarnation: number): number {
  if (node >= nodesAtMost)
    throw new RangeError(`node ${node} has no life number: nodes end at ${nodesAtMost - 1}`);
  return incarnation * nodesAtMost + node;
}
