import { z } from 'zod';
import type { Micros } from '../../kernel/time.ts';
import { complaint } from '../../workloads/fields.ts';
import { isBare, noUnit } from './fields.ts';
import { parseDuration, parsePercentage, parseRate, unitPatterns } from './units.ts';

/** How much slower links get: so many times as slow, or by so much more delay. */
export type Slowness =
  | { readonly type: 'factor'; readonly by: number }
  | { readonly type: 'delay'; readonly by: Micros };

/** How often something happens, as a file gives it. */
export type Often =
  | { readonly type: 'rate'; readonly perSecond: number }
  | { readonly type: 'chance'; readonly chance: number };

/** A shortest and a longest time. */
export interface Lengths {
  readonly minimum: Micros;
  readonly maximum: Micros;
}

const factorShape = /^(\d+(?:\.\d+)?) ?x$/;

/** `10x`, or a duration such as `200ms`. */
export function slowness(sentence: string) {
  return read('a factor such as 10x, or a duration such as 200ms', sentence, (text): Slowness | null => {
    const factor = factorShape.exec(text);
    if (factor !== null) return Number(factor[1]) > 1 ? { type: 'factor', by: Number(factor[1]) } : null;
    const by = parseDuration(text);
    return by === null || by === 0 ? null : { type: 'delay', by };
  }).meta({ pattern: `${factorShape.source}|${unitPatterns.duration}`, examples: ['10x', '200ms'] });
}

/** A duration with a sign: `300ms`, `+300ms` or `-2s`. */
export function signedDuration(sentence: string) {
  const allowed = 'a duration other than nothing, ahead such as 300ms, or behind such as -2s';
  return read(allowed, sentence, (text): Micros | null => {
    const by = parseDuration(text.replace(/^[+-]/, ''));
    return by === null || by === 0 ? null : by * signOf(text);
  }).meta({ examples: ['300ms', '-2s'] });
}

/** How fast a clock gains on the true time, in percent of it, with a sign. */
export function driftRate(sentence: string) {
  const allowed = 'a percentage of time up to 50%, ahead such as 1%, or behind such as -0.1%';
  return read(allowed, sentence, (text): number | null => {
    const rate = parsePercentage(text.replace(/^[+-]/, ''));
    return rate === null || rate === 0 || rate > 0.5 ? null : rate * signOf(text);
  }).meta({ examples: ['1%', '-0.1%'] });
}

/** `6/m`, at any moment alike, or `20%` in each window. */
export function often(sentence: string) {
  return read('a rate such as 6/m, or a chance such as 20%', sentence, (text): Often | null => {
    const chance = parsePercentage(text);
    if (chance !== null) return chance > 0 && chance <= 1 ? { type: 'chance', chance } : null;
    const perSecond = parseRate(text);
    return perSecond === null || perSecond === 0 ? null : { type: 'rate', perSecond };
  }).meta({ pattern: `${unitPatterns.rate}|${unitPatterns.percentage}`, examples: ['6/m', '20%'] });
}

/** `500ms`, or `200ms to 2s`. */
export function lengths(sentence: string) {
  return read('a duration such as 500ms, or two such as 200ms to 2s', sentence, (text): Lengths | null => {
    const [minimum, maximum = minimum, ...rest] = text.split(' to ').map(parseDuration);
    if (minimum === null || minimum === undefined || maximum === null || maximum === undefined) return null;
    return rest.length > 0 || minimum === 0 || maximum < minimum ? null : { minimum, maximum };
  }).meta({ examples: ['500ms', '200ms to 2s'] });
}

function signOf(text: string): 1 | -1 {
  return text.startsWith('-') ? -1 : 1;
}

/** In the order in which complaints offer them. */
const units = ['s', 'ms'] as const;

function read<Value>(allowed: string, sentence: string, parse: (text: string) => Value | null) {
  const complain = complaint(allowed);
  const say = (input: unknown) => (isBare(input) ? noUnit(input, units) : complain({ input }));
  return z
    .string({ error: (mistake) => say(mistake.input) })
    .transform((input, context): Value => {
      const value = parse(input.trim());
      if (value !== null) return value;
      context.issues.push({ code: 'custom', message: say(input), input });
      return z.NEVER;
    })
    .meta({ description: sentence });
}
