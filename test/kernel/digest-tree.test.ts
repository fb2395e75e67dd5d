import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DigestTree, digestOf, hashText } from '../../src/kernel/digest-tree.ts';
import { randomStream } from '../../src/kernel/random.ts';

type Versions = ReadonlyMap<string, number>;

const random = randomStream('digest-tree', 'test');
const change = fc.tuple(
  fc.nat(200).map((n) => `key${n}`),
  fc.nat(5),
);

test('the digests depend on the contents alone, not on the changes that led to them', () => {
  const property = fc.property(fc.array(change), (changes) => {
    const byWay = treeOf(changes);
    const straight = treeOf([...new Map(changes)]);

    expect(byWay.groups()).toEqual(straight.groups());
  });

  fc.assert(property, { numRuns: 500 });
});

test('two trees find exactly the leaves of the keys in which they differ', () => {
  const property = fc.property(fc.array(change), fc.array(change), (common, extra) => {
    const a: Versions = new Map(common);
    const b: Versions = new Map([...common, ...extra]);

    const found = keysThatDiffer(treeOf([...a]), treeOf([...b]));

    const expected = [...b].filter(([key, version]) => a.get(key) !== version).map(([key]) => key);
    expect(expected.every((key) => found.has(key))).toBe(true);
    expect(found.size === 0).toBe(expected.length === 0);
  });

  fc.assert(property, { numRuns: 500 });
});

test('no more leaves are named than hold about the limit of keys, and the others come first in time', () => {
  const tree = treeOf(Array.from({ length: 5_000 }, (_, n) => [`key${n}`, 1]));
  const groups = tree.differingGroups(new DigestTree().groups());
  const nothing = new DigestTree().leaves(groups);

  const named = new Set<number>();
  for (let round = 0; round < 200; round += 1) {
    const { leaves, more } = tree.differingLeaves(groups, nothing, 500, random);
    expect(tree.keysIn(leaves).length).toBeLessThan(600);
    expect(more).toBe(true);
    for (const leaf of leaves) named.add(leaf);
  }

  expect(tree.keysIn([...named])).toHaveLength(5_000);
});

test('keys spread evenly over the leaves', () => {
  const tree = treeOf(Array.from({ length: 10_240 }, (_, n) => [`user${n}`, 1]));

  const sizes = Array.from({ length: 1_024 }, (_, leaf) => tree.keysIn([leaf]).length);

  expect(Math.max(...sizes)).toBeLessThan(30);
});

test('numbers that differ only in their last or first bits have different digests', () => {
  const digests = [0, 1, 2, 0.5, 0.25, -1, 2 ** 32, 2 ** 52, 2 ** 52 + 1].flatMap((n) => [
    digestOf(1, n, 7, 7),
    digestOf(1, 7, n, 7),
    digestOf(1, 7, 7, n),
  ]);

  expect(new Set(digests).size).toBe(digests.length);
});

test('going on from leaf to leaf passes every key once, some at a time', () => {
  const property = fc.property(fc.array(change), fc.integer({ min: 1, max: 20 }), (changes, limit) => {
    const tree = treeOf(changes);
    const passed: string[] = [];
    for (let leaf: number | null = 0; leaf !== null; ) {
      const part: ReturnType<typeof tree.keysFrom> = tree.keysFrom(leaf, limit);
      passed.push(...part.keys);
      leaf = part.next;
    }

    expect(passed.sort()).toEqual([...new Set(changes.map(([key]) => key))].sort());
  });

  fc.assert(property, { numRuns: 500 });
});

function treeOf(changes: readonly (readonly [string, number])[]): DigestTree {
  const tree = new DigestTree();
  const versions = new Map<string, number>();
  for (const [key, version] of changes) {
    const hash = hashText(key);
    const before = versions.get(key);
    if (before === undefined) tree.enter(hash, key);
    tree.change(hash, before === undefined ? 0 : digestOf(hash, before, 0, 0), digestOf(hash, version, 0, 0));
    versions.set(key, version);
  }
  return tree;
}

/** The keys that `b` holds in the leaves that it finds to differ from those of `a`. */
function keysThatDiffer(a: DigestTree, b: DigestTree): ReadonlySet<string> {
  const groups = b.differingGroups(a.groups());
  const { leaves } = b.differingLeaves(groups, a.leaves(groups), 1_000_000, random);
  return new Set(b.keysIn(leaves));
}
