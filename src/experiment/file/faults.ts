import type { Fault, LinkFault } from '../../faults/fault.ts';
import { faultLabel } from '../../faults/labels.ts';
import { overlapsOf } from '../../faults/overlaps.ts';
import { kindsNeeded } from '../../faults/schedule.ts';
import { linksOf } from '../../faults/targets.ts';
import type { LinkDegradation } from '../../topology/link.ts';
import { isFifo } from '../../topology/topology.ts';
import {
  resolveFlapping,
  resolveOutage,
  resolveRandom,
  resolveRolling,
  resolveSwizzle,
} from './fault-composers.ts';
import { resolvePartition } from './fault-partition.ts';
import { type FaultContext, resolveLinks, resolveTarget } from './fault-places.ts';
import type { FaultInput } from './fault-schema.ts';
import { resolveSpan, type Span } from './fault-span.ts';
import type { Path } from './mistakes.ts';
import { formatDuration } from './units.ts';

/**
 * The plain faults that the sentences of a file mean. `inputs` has undefined where a fault could not be read; the
 * others are checked all the same. What is random is drawn last, clear of all the rest.
 */
export function resolveFaults(
  inputs: readonly (FaultInput | undefined)[],
  context: FaultContext,
): readonly Fault[] {
  const resolved = inputs.map((input, index) =>
    input === undefined || 'random' in input ? [] : (resolveFault(input, ['faults', index], context) ?? []),
  );
  tellOverlaps(resolved, context);
  inputs.forEach((input, index) => {
    if (input === undefined || !('random' in input)) return;
    resolved[index] = resolveRandom(input, ['faults', index], context, resolved.flat()) ?? [];
  });
  tellLacking(resolved, context);
  return resolved.flat();
}

function tellLacking(resolved: readonly (readonly Fault[])[], { limits, mistakes }: FaultContext): void {
  const { runtime, offers } = limits;
  if (offers === undefined) return;
  resolved.forEach((faults, index) => {
    const lacking = kindsNeeded(faults).filter((kind) => !offers.includes(kind));
    if (lacking.length === 0) return;
    const offered = offers.length === 0 ? 'none' : offers.join(', ');
    const needs = `this needs ${lacking.join(', ')}, which the runtime ${runtime} cannot do`;
    mistakes.at(['faults', index], `${needs} (it offers ${offered})`);
  });
}

function tellOverlaps(resolved: readonly (readonly Fault[])[], { topology, mistakes }: FaultContext): void {
  const faults = resolved.flat();
  const lines = resolved.flatMap((group, index) => group.map(() => index));
  const told = new Set<string>();
  for (const { earlier, later, because } of overlapsOf(faults, topology)) {
    const [first, second] = [lines[earlier]!, lines[later]!];
    // A composer that clashes with another fault clashes with it many times.
    if (told.has(`${first} ${second}`)) continue;
    told.add(`${first} ${second}`);
    const fault = faults[earlier]!;
    const other = `${faultLabel(fault, topology)}${spanOf(fault)}`;
    const line = mistakes.lineOf(['faults', first]);
    mistakes.at(['faults', second], `${because} then, by the fault in line ${line} (${other})`);
  }
}

function spanOf({ at, until }: Fault): string {
  if (at === until) return ` at ${formatDuration(at)}`;
  return ` from ${formatDuration(at)} ${until === null ? 'to the end' : `to ${formatDuration(until)}`}`;
}

function resolveFault(input: FaultInput, path: Path, context: FaultContext): readonly Fault[] | undefined {
  if ('rolling-restart' in input) return resolveRolling(input, path, context);
  if ('outage' in input) return resolveOutage(input, path, context);
  if ('flap' in input) return resolveFlapping(input, path, context);
  if ('swizzle' in input) return resolveSwizzle(input, path, context);
  const span = resolveSpan(input, path, context);
  const fault = 'partition' in input ? partitionOf(input, path, context) : strikeOf(input, path, context);
  return span === undefined || fault === undefined ? undefined : [fault(span)];
}

/** A fault, but for its time. */
type Strike = ((span: Span) => Fault) | undefined;

function partitionOf(
  input: Extract<FaultInput, { partition: unknown }>,
  path: Path,
  context: FaultContext,
): Strike {
  const shape = resolvePartition(input, path, context);
  return shape === undefined ? undefined : (span) => ({ type: 'partition', ...span, ...shape });
}

function strikeOf(input: FaultInput, path: Path, context: FaultContext): Strike {
  if ('slow' in input) {
    const { by } = input;
    const degradation = by.type === 'factor' ? { slowBy: by.by } : { addDelay: by.by };
    return onLinks('slow-link', degradation, input.slow, [...path, 'slow'], context);
  }
  if ('lose' in input) return onLinks('loss', { loss: input.lose }, input.of, [...path, 'of'], context);
  if ('duplicate' in input) {
    return onLinks('duplication', { duplicate: input.duplicate }, input.of, [...path, 'of'], context);
  }
  if ('reorder' in input) {
    const reorder = { chance: input.reorder, upTo: input.by };
    return onLinks('reordering', { reorder }, input.of, [...path, 'of'], context);
  }
  return onNodes(input, path, context);
}

function onLinks(
  type: LinkFault['type'],
  degradation: LinkDegradation,
  words: string,
  path: Path,
  context: FaultContext,
): Strike {
  const links = resolveLinks(words, path, context);
  const { topology, mistakes } = context;
  if (links && type === 'reordering' && linksOf(links, topology).every((link) => isFifo(topology, ...link))) {
    mistakes.at(path, 'these links keep the order of messages (`fifo`), so none is held back on them');
  }
  return links === undefined ? undefined : (span) => ({ type, ...span, links, degradation });
}

function onNodes(input: FaultInput, path: Path, context: FaultContext): Strike {
  if ('crash' in input) {
    const target = resolveTarget(input.crash, [...path, 'crash'], context);
    return target && ((span) => ({ type: 'crash', ...span, target, disk: input.disk }));
  }
  if ('restart' in input) {
    const target = resolveTarget(input.restart, [...path, 'restart'], context);
    return target && ((span) => ({ type: 'restart', ...span, until: span.at, target, disk: input.disk }));
  }
  if ('pause' in input) {
    const target = resolveTarget(input.pause, [...path, 'pause'], context);
    return target && ((span) => ({ type: 'pause', ...span, target }));
  }
  if ('join' in input) {
    const target = resolveTarget(input.join, [...path, 'join'], context);
    return target && ((span) => ({ type: 'join', ...span, target }));
  }
  if ('leave' in input) {
    const target = resolveTarget(input.leave, [...path, 'leave'], context);
    return target && ((span) => ({ type: 'leave', ...span, target }));
  }
  return onMachines(input, path, context);
}

function onMachines(input: FaultInput, path: Path, context: FaultContext): Strike {
  if ('skew' in input) return skewOf(input, path, context);
  if ('jump' in input) {
    const target = resolveTarget(input.jump, [...path, 'jump'], context);
    return target && ((span) => ({ type: 'clock-jump', ...span, target, by: input.by }));
  }
  if ('slow-disk' in input) {
    const target = resolveTarget(input['slow-disk'], [...path, 'slow-disk'], context);
    return target && ((span) => ({ type: 'slow-disk', ...span, target, by: input.by }));
  }
  if ('unsynced' in input) {
    const target = resolveTarget(input.unsynced, [...path, 'unsynced'], context);
    return target && ((span) => ({ type: 'unsynced-persist', ...span, target, window: input.by }));
  }
  throw new TypeError(`no such fault: ${JSON.stringify(input)}`);
}

function skewOf(input: Extract<FaultInput, { skew: unknown }>, path: Path, context: FaultContext): Strike {
  const target = resolveTarget(input.skew, [...path, 'skew'], context);
  const { by, drift } = input;
  if (by !== undefined && drift !== undefined) {
    context.mistakes.at([...path, 'drift'], '`by` and `drift` both tell the skew; give one of them', 'key');
    return undefined;
  }
  if (by !== undefined) {
    return target && ((span) => ({ type: 'clock-skew', ...span, target, skew: { type: 'offset', by } }));
  }
  if (drift !== undefined) {
    return (
      target && ((span) => ({ type: 'clock-skew', ...span, target, skew: { type: 'drift', rate: drift } }))
    );
  }
  const hint = 'give `by`, such as by: 300ms, or `drift`, such as drift: 1%';
  context.mistakes.at([...path, 'skew'], `how far the clock is wrong is missing; ${hint}`);
  return undefined;
}
