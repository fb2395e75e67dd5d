import { UsageError } from './usage.ts';

/** Reads a whole number from 1 on, and complains of anything else as all our complaints do. */
export function wholeNumber(option: string): (given: string) => number {
  return (given) => {
    const number = Number(given);
    if (/^\d+$/.test(given) && number >= 1 && Number.isSafeInteger(number)) return number;
    throw new UsageError(`${option}: "${given}" is not a whole number from 1 on`);
  };
}
