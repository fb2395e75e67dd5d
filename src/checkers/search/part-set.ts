/** A set of parts, one bit each. */
export type PartSet = Uint32Array<ArrayBuffer>;

export function emptySet(parts: number): PartSet {
  return new Uint32Array((parts + 31) >>> 5);
}

export function hasPart(set: PartSet, part: number): boolean {
  return ((set[part >>> 5]! >>> (part & 31)) & 1) === 1;
}

export function addPart(set: PartSet, part: number): void {
  set[part >>> 5]! |= 1 << (part & 31);
}

export function addAll(set: PartSet, others: PartSet): void {
  for (let i = 0; i < set.length; i += 1) set[i]! |= others[i]!;
}

/** The members, in ascending order. */
export function partsIn(set: PartSet): readonly number[] {
  const parts: number[] = [];
  for (let word = 0; word < set.length; word += 1) {
    for (let bits = set[word]!; bits !== 0; bits &= bits - 1) {
      parts.push(word * 32 + 31 - Math.clz32(bits & -bits));
    }
  }
  return parts;
}
