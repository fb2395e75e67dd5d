/** Whole microseconds. Durations and instants alike; what an instant counts from depends on the clock that gave it. */
export type Micros = number;

export const microsPerMillisecond = 1_000;
export const microsPerSecond = 1_000_000;

export function milliseconds(count: number): Micros {
  return Math.round(count * microsPerMillisecond);
}

export function seconds(count: number): Micros {
  return Math.round(count * microsPerSecond);
}
