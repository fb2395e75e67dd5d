/** Spans of values: from the first completion to the last invocation of whatever saw one. */
export interface Zones {
  readonly count: number;
  /** The smallest completion of each. */
  readonly f: Float64Array;
  /** The largest invocation of each. */
  readonly s: Float64Array;
  /** 0 for zones that are left out. */
  readonly counts: Uint8Array;
}

/** Two zones of which each had to come before the other, and how many zones there are to which a newer one has such a claim. */
export interface Conflict {
  readonly outer: number;
  readonly inner: number;
  readonly count: number;
}

/**
 * What keeps zones from standing one behind the other, in O(n log n). Zone A comes before B wherever f(A) < s(B). A shortest cycle of
 * this relation has two members: in a longer one s would have to fall at every step, since A before B and s(B) ≤ s(C) put
 * A before C at once. And two zones come before each other exactly when two forward zones (f < s) overlap or a backward one
 * (s ≤ f) lies inside a forward one (Gibbons and Korach 1997, theorem 4.5). Equal times count as overlapping.
 */
export function conflictOf(zones: Zones): Conflict | null {
  const { f, s } = zones;
  const forward = forwardZones(zones);
  const size = forward.length;
  const starts = new Float64Array(size);
  // The forward zone that reaches farthest, of those that began no later.
  const farthest = new Int32Array(size);
  const overlapped = new Uint8Array(size === 0 ? 0 : zones.count);
  let [outer, inner, count] = [-1, -1, 0];
  for (let i = 0; i < size; i += 1) {
    const zone = forward[i]!;
    const next = i + 1 < size ? forward[i + 1]! : -1;
    starts[i] = f[zone]!;
    farthest[i] = i > 0 && s[farthest[i - 1]!]! >= s[zone]! ? farthest[i - 1]! : zone;
    if (next === -1 || f[next]! >= s[zone]!) continue;
    overlapped[zone] = 1;
    count += 1;
    if (outer === -1) [outer, inner] = [zone, next];
  }
  for (let zone = 0; zone < zones.count && size > 0; zone += 1) {
    if (zones.counts[zone] === 0 || f[zone]! < s[zone]!) continue;
    const begun = countBefore(starts, s[zone]!);
    if (begun === 0) continue;
    const around = farthest[begun - 1]!;
    if (f[zone]! >= s[around]!) continue;
    if (overlapped[around] === 0) count += 1;
    overlapped[around] = 1;
    if (outer === -1) [outer, inner] = [around, zone];
  }
  return outer === -1 ? null : { outer, inner, count };
}

/**
 * An order of zones without a conflict in which A stands before B wherever f(A) < s(B): a forward zone stands at its beginning, a
 * backward one at its own beginning or, where that is inside a forward zone, at the end of that one.
 */
export function orderOf(zones: Zones): Int32Array {
  const { f, s, counts, count } = zones;
  const forward = forwardZones(zones);
  const starts = Float64Array.from(forward, (zone) => f[zone]!);
  const places = new Float64Array(count);
  const backward: number[] = [];
  for (let zone = 0; zone < count; zone += 1) {
    if (counts[zone] === 0) continue;
    places[zone] = f[zone]!;
    if (f[zone]! < s[zone]!) continue;
    const around = forward[countBefore(starts, s[zone]!) - 1];
    places[zone] = around === undefined ? s[zone]! : Math.max(s[zone]!, s[around]!);
    backward.push(zone);
  }
  // At one place backward zones come first.
  const zonesToOrder = new Int32Array(backward.length + forward.length);
  zonesToOrder.set(backward);
  zonesToOrder.set(forward, backward.length);
  return sortedBy(places, zonesToOrder);
}

/** The forward zones, in the order in which they begin. */
function forwardZones({ f, s, counts, count }: Zones): Int32Array {
  let found = 0;
  for (let zone = 0; zone < count; zone += 1) if (counts[zone] === 1 && f[zone]! < s[zone]!) found += 1;
  const forward = new Int32Array(found);
  found = 0;
  for (let zone = 0; zone < count; zone += 1) {
    if (counts[zone] === 0 || !(f[zone]! < s[zone]!)) continue;
    forward[found] = zone;
    found += 1;
  }
  return sortedBy(f, forward);
}

/** How many of the sorted numbers are smaller than `at`. */
export function countBefore(sorted: Float64Array, at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted numbers are not greater than `at`. */
export function countUpTo(sorted: Float64Array, at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Items in the order of their times. Where it fits, time and position are packed into one double, since typed arrays sort
 * several times faster without a comparison of our own. Only the time before all times may be infinite. Equal times keep
 * their order.
 */
export function sortedBy(times: Float64Array, items: Int32Array): Int32Array {
  const size = items.length;
  let first = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (times[item]! < first && times[item] !== Number.NEGATIVE_INFINITY) first = times[item]!;
  }
  const packed = new Float64Array(size);
  let fits = true;
  for (let i = 0; i < size && fits; i += 1) {
    const time = times[items[i]!]!;
    packed[i] = time === Number.NEGATIVE_INFINITY ? i : (time - first + 1) * size + i;
    fits = Number.isInteger(time - first) || time === Number.NEGATIVE_INFINITY;
    fits &&= packed[i]! <= Number.MAX_SAFE_INTEGER;
  }
  if (!fits) {
    return items.slice().sort((a, b) => (times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : 0));
  }
  packed.sort();
  const sorted = new Int32Array(size);
  for (let i = 0; i < size; i += 1) {
    sorted[i] = items[packed[i]! - Math.floor(packed[i]! / size) * size]!;
  }
  return sorted;
}
