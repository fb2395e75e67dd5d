import type { FaultTarget, LinkChoice, Place } from '../../faults/fault.ts';
import { linksOf, nodesOfTarget } from '../../faults/targets.ts';
import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import type { TargetInput } from './fault-schema.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { Limits } from './topology.ts';
import { suggestion } from './words.ts';

/** What the names and times of faults refer to. */
export interface FaultContext {
  /** The topology that will run. */
  readonly topology: Topology;
  /** The one that the file describes: another where the command line asks for another number of nodes. */
  readonly inFile: Topology;
  readonly duration: Micros;
  readonly seed: string;
  /** What the runtime can do. */
  readonly limits: Limits;
  readonly mistakes: Mistakes;
}

/** Undefined where the target is none, which is told. */
export function resolveTarget(
  input: TargetInput,
  path: Path,
  context: FaultContext,
): FaultTarget | undefined {
  if (typeof input === 'string') return input === 'all' ? { type: 'all' } : placeNamed(input, path, context);
  if ('role' in input) {
    return { type: 'role', role: input.role, ...(input.key === undefined ? {} : { key: input.key }) };
  }
  if (context.topology.regions.includes(input.region)) return regionNamed(input.region, path, context);
  tellUnknownRegion(input.region, [...path, 'region'], context);
  return undefined;
}

/** The nodes of a target that a schedule names before the run: a role is none. */
export function resolveNodes(
  input: TargetInput,
  path: Path,
  context: FaultContext,
): readonly NodeId[] | undefined {
  const target = resolveTarget(input, path, context);
  if (target === undefined) return undefined;
  const nodes = nodesOfTarget(target, context.topology);
  if (nodes !== null) return nodes;
  context.mistakes.at(path, 'whoever plays a role is not known before the run; name nodes, a region or all');
  return undefined;
}

/** A region that has nodes. */
export function resolveRegion(region: string, path: Path, context: FaultContext): string | undefined {
  if (!context.topology.regions.includes(region)) {
    tellUnknownRegion(region, path, context);
    return undefined;
  }
  return regionNamed(region, path, context)?.region;
}

/** `all`, `asia`, `asia and europe`, `asia to europe`. `words` are what might be meant as well. */
export function resolveLinks(
  text: string,
  path: Path,
  context: FaultContext,
  words: readonly string[] = [],
): LinkChoice | undefined {
  const choice = choiceOf(text, path, context, words);
  if (choice === undefined || linksOf(choice, context.topology).length > 0) return choice;
  context.mistakes.at(path, `there is no link: nothing travels from "${text.split(' ')[0]}" to itself`);
  return undefined;
}

function choiceOf(
  text: string,
  path: Path,
  context: FaultContext,
  words: readonly string[],
): LinkChoice | undefined {
  if (text === 'all') return { type: 'all' };
  const pair = /^(\S+) (and|to) (\S+)$/.exec(text);
  if (pair === null) {
    const place = placeNamed(text, path, context, words);
    return place === undefined ? undefined : { type: 'of', place };
  }
  const [, one = '', word, other = ''] = pair;
  const from = placeNamed(one, path, context);
  const to = placeNamed(other, path, context);
  if (from === undefined || to === undefined) return undefined;
  return { type: 'between', from, to, direction: word === 'to' ? 'one-way' : 'both' };
}

/** A node or a region by its name. */
function placeNamed(
  name: string,
  path: Path,
  context: FaultContext,
  words: readonly string[] = [],
): Place | undefined {
  if (context.topology.regions.includes(name)) return regionNamed(name, path, context);
  const node = nodeNamed(name, path, context, words);
  return node === undefined ? undefined : { type: 'node', node };
}

/** None where the name is that of no place, which is told. */
export function nodesNamed(name: string, path: Path, context: FaultContext): readonly NodeId[] {
  const place = placeNamed(name, path, context);
  return place === undefined ? [] : (nodesOfTarget(place, context.topology) ?? []);
}

function regionNamed(
  region: string,
  path: Path,
  { topology, mistakes }: FaultContext,
): (Place & { readonly type: 'region' }) | undefined {
  if (topology.nodes.some((node) => node.region === region)) return { type: 'region', region };
  const line = mistakes.lineOf(path);
  mistakes.inOption(
    '--nodes',
    `${nodesLeave(topology)} none in "${region}", which the fault in line ${line} strikes; ${wayOut}`,
  );
  return undefined;
}

function tellUnknownRegion(region: string, path: Path, { topology, mistakes }: FaultContext): void {
  const { regions } = topology;
  const hint = `${suggestion(region, regions)} (regions: ${regions.join(', ')})`;
  mistakes.at(path, `no region "${region}"${hint}`);
}

const wayOut = 'ask for more, or --faults none';

function nodesLeave({ nodes }: Topology): string {
  return nodes.length === 1 ? '1 node leaves' : `${nodes.length} nodes leave`;
}

/** A node by its name; undefined where there is none, which is told. */
export function nodeNamed(
  name: string,
  path: Path,
  { topology, inFile, mistakes }: FaultContext,
  words: readonly string[] = [],
): NodeId | undefined {
  const node = topology.nodes.find((candidate) => candidate.name === name);
  if (node !== undefined) return node.id;
  const names = topology.nodes.map((candidate) => candidate.name);
  if (inFile.nodes.some((candidate) => candidate.name === name)) {
    const line = mistakes.lineOf(path);
    const left = `${nodesLeave(topology)} no "${name}", which the fault in line ${line} strikes`;
    mistakes.inOption('--nodes', `${left} (nodes: ${names.join(', ')}); ${wayOut}`);
    return undefined;
  }
  const { regions } = topology;
  const others = words.length === 0 ? '' : `; or ${words.join(', ')}`;
  const known = `(nodes: ${names.join(', ')}; regions: ${regions.join(', ')}${others})`;
  const hint = suggestion(name, [...names, ...regions, ...words]);
  mistakes.at(path, `no node or region "${name}"${hint} ${known}`);
  return undefined;
}
