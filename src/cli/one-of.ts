import { suggestion } from '../experiment/file/words.ts';
import { UsageError } from './usage.ts';

/** Reads one of a few words, and complains of any other as all our complaints do. */
export function oneOf<const Word extends string>(
  option: string,
  words: readonly Word[],
): (given: string) => Word {
  return (given) => {
    const found = words.find((word) => word === given);
    if (found !== undefined) return found;
    throw new UsageError(
      `${option}: "${given}" is not one of ${words.join(', ')}${suggestion(given, words)}`,
    );
  };
}
