import { z } from 'zod';
import type { Micros } from '../../kernel/time.ts';
import { complaint, shown } from '../../workloads/fields.ts';
import { parseBandwidth, parseDuration, parsePercentage, parseRate, unitPatterns } from './units.ts';

/** A point in time, or a length of it, as a file gives it: absolute, or a part of the load's duration. */
export type Moment =
  | { readonly type: 'absolute'; readonly micros: Micros }
  | { readonly type: 'part'; readonly part: number };

export function resolveMoment(moment: Moment, duration: Micros): Micros {
  return moment.type === 'absolute' ? moment.micros : Math.round(moment.part * duration);
}

/** A length of time with its unit; more than nothing unless `zero` is allowed. */
export function duration(sentence: string, zero: 'zero' | 'above zero' = 'above zero') {
  const longer = zero === 'zero' ? '' : ' longer than nothing';
  return unitField(`a duration${longer}, such as 5s, 250ms, 100us or 2m`, durationUnits, (text) => {
    const micros = parseDuration(text);
    return micros === 0 && zero !== 'zero' ? null : micros;
  }).meta({ description: sentence, pattern: unitPatterns.duration, examples: ['5s', '250ms'] });
}

/** A duration, or a percentage of the duration of the load. */
export function moment(sentence: string) {
  return unitField(
    `a duration such as 4s, or a part of the load such as 40%`,
    durationUnits,
    (text): Moment | null => {
      const part = parsePercentage(text);
      if (part !== null) return { type: 'part', part };
      const micros = parseDuration(text);
      return micros === null ? null : { type: 'absolute', micros };
    },
  ).meta({ description: sentence, pattern: unitPatterns.moment, examples: ['4s', '40%'] });
}

/** Operations per second, over all regions together. */
export function rate(sentence: string, zero: 'zero' | 'above zero') {
  const above = zero === 'zero' ? '' : ' above zero';
  return unitField(`a rate${above}, such as 200/s`, ['/s', '/m'], (text) => {
    const perSecond = parseRate(text);
    return perSecond === 0 && zero !== 'zero' ? null : perSecond;
  }).meta({ description: sentence, pattern: unitPatterns.rate, examples: ['200/s'] });
}

/** How likely something is, as a percentage: a bare 1 might mean everything, or one in a hundred. */
export function chance(sentence: string) {
  return unitField('a percentage from 0% to 100%, such as 0.1%', ['%'], (text) => {
    const part = parsePercentage(text);
    return part === null || part > 1 ? null : part;
  }).meta({ description: sentence, pattern: unitPatterns.percentage, examples: ['0.1%'] });
}

/** Bytes per second. */
export function bandwidth(sentence: string) {
  return unitField('a bandwidth above zero, such as 10MB/s or 100Mbit/s', ['MB/s', 'Mbit/s'], (text) => {
    const bytes = parseBandwidth(text);
    return bytes === 0 ? null : bytes;
  }).meta({ description: sentence, pattern: unitPatterns.bandwidth, examples: ['10MB/s', '100Mbit/s'] });
}

/** Free text on one line. */
export function text(sentence: string, maximum: number) {
  const error = complaint(`a text of 1 to ${maximum} characters on one line`);
  return z
    .string({ error })
    .min(1, { error })
    .max(maximum, { error })
    .regex(/^\P{Cc}*$/u, { error })
    .meta({ description: sentence });
}

/** A name that people type, in commands and in other parts of the file. */
export function name(sentence: string) {
  const error = complaint('a name: a letter, then up to 49 letters, digits, hyphens or underscores');
  return z
    .string({ error })
    .regex(/^[A-Za-z][\w-]{0,49}$/, { error })
    .meta({ description: sentence });
}

/** One of a few words. */
export function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  sentence: string,
) {
  const error = complaint(choices.length === 1 ? `${choices[0]}` : `one of ${choices.join(', ')}`);
  return z.enum(choices, { error }).meta({ description: sentence });
}

export function flag(sentence: string) {
  return z.boolean({ error: complaint('true or false') }).meta({ description: sentence });
}

/** In the order in which complaints offer them. */
export const durationUnits = ['s', 'ms', 'us', 'm'] as const;

function unitField<Value>(allowed: string, units: readonly string[], parse: (text: string) => Value | null) {
  const complain = complaint(allowed);
  const say = (input: unknown) => (isBare(input) ? noUnit(input, units) : complain({ input }));
  return z.string({ error: (mistake) => say(mistake.input) }).transform((input, context): Value => {
    const value = parse(input);
    if (value !== null) return value;
    context.issues.push({ code: 'custom', message: say(input), input });
    return z.NEVER;
  });
}

/** A number without its unit, which is the slip made most often. */
export function isBare(input: unknown): boolean {
  return typeof input === 'number' || (typeof input === 'string' && /^\d+(\.\d+)?$/.test(input.trim()));
}

/** `5 has no unit: write 5s, 5ms, 5us or 5m`. */
export function noUnit(input: unknown, units: readonly string[]): string {
  const bare = String(input).trim();
  const ways = units.map((unit) => `${bare}${unit}`);
  const others = ways.slice(0, -1).join(', ');
  return `${shown(input)} has no unit: write ${others === '' ? '' : `${others} or `}${ways.at(-1)}`;
}
