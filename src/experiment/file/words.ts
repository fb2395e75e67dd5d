/** `; did you mean "gossip"?` where a known word is near, else nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}

/** An abbreviation is at least so long. */
const shortestStart = 3;

/**
 * The known word with the fewest slips of the pen between it and `word`, else the only one that begins with it; null
 * where all are too far.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  const words = [...known];
  const begun = words.filter((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
  return fewestSlips(word, words) ?? (word.length >= shortestStart && begun.length === 1 ? begun[0]! : null);
}

function fewestSlips(word: string, known: readonly string[]): string | null {
  const farthest = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = farthest + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Letters to insert, delete, replace or swap with their neighbour (Damerau 1964, each place edited once). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    const above = rows[i - 1] as number[];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min((row[j - 1] as number) + 1, (above[j] as number) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, ((rows[i - 2] as number[])[j - 2] as number) + 1);
      }
      row.push(distance);
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}
