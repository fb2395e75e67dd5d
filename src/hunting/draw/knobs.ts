import { formatDuration } from '../../experiment/file/units.ts';
import type { Random } from '../../kernel/random.ts';
import type { KnobValue } from '../../kernel/replica.ts';
import type { Knob } from '../../kernel/strategy.ts';
import { milliseconds } from '../../kernel/time.ts';
import type { JsonMap } from '../draft.ts';

/** Some knobs of a strategy away from their defaults, within the limits that it declares, as a file gives them. */
export function drawKnobs(random: Random, knobs: readonly Knob[]): JsonMap {
  const turned = random.chance(0.5);
  const drawn = knobs.flatMap((knob) => {
    const value = drawValue(random, knob);
    return turned && random.chance(0.4) && value !== knob.default ? [[knob.name, inFile(knob, value)]] : [];
  });
  return Object.fromEntries(drawn) as JsonMap;
}

/** The values of knobs as a file gives them. */
export function knobsInFile(knobs: readonly Knob[], values: Readonly<Record<string, KnobValue>>): JsonMap {
  const given = knobs.flatMap((knob) => {
    const value = values[knob.name];
    return value === undefined || value === knob.default ? [] : [[knob.name, inFile(knob, value)]];
  });
  return Object.fromEntries(given) as JsonMap;
}

function drawValue(random: Random, knob: Knob): KnobValue {
  switch (knob.kind) {
    case 'boolean':
      return random.chance(0.5);
    case 'choice':
      return random.pick(knob.choices ?? [String(knob.default)]);
    case 'integer':
    case 'duration':
      return Math.round(drawNumber(random, knob));
    case 'number':
      return drawNumber(random, knob);
  }
}

/** What is drawn around where the default is 0. */
const besidesZero = { duration: milliseconds(20), number: 2 } as const;

/** Around the default, where limits are far or absent; a bound itself now and then, for that is where flaws are. */
function drawNumber(random: Random, { kind, default: usual, minimum, maximum }: Knob): number {
  const middle =
    Number(usual) === 0 ? besidesZero[kind === 'duration' ? 'duration' : 'number'] : Number(usual);
  const bounds = [minimum, maximum].filter((bound) => bound !== undefined);
  const wanted =
    bounds.length > 0 && random.chance(0.15) ? random.pick(bounds) : middle * random.pick([0.25, 0.5, 2, 4]);
  return Math.min(maximum ?? Number.POSITIVE_INFINITY, Math.max(minimum ?? Number.NEGATIVE_INFINITY, wanted));
}

function inFile(knob: Knob, value: KnobValue): KnobValue {
  return knob.kind === 'duration' ? formatDuration(Number(value)) : value;
}
