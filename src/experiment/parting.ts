import { atSecond } from '../checkers/words.ts';
import type { Trace, TraceEntry } from '../runtimes/sim/trace.ts';
import type { Topology } from '../topology/topology.ts';
import { endName, entryInWords } from './trace-words.ts';

/**
 * Says where two runs parted that should have been the same: the first event that differs, what one run did there and what
 * the other did, and of what a node did also the step in which it did so.
 */
export function partingOf(first: Trace, second: Trace, topology: Topology): string {
  const number = firstThatDiffers(first, second);
  if (number === null) {
    return `the first ${first.kept.count.toLocaleString('en-US')} events are the same, and later ones are not`;
  }
  const one = first.entry(number);
  const other = second.entry(number);
  const place = `event ${number.toLocaleString('en-US')}, at ${atSecond((one ?? other)!.at)}`;
  const step = sharedStep(first, one, other);
  if (step !== null) {
    const who = endName(topology, step.end);
    const deed = (trace: Trace, entry: TraceEntry | undefined) => entryInWords(trace, entry!, topology);
    return (
      `the runs part at ${place}: ${who}, when it ${entryInWords(first, step, topology)}, ` +
      `${deed(first, one)} in one run and ${deed(second, other)} in the other`
    );
  }
  const deed = (trace: Trace, entry: TraceEntry | undefined) =>
    entry === undefined
      ? 'nothing more happened'
      : `${entry.kind === 'fault' ? '' : `${endName(topology, entry.end)} `}${entryInWords(trace, entry, topology)}`;
  return `the runs part at ${place}: ${deed(first, one)} in one run, and in the other ${deed(second, other)}`;
}

/** By halves: hashes of all that came before are equal up to the difference, and not from there on. */
function firstThatDiffers(first: Trace, second: Trace): number | null {
  const common = Math.min(first.kept.count, second.kept.count);
  const differs = (number: number) => first.prefixHash(number) !== second.prefixHash(number);
  let same = 0;
  let end = common;
  while (same < end) {
    const middle = (same + end) >>> 1;
    if (differs(middle)) end = middle;
    else same = middle + 1;
  }
  return same === common && first.kept.count === second.kept.count ? null : same;
}

/** The step of a node in which both runs did something, but not the same. */
function sharedStep(
  trace: Trace,
  one: TraceEntry | undefined,
  other: TraceEntry | undefined,
): TraceEntry | null {
  if (one === undefined || other === undefined || one.cause !== other.cause || one.end !== other.end)
    return null;
  const step = trace.entry(one.cause);
  const isStep = step !== undefined && ['mail', 'timer', 'request', 'boot'].includes(step.kind);
  return isStep && isDeed(one) && isDeed(other) && step.end === one.end ? step : null;
}

function isDeed({ kind }: TraceEntry): boolean {
  return ['send', 'reply', 'set-timer', 'cancel-timer', 'persist', 'note'].includes(kind);
}
