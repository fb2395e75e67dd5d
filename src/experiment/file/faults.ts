import type { Fault, FaultTarget } from '../../faults/fault.ts';
import { faultLabel } from '../../faults/labels.ts';
import { overlapsOf } from '../../faults/overlaps.ts';
import type { NodeId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import { resolveMoment } from './fields.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { FaultInput, TargetInput } from './schema.ts';
import { formatDuration } from './units.ts';
import { suggestion } from './words.ts';

/** What the names and times of faults refer to. */
export interface FaultContext {
  /** The topology that will run. */
  readonly topology: Topology;
  /** The one that the file describes: another where the command line asks for another number of nodes. */
  readonly inFile: Topology;
  readonly duration: Micros;
  readonly mistakes: Mistakes;
}

/** `inputs` has undefined where a fault could not be read; the others are checked all the same. */
export function resolveFaults(
  inputs: readonly (FaultInput | undefined)[],
  context: FaultContext,
): readonly Fault[] {
  const resolved = inputs.map((input, index) => {
    return input === undefined ? undefined : resolveFault(input, ['faults', index], context);
  });
  const indices = resolved.flatMap((fault, index) => (fault === undefined ? [] : [index]));
  const faults = resolved.filter((fault) => fault !== undefined);
  for (const { earlier, later, because } of overlapsOf(faults, context.topology)) {
    const where = ['faults', indices[later] as number];
    const line = context.mistakes.lineOf(['faults', indices[earlier] as number]);
    const other = `${faultLabel(faults[earlier] as Fault, context.topology)}${spanOf(faults[earlier] as Fault)}`;
    context.mistakes.at(where, `${because} then, by the fault in line ${line} (${other})`);
  }
  return faults;
}

function spanOf({ at, until }: Fault): string {
  return ` from ${formatDuration(at)} ${until === null ? 'to the end' : `to ${formatDuration(until)}`}`;
}

function resolveFault(input: FaultInput, path: Path, context: FaultContext): Fault | undefined {
  const span = resolveSpan(input, path, context);
  if ('partition' in input) {
    const sides = resolveSides(input.partition, [...path, 'partition'], context);
    if (sides === undefined || span === undefined) return undefined;
    if (input.direction === 'one-way' && sides.length !== 2) {
      context.mistakes.at(
        [...path, 'direction'],
        `one-way goes from one side to another, but there are ${sides.length}`,
      );
    }
    return { type: 'partition', ...span, sides, direction: input.direction };
  }
  const type = 'crash' in input ? 'crash' : 'pause';
  const given = 'crash' in input ? input.crash : input.pause;
  const target = resolveTarget(given, [...path, type], context);
  if (target === undefined || span === undefined) return undefined;
  return 'crash' in input
    ? { type: 'crash', ...span, target, disk: input.disk }
    : { type: 'pause', ...span, target };
}

interface Span {
  readonly at: Micros;
  readonly until: Micros | null;
}

/** Undefined where the times make no sense, so that no overlap is seen in them. */
function resolveSpan(input: FaultInput, path: Path, { duration, mistakes }: FaultContext): Span | undefined {
  const end = `past the end of the load at ${formatDuration(duration)}`;
  const at = resolveMoment(input.at, duration);
  if (at >= duration) mistakes.at([...path, 'at'], `starts at ${formatDuration(at)}, ${end}`);
  if (input.for !== undefined && input.until !== undefined) {
    mistakes.at([...path, 'until'], '`for` and `until` both tell the end; give one of them', 'key');
    return undefined;
  }
  const given = input.for === undefined ? 'until' : 'for';
  const until = untilOf(input, at, duration);
  if (until !== null && until <= at) {
    mistakes.at(
      [...path, given],
      `ends at ${formatDuration(until)}, not after its start at ${formatDuration(at)}`,
    );
    return undefined;
  }
  if (until !== null && until > duration && at < duration) {
    const hint = `leave \`${given}\` out to let it last to the end`;
    mistakes.at([...path, given], `ends at ${formatDuration(until)}, ${end}; ${hint}`);
  }
  return at >= duration ? undefined : { at, until };
}

function untilOf(input: FaultInput, at: Micros, duration: Micros): Micros | null {
  if (input.for !== undefined) return at + resolveMoment(input.for, duration);
  return input.until === undefined ? null : resolveMoment(input.until, duration);
}

function resolveTarget(input: TargetInput, path: Path, context: FaultContext): FaultTarget | undefined {
  if (typeof input === 'string') return targetNamed(input, path, context);
  if ('role' in input)
    return { type: 'role', role: input.role, ...(input.key === undefined ? {} : { key: input.key }) };
  if (context.topology.regions.includes(input.region)) return regionTarget(input.region, path, context);
  const { regions } = context.topology;
  const hint = `${suggestion(input.region, regions)} (regions: ${regions.join(', ')})`;
  context.mistakes.at([...path, 'region'], `no region "${input.region}"${hint}`);
  return undefined;
}

function targetNamed(name: string, path: Path, context: FaultContext): FaultTarget | undefined {
  if (context.topology.regions.includes(name)) return regionTarget(name, path, context);
  const node = nodeNamed(name, path, context);
  return node === undefined ? undefined : { type: 'node', node };
}

function regionTarget(region: string, path: Path, context: FaultContext): FaultTarget | undefined {
  return nodesOfRegion(region, path, context).length === 0 ? undefined : { type: 'region', region };
}

function nodesOfRegion(region: string, path: Path, { topology, mistakes }: FaultContext): readonly NodeId[] {
  const nodes = topology.nodes.filter((node) => node.region === region).map((node) => node.id);
  if (nodes.length === 0) {
    const line = mistakes.lineOf(path);
    mistakes.inOption(
      '--nodes',
      `${nodesLeave(topology)} none in "${region}", which the fault in line ${line} strikes; ${wayOut}`,
    );
  }
  return nodes;
}

const wayOut = 'ask for more, or --faults none';

function nodesLeave({ nodes }: Topology): string {
  return nodes.length === 1 ? '1 node leaves' : `${nodes.length} nodes leave`;
}

function nodeNamed(
  name: string,
  path: Path,
  { topology, inFile, mistakes }: FaultContext,
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
  const known = `(nodes: ${names.join(', ')}; regions: ${topology.regions.join(', ')})`;
  mistakes.at(
    path,
    `no node or region "${name}"${suggestion(name, [...names, ...topology.regions])} ${known}`,
  );
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
  context.mistakes.at(
    path,
    'this side has every node, so nobody is cut off; leave some out, or give two sides',
  );
  return undefined;
}

function nodesNamed(name: string, path: Path, context: FaultContext): readonly NodeId[] {
  if (context.topology.regions.includes(name)) return nodesOfRegion(name, path, context);
  const node = nodeNamed(name, path, context);
  return node === undefined ? [] : [node];
}
