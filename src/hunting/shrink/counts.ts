/** Smaller whole numbers, the smallest first. */
export function smallerCounts(count: number, least: number): readonly number[] {
  const tries = [
    least,
    least + 1,
    Math.floor(count / 4),
    Math.floor(count / 2),
    Math.floor(count * 0.8),
    count - 1,
  ];
  return [...new Set(tries)].filter((one) => one >= least && one < count).sort((a, b) => a - b);
}
