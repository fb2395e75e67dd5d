import type { Stamp } from './clock.ts';
import type { Key } from './operation.ts';
import type { Random } from './random.ts';

const groupCount = 16;
const leavesPerGroup = 64;
const leafCount = groupCount * leavesPerGroup;

/**
 * Summarises a store so that two replicas find where they differ without naming what they share (Merkle 1987, here two
 * levels deep and kept up to date by each change). Keys fall into 1,024 leaves by their hash, leaves into 16 groups; a
 * digest is the exclusive-or of what it covers, so it depends on the contents alone, not on the order of changes. Two
 * different leaves look the same once in four billion times, until the next change to either.
 */
export class DigestTree {
  readonly #groups = new Int32Array(groupCount);
  readonly #leaves = new Int32Array(leafCount);
  readonly #keys = new Array<Key[] | undefined>(leafCount);

  /** Tells of a key that the store did not hold before. */
  enter(keyHash: number, key: Key): void {
    const leaf = leafIndex(keyHash);
    this.#keys[leaf] ??= [];
    this.#keys[leaf].push(key);
  }

  /** Takes out what has the digest `before` and puts in what has the digest `after`; 0 stands for nothing. */
  change(keyHash: number, before: number, after: number): void {
    const leaf = leafIndex(keyHash);
    this.#leaves[leaf]! ^= before ^ after;
    this.#groups[groupOf(leaf)]! ^= before ^ after;
  }

  /** The digests of all groups. */
  groups(): readonly number[] {
    return Array.from(this.#groups);
  }

  /** The groups whose digests here are not those of the other replica. */
  differingGroups(theirs: readonly number[]): readonly number[] {
    return theirs.flatMap((digest, group) => (digest === this.#groups[group] ? [] : [group]));
  }

  /** The digests of all leaves of these groups, in order. */
  leaves(groups: readonly number[]): readonly number[] {
    return groups.flatMap((group) =>
      Array.from(this.#leaves.subarray(group * leavesPerGroup, (group + 1) * leavesPerGroup)),
    );
  }

  /**
   * Leaves of these groups whose digests here are not those of the other replica: as many as together hold about
   * `limit` keys here, and at least one. Begins anywhere, so that leaves which differ all the time, for their keys are
   * hot, cannot starve the others.
   */
  differingLeaves(
    groups: readonly number[],
    theirs: readonly number[],
    limit: number,
    random: Random,
  ): { readonly leaves: readonly number[]; readonly more: boolean } {
    const differing = theirs.flatMap((digest, i) => {
      const leaf = groups[Math.floor(i / leavesPerGroup)]! * leavesPerGroup + (i % leavesPerGroup);
      return digest === this.#leaves[leaf] ? [] : [leaf];
    });
    if (differing.length === 0) return { leaves: [], more: false };
    const start = random.below(differing.length);
    const leaves = this.#first([...differing.slice(start), ...differing.slice(0, start)], limit);
    return { leaves, more: leaves.length < differing.length };
  }

  /** The keys of these leaves. */
  keysIn(leaves: readonly number[]): readonly Key[] {
    return leaves.flatMap((leaf) => this.#keys[leaf] ?? []);
  }

  /**
   * The keys from one leaf on, of whole leaves, until they are about `limit`, and the leaf to go on from; null where that
   * was the last.
   */
  keysFrom(leaf: number, limit: number): { readonly keys: readonly Key[]; readonly next: number | null } {
    const keys: Key[] = [];
    let next = leaf;
    for (; next < leafCount && keys.length < limit; next += 1) keys.push(...(this.#keys[next] ?? []));
    return { keys, next: next < leafCount ? next : null };
  }

  #first(leaves: readonly number[], limit: number): readonly number[] {
    let held = 0;
    const end = leaves.findIndex((leaf) => {
      held += this.#keys[leaf]?.length ?? 0;
      return held >= limit;
    });
    return end < 0 ? leaves : leaves.slice(0, end + 1);
  }
}

/** A hash of text (FNV-1a, finished so that the low bits are good). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return finish(hash);
}

/** The digest of something under a key that three numbers tell apart; never 0. */
export function digestOf(keyHash: number, a: number, b: number, c: number): number {
  return finish(mixNumber(mixNumber(mixNumber(keyHash, a), b), c)) || 1;
}

/** The digest of a version of something under a key; 0 where there is none. */
export function digestOfStamp(keyHash: number, stamp: Stamp | undefined): number {
  return stamp === undefined ? 0 : digestOf(keyHash, stamp.time, stamp.counter, stamp.node);
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

function mixNumber(hash: number, number: number): number {
  float[0] = number;
  return mix(mix(hash, words[0]!), words[1]!);
}

/** One round of MurmurHash3. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function leafIndex(keyHash: number): number {
  return keyHash & (leafCount - 1);
}

function groupOf(leaf: number): number {
  return Math.floor(leaf / leavesPerGroup);
}
