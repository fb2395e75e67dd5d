/** How numbers look in tables and sentences: the same everywhere, independent of the machine's language. */

/** Three significant digits, whole above 100, with commas between thousands: `0.042`, `1.25`, `84`, `12,345`. */
export function formatNumber(value: number): string {
  return grouped(trimmed(value.toFixed(decimalsFor(value))));
}

/** Whole numbers in full, others with up to three decimals. */
export function formatCount(value: number): string {
  return grouped(trimmed(value.toFixed(3)));
}

/** A share as a percentage without its sign: `3.1`, `99.87`. Only 0 is `0` and only 1 is `100`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '<0.01';
  if (percent < 100 && percent > 99.99) return '>99.99';
  return trimmed(percent.toFixed(percent >= 99 || percent < 1 ? 2 : 1));
}

/** `0.42 ms`, `84 ms`, `1.2 s`. */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1_000)} s`;
}

/** The same, never below the true value: for sentences that say "up to". */
export function formatMsUp(ms: number): string {
  return ms < 1_000 ? `${formatNumberUp(ms)} ms` : `${formatNumberUp(ms / 1_000)} s`;
}

/** As `formatNumber`, never below the true value: for limits. */
export function formatNumberUp(value: number): string {
  const unit = 10 ** decimalsFor(value);
  // What division leaves in the last bits must not push a round number up by one.
  return formatNumber(Math.ceil(value * unit - 1e-6) / unit);
}

function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 99.95) return 0;
  if (size >= 9.995) return 1;
  return size >= 0.9995 ? 2 : 3;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function grouped(text: string): string {
  const [whole, decimals] = text.split('.');
  const spaced = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? spaced : `${spaced}.${decimals}`;
}
