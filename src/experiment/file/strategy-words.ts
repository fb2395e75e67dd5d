import { parse } from 'yaml';

/** The words that name strategies in a workload file; none where it cannot be read, which is told when it is. */
export function strategyWordsIn(text: string): readonly string[] {
  try {
    const { strategies } = parse(text) as { readonly strategies?: unknown };
    if (!Array.isArray(strategies)) return [];
    return strategies.flatMap((entry: unknown) => {
      const word = typeof entry === 'string' ? entry : (entry as { readonly name?: unknown } | null)?.name;
      return typeof word === 'string' ? [word] : [];
    });
  } catch {
    return [];
  }
}
