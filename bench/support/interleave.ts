/**
 * Measures every side once a round, in an order that turns with the round, so that a machine that slows down or
 * speeds up does it to all sides alike.
 */
export async function interleave<Side extends string, Answer>(
  sides: readonly Side[],
  rounds: number,
  measure: (side: Side, round: number) => Promise<Answer>,
): Promise<ReadonlyMap<Side, readonly Answer[]>> {
  const answers = new Map<Side, Answer[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < sides.length; turn += 1) {
      const side = sides[(round + turn) % sides.length]!;
      process.stderr.write(`round ${round + 1} of ${rounds}: ${side}\n`);
      answers.get(side)!.push(await measure(side, round));
    }
  }
  return answers;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
