import type { Micros } from '../../kernel/time.ts';

/** How many microseconds each unit of a duration has. */
const unitMicros: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
};

const durationShape = /^(\d+(?:\.\d+)?) ?(us|ms|s|m)$/;
const rateShape = /^(\d+(?:\.\d+)?) ?\/ ?(s|m)$/;
const percentageShape = /^(\d+(?:\.\d+)?) ?%$/;

/** How many bytes each unit of a bandwidth has; those of bits as the makers of networks count, in thousands. */
const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  kbit: 125,
  Mbit: 125_000,
  Gbit: 125_000_000,
};

const bandwidthShape = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|kbit|Mbit|Gbit)\/s$/;

/** The regular expressions of units for JSON Schema, which lets editors underline a slip. */
export const unitPatterns = {
  duration: durationShape.source,
  rate: rateShape.source,
  moment: `${durationShape.source}|${percentageShape.source}`,
  percentage: percentageShape.source,
  bandwidth: bandwidthShape.source,
} as const;

/** Reads `5s`, `250ms`, `100us` or `2m`; null when it is none of these. */
export function parseDuration(text: string): Micros | null {
  const match = durationShape.exec(text.trim());
  if (match === null) return null;
  const micros = Math.round(Number(match[1]) * (unitMicros[match[2] as string] as number));
  return Number.isSafeInteger(micros) ? micros : null;
}

/** Reads `200/s` or `30/m` as operations per second; null when it is neither. */
export function parseRate(text: string): number | null {
  const match = rateShape.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) / (match[2] === 'm' ? 60 : 1);
}

/** Reads `40%` as 0.4; null when it is no percentage. */
export function parsePercentage(text: string): number | null {
  const match = percentageShape.exec(text.trim());
  return match === null ? null : Number(match[1]) / 100;
}

/** Reads `10MB/s` or `100Mbit/s` as bytes per second; null when it is neither. */
export function parseBandwidth(text: string): number | null {
  const match = bandwidthShape.exec(text.trim());
  return match === null ? null : Number(match[1]) * (unitBytes[match[2] as string] as number);
}

/** A duration in the largest unit that leaves at most three decimals, as a file would give it. */
export function formatDuration(duration: Micros): string {
  for (const unit of ['s', 'ms']) {
    const micros = unitMicros[unit] as number;
    if (duration >= micros && duration % (micros / 1_000) === 0) return `${duration / micros}${unit}`;
  }
  return duration === 0 ? '0s' : `${duration}us`;
}
