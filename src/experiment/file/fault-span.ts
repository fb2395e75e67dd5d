import type { Micros } from '../../kernel/time.ts';
import type { FaultContext } from './fault-places.ts';
import { type Moment, resolveMoment } from './fields.ts';
import type { Path } from './mistakes.ts';
import { formatDuration } from './units.ts';

/** When a fault strikes and when it ends; null: with the load. */
export interface Span {
  readonly at: Micros;
  readonly until: Micros | null;
}

interface SpanInput {
  readonly at: Moment;
  readonly for?: Moment | undefined;
  readonly until?: Moment | undefined;
}

/** Undefined where the times make no sense, so that no overlap is seen in them. */
export function resolveSpan(input: SpanInput, path: Path, context: FaultContext): Span | undefined {
  const { duration, mistakes } = context;
  const at = resolveMoment(input.at, duration);
  if (at >= duration) {
    mistakes.at([...path, 'at'], `starts at ${formatDuration(at)}, ${pastTheEnd(duration)}`);
  }
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
    mistakes.at([...path, given], `ends at ${formatDuration(until)}, ${pastTheEnd(duration)}; ${hint}`);
  }
  return at >= duration ? undefined : { at, until };
}

/** `past the end of the load at 10s`. */
export function pastTheEnd(duration: Micros): string {
  return `past the end of the load at ${formatDuration(duration)}`;
}

function untilOf(input: SpanInput, at: Micros, duration: Micros): Micros | null {
  if (input.for !== undefined) return at + resolveMoment(input.for, duration);
  return input.until === undefined ? null : resolveMoment(input.until, duration);
}
