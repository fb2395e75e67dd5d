/** Prints rows under a header, columns aligned: text to the left, all else to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  for (const row of [header, widths.map((width) => '-'.repeat(width)), ...rows]) {
    console.log(
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    );
  }
}

/**
 * Prints the last line of a benchmark, which machines read, and fails the process when the bar was missed. A ratio
 * just below its bar must not read as if it had reached it, so it is cut, not rounded.
 */
export function printRatio(name: string, ratio: number, bar: number): void {
  console.log(`${name}: ${(Math.floor(ratio * 100) / 100).toFixed(2)} (bar ${bar})`);
  if (!(ratio >= bar)) process.exitCode = 1;
}

/** A rate for people: `4.12 M`, `620 k`. */
export function readableRate(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M` : `${(perSecond / 1e3).toFixed(0)} k`;
}
