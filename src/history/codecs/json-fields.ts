import type { Value } from '../../kernel/operation.ts';

/** What a line of JSON holds between its braces. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value may stand in a field. */
export type FieldTest = (value: unknown) => boolean;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A whole number from 0 to `most`. */
export function isWhole(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** A time in whole microseconds, or a count: from 0 to what a double holds exactly. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isArrayOf(test: FieldTest): FieldTest {
  return (value) => Array.isArray(value) && value.every(test);
}

/** A value of the store, nested at most so deep that walking it is safe. */
export function isValue(value: unknown, depth = 0): value is Value {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return value !== undefined;
  return Array.isArray(value) && depth < 100 && value.every((element) => isValue(element, depth + 1));
}
