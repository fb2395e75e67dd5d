import type { Knobs, KnobValue } from '../../kernel/replica.ts';
import type { Knob } from '../../kernel/strategy.ts';
import { shown } from '../../workloads/fields.ts';
import { durationUnits, isBare, noUnit } from './fields.ts';
import type { Mistakes, Path } from './mistakes.ts';
import { formatDuration, parseDuration } from './units.ts';
import { nearest } from './words.ts';

/** The settings that a file gives a strategy; those that are mistaken are told and left out. */
export function readKnobs(
  strategy: string,
  settings: Readonly<Record<string, unknown>>,
  knobs: readonly Knob[],
  path: Path,
  mistakes: Mistakes,
): Knobs {
  const read: Record<string, KnobValue> = {};
  for (const [name, given] of Object.entries(settings)) {
    const knob = knobs.find((candidate) => candidate.name === name);
    if (knob === undefined) {
      mistakes.at([...path, name], unknownKnob(strategy, name, knobs), 'key');
      continue;
    }
    const value = knobValue(knob, given);
    if (value === null) mistakes.at([...path, name], complaintAbout(knob, given));
    else read[name] = value;
  }
  return read;
}

function unknownKnob(strategy: string, name: string, knobs: readonly Knob[]): string {
  const known = ['label', ...knobs.map((knob) => knob.name)];
  const meant = nearest(name, known);
  const hint = meant === null ? '' : `; did you mean "${meant}"?`;
  return `${strategy} has no knob "${name}"${hint} (known here: ${known.join(', ')})`;
}

/** The value of a knob, or null where it is not allowed. */
function knobValue(knob: Knob, given: unknown): KnobValue | null {
  switch (knob.kind) {
    case 'boolean':
      return typeof given === 'boolean' ? given : null;
    case 'choice':
      return typeof given === 'string' && knob.choices?.includes(given) ? given : null;
    case 'duration':
      return typeof given === 'string' ? within(knob, parseDuration(given)) : null;
    case 'integer':
      return Number.isSafeInteger(given) ? within(knob, given as number) : null;
    case 'number':
      return typeof given === 'number' && Number.isFinite(given) ? within(knob, given) : null;
  }
}

function within(knob: Knob, value: number | null): number | null {
  if (value === null) return null;
  return value >= (knob.minimum ?? -Infinity) && value <= (knob.maximum ?? Infinity) ? value : null;
}

function complaintAbout(knob: Knob, given: unknown): string {
  if (knob.kind === 'duration' && isBare(given)) return noUnit(given, durationUnits);
  return `${shown(given)} is not ${allowedFor(knob)}${knob.kind === 'duration' ? ', such as 50ms' : ''}`;
}

/** What a file may give a knob. */
export function allowedFor(knob: Knob): string {
  switch (knob.kind) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${knob.choices?.join(', ')}`;
    case 'duration':
      return `a duration${boundsOf(knob, formatDuration)}`;
    case 'integer':
      return `a whole number${boundsOf(knob, String)}`;
    case 'number':
      return `a number${boundsOf(knob, String)}`;
  }
}

function boundsOf({ kind, minimum, maximum }: Knob, format: (bound: number) => string): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${format(minimum)} to ${format(maximum)}`;
  if (minimum !== undefined)
    return minimum === 0 && kind === 'duration' ? '' : ` of at least ${format(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${format(maximum)}`;
}

/** A value of a knob as a file would give it: `200ms`. */
export function written(knob: Knob, value: KnobValue): string {
  return knob.kind === 'duration' ? formatDuration(Number(value)) : String(value);
}
