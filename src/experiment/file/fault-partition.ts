import type { Place } from '../../faults/fault.ts';
import { apart, bridge, fewestNodes, type Shape, shapeNamed, shapeNames } from '../../faults/shapes.ts';
import { nodesOfTarget } from '../../faults/targets.ts';
import type { NodeId } from '../../kernel/operation.ts';
import { type FaultContext, nodeNamed, nodesNamed, resolveLinks } from './fault-places.ts';
import type { FaultInput } from './fault-schema.ts';
import type { Mistakes, Path } from './mistakes.ts';

type PartitionInput = Extract<FaultInput, { partition: unknown }>;

/** How a partition parts the nodes; undefined where it does not, which is told. */
export function resolvePartition(
  input: PartitionInput,
  path: Path,
  context: FaultContext,
): Shape | undefined {
  const where = [...path, 'partition'];
  const shape =
    typeof input.partition === 'string'
      ? resolveWords(input.partition, input.over, path, context)
      : withSides(resolveSides(input.partition, where, context));
  const isBridge = input.partition === 'bridge';
  if (input.over !== undefined && !isBridge) {
    context.mistakes.at([...path, 'over'], 'only a bridge leads over a node', 'key');
  }
  if (shape === undefined || input.direction === 'both') return shape;
  if (input.direction === 'ring') {
    tellSmallRing(shape, path, context.mistakes);
    return { ...shape, direction: 'ring' };
  }
  if (shape.direction === 'ring') {
    context.mistakes.at([...path, 'direction'], 'a majority-ring cuts links in both directions');
  } else if (shape.sides.length !== 2) {
    const sides = `there are ${shape.sides.length}`;
    context.mistakes.at([...path, 'direction'], `one-way goes from one side to another, but ${sides}`);
  }
  return { ...shape, direction: 'one-way' };
}

function tellSmallRing({ sides }: Shape, path: Path, mistakes: Mistakes): void {
  const fewest = fewestNodes['majority-ring'];
  if (sides.length >= fewest) return;
  mistakes.at([...path, 'direction'], `a ring has at least ${fewest} sides, but there are ${sides.length}`);
}

function withSides(sides: readonly (readonly NodeId[])[] | undefined): Shape | undefined {
  return sides === undefined ? undefined : { sides, direction: 'both' };
}

/** `halves`, `majority-ring`, `bridge`, `asia`, `asia and europe`, `asia to europe`. */
function resolveWords(
  words: string,
  over: string | undefined,
  path: Path,
  context: FaultContext,
): Shape | undefined {
  const where = [...path, 'partition'];
  const nodes = context.topology.nodes.map((node) => node.id);
  const named = shapeNames.find((name) => name === words);
  if (named === undefined) return resolvePlaces(words, where, context, shapeNames);
  if (nodes.length < fewestNodes[named]) {
    const few = `${words} needs at least ${fewestNodes[named]} nodes, but there are ${nodes.length}`;
    context.mistakes.at(where, few);
    return undefined;
  }
  if (named !== 'bridge' || over === undefined) return shapeNamed(named, nodes);
  if (context.topology.regions.includes(over)) {
    context.mistakes.at([...path, 'over'], `a bridge leads over one node, and "${over}" is a region`);
    return undefined;
  }
  const node = nodeNamed(over, [...path, 'over'], context);
  return node === undefined ? undefined : bridge(nodes, node);
}

/** The sides that the ends of links are: a place against all others, or two places. */
export function resolvePlaces(
  words: string,
  path: Path,
  context: FaultContext,
  otherWords: readonly string[] = [],
): Shape | undefined {
  const choice = resolveLinks(words, path, context, otherWords);
  if (choice === undefined) return undefined;
  const { topology, mistakes } = context;
  const nodesAt = (place: Place) => nodesOfTarget(place, topology) ?? [];
  const all = topology.nodes.map((node) => node.id);
  if (choice.type === 'all') {
    mistakes.at(path, 'all links at once part everybody; name a place, or two');
    return undefined;
  }
  if (choice.type === 'of') {
    const shape = apart(nodesAt(choice.place), all);
    if (shape.sides[1]!.length > 0) return shape;
    tellNobodyCutOff(path, mistakes);
    return undefined;
  }
  const sides = [nodesAt(choice.from), nodesAt(choice.to)] as const;
  const both = sides[0].find((node) => sides[1].includes(node));
  if (both === undefined) return { sides, direction: choice.direction };
  mistakes.at(path, `${topology.nodes[both]?.name} is on both sides; each node is on one`);
  return undefined;
}

/** The sides of a partition, as nodes; one side alone stands against all the other nodes. */
function resolveSides(
  input: readonly (readonly string[])[],
  path: Path,
  context: FaultContext,
): readonly (readonly NodeId[])[] | undefined {
  const before = new Set<NodeId>();
  let fine = true;
  const sides = input.map((names, index) => {
    const side = names.flatMap((name, position) => {
      const where = [...path, index, position];
      const nodes = nodesNamed(name, where, context);
      if (nodes.length === 0) fine = false;
      for (const node of nodes) {
        if (before.has(node)) {
          context.mistakes.at(
            where,
            `${context.topology.nodes[node]?.name} is on a side already; each node is on one`,
          );
        }
        before.add(node);
      }
      return nodes;
    });
    return side;
  });
  if (!fine) return undefined;
  if (sides.length > 1) return sides;
  const rest = context.topology.nodes.map((node) => node.id).filter((node) => !before.has(node));
  if (rest.length > 0) return [...sides, rest];
  tellNobodyCutOff(path, context.mistakes);
  return undefined;
}

function tellNobodyCutOff(path: Path, mistakes: Mistakes): void {
  mistakes.at(path, 'this side has every node, so nobody is cut off; leave some out, or give two sides');
}
