/** How many of the ascending values lie below `limit`. */
export function countBelow(sorted: Float64Array, limit: number, length = sorted.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the ascending values are at most `limit`. */
export function countUpTo(sorted: Float64Array, limit: number, length = sorted.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The positions of the values in ascending order of value, ties by position. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i += 1) order[i] = i;
  if (isAscending(values)) return order;
  return orderByPacking(values, order) ?? order.sort((a, b) => values[a]! - values[b]! || a - b);
}

/** The values that a function gives for each of the items. */
export function columnOf<T>(
  items: ArrayLike<T>,
  valueOfItem: (item: T, position: number) => number,
): Float64Array {
  const column = new Float64Array(items.length);
  for (let i = 0; i < column.length; i += 1) column[i] = valueOfItem(items[i]!, i);
  return column;
}

/** `values` in the given order. */
export function permuted(values: Float64Array, order: Uint32Array): Float64Array {
  const result = new Float64Array(order.length);
  for (let i = 0; i < order.length; i += 1) result[i] = values[order[i]!]!;
  return result;
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i += 1) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/**
 * Whole numbers and their positions fit in one double as long as their product stays below 2^53, and doubles are
 * sorted several times as fast as positions are by a comparison. Null where they do not fit.
 */
function orderByPacking(values: Float64Array, order: Uint32Array): Uint32Array | null {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (!Number.isSafeInteger(value)) return null;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const count = values.length;
  if ((most - least + 1) * count > Number.MAX_SAFE_INTEGER) return null;
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i += 1) packed[i] = (values[i]! - least) * count + i;
  packed.sort();
  for (let i = 0; i < count; i += 1) order[i] = packed[i]! % count;
  return order;
}
