import { z } from 'zod';

/** A whole number. The phrase says what is allowed; so it ends every complaint about the field. */
export function count(minimum: number, maximum: number, sentence: string) {
  const error = () => `a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error }).meta({ description: sentence });
}

/** Any number between two bounds. */
export function number(minimum: number, maximum: number, sentence: string) {
  const error = () => `a number from ${minimum} to ${maximum}`;
  return z.number({ error }).min(minimum, { error }).max(maximum, { error }).meta({ description: sentence });
}

const sharePattern = /^(\d+(?:\.\d+)?|\.\d+) ?%$/;

/**
 * A part of a whole, written `40%` or `0.4`; becomes a number from 0 to 1. Both are read so that the parameters of a
 * resolved experiment may be validated once more.
 */
export function share(sentence: string) {
  const error = () => 'a percentage from 0% to 100%, such as 40%';
  const percentage = z
    .string({ error })
    .regex(sharePattern, { error })
    .transform((text) => Number(text.replace('%', '')) / 100)
    .refine((part) => part <= 1, { error });
  const fraction = z.number({ error }).min(0, { error }).max(1, { error });
  return z.union([percentage, fraction], { error }).meta({ description: sentence, examples: ['40%'] });
}
