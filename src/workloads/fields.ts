import { z } from 'zod';

/** What zod tells about a mistake, as far as our sentences need it. */
interface Mistake {
  readonly input?: unknown;
}

/** The sentence about a value that a field does not take: what it is, and what is allowed. */
export function complaint(allowed: string): (mistake: Mistake) => string {
  return ({ input }) => (input === undefined ? `missing: ${allowed}` : `${shown(input)} is not ${allowed}`);
}

/** A value as a complaint quotes it: short, and on one line. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A whole number from `minimum` to `maximum`. */
export function count(minimum: number, maximum: number, sentence: string) {
  const error = complaint(`a whole number from ${minimum} to ${maximum}`);
  return z.int({ error }).min(minimum, { error }).max(maximum, { error }).meta({ description: sentence });
}

/** Any number between two bounds. */
export function number(minimum: number, maximum: number, sentence: string) {
  const error = complaint(`a number from ${minimum} to ${maximum}`);
  return z.number({ error }).min(minimum, { error }).max(maximum, { error }).meta({ description: sentence });
}

const sharePattern = /^(100(\.0+)?|\d{1,2}(\.\d+)?) ?%$/;

/**
 * A part of a whole, written `40%` or `0.4`; becomes a number from 0 to 1. Both are read so that the parameters of a
 * resolved experiment may be validated once more.
 */
export function share(sentence: string) {
  const error = complaint('a percentage from 0% to 100%, such as 40%');
  const percentage = z
    .string({ error })
    .regex(sharePattern, { error })
    .transform((text) => Number(text.replace('%', '')) / 100);
  const fraction = z.number({ error }).min(0, { error }).max(1, { error });
  return z.union([percentage, fraction], { error }).meta({ description: sentence, examples: ['40%'] });
}
