import type { FaultKind } from '../kernel/strategy.ts';

/** One thing that a schedule can say. */
export interface CatalogueEntry {
  /** The word of workload files. */
  readonly name: string;
  readonly summary: string;
  /** Sentences of a workload file. */
  readonly examples: readonly string[];
  /** What a runtime must offer for it. */
  readonly needs: readonly FaultKind[];
}

/** What strikes nodes, links, clocks and disks, then what is composed of that. */
export const faultCatalogue: readonly CatalogueEntry[] = [
  {
    name: 'crash',
    summary: 'a process dies, loses what it did not persist, and boots again at the end',
    examples: ['{ crash: asia-1, at: 4s, for: 3s }', '{ crash: { role: holder }, at: 4s, for: 10% }'],
    needs: ['crash'],
  },
  {
    name: 'disk-loss',
    summary: 'a process dies and its disk is lost: it boots again with nothing',
    examples: ['{ crash: asia-1, at: 4s, for: 3s, disk: lost }'],
    needs: ['disk-loss'],
  },
  {
    name: 'restart',
    summary: 'a process dies and boots again at once',
    examples: ['{ restart: asia-1, at: 4s }'],
    needs: ['crash'],
  },
  {
    name: 'pause',
    summary: 'a process stops for a while and then goes on, unaware',
    examples: ['{ pause: { role: holder }, at: 40%, for: 500ms }'],
    needs: ['pause'],
  },
  {
    name: 'partition',
    summary: 'mail between the sides is lost, in both directions or in one',
    examples: [
      '{ partition: halves, at: 20%, for: 30% }',
      '{ partition: majority-ring, at: 4s, for: 3s }',
      '{ partition: bridge, over: america-1, at: 4s, for: 3s }',
      '{ partition: asia-1, at: 4s, for: 3s }',
      '{ partition: asia to europe, at: 4s, for: 3s }',
      '{ partition: [[asia], [america, europe]], at: 4s, for: 3s }',
    ],
    needs: ['partition'],
  },
  {
    name: 'slow',
    summary: 'messages take so many times as long, or so much longer',
    examples: [
      '{ slow: asia and europe, by: 10x, at: 4s, for: 3s }',
      '{ slow: all, by: 200ms, at: 4s, for: 3s }',
    ],
    needs: ['slow-link'],
  },
  {
    name: 'lose',
    summary: 'a share of the messages never arrives',
    examples: ['{ lose: 5%, of: america, at: 4s, for: 3s }'],
    needs: ['loss'],
  },
  {
    name: 'duplicate',
    summary: 'a share of the messages between nodes arrives twice',
    examples: ['{ duplicate: 10%, of: all, at: 4s, for: 3s }'],
    needs: ['duplication'],
  },
  {
    name: 'reorder',
    summary: 'a share of the messages is held back, so that others overtake them',
    examples: ['{ reorder: 20%, by: 50ms, of: asia to europe, at: 4s, for: 3s }'],
    needs: ['reordering'],
  },
  {
    name: 'skew',
    summary: 'a wall clock drifts off, without ever running backwards, and back again at the end',
    examples: ['{ skew: asia-1, by: 300ms, at: 4s, for: 3s }', '{ skew: asia, drift: -1%, at: 4s, for: 3s }'],
    needs: ['clock-skew'],
  },
  {
    name: 'jump',
    summary: 'a wall clock is set forward or back at once',
    examples: ['{ jump: asia-1, by: -2s, at: 4s, for: 3s }'],
    needs: ['clock-jump'],
  },
  {
    name: 'slow-disk',
    summary: 'what is persisted takes longer to be durable, and mail that may tell of it waits',
    examples: ['{ slow-disk: asia-1, by: 20ms, at: 4s, for: 3s }'],
    needs: ['slow-disk'],
  },
  {
    name: 'unsynced',
    summary: 'a crash loses also what was persisted last, though the node has told of it',
    examples: ['{ unsynced: all, by: 200ms, at: 4s, for: 3s }'],
    needs: ['unsynced-persist'],
  },
  {
    name: 'join',
    summary: 'a node that stands by becomes a member',
    examples: ['{ join: europe-1, at: 4s }'],
    needs: ['join'],
  },
  {
    name: 'leave',
    summary: 'a member leaves, for good or until the end',
    examples: ['{ leave: asia-1, at: 4s }', '{ leave: asia-1, at: 4s, for: 3s }'],
    needs: ['leave'],
  },
  {
    name: 'rolling-restart',
    summary: 'nodes crash and come back one after the other',
    examples: ['{ rolling-restart: all, down: 500ms, every: 2s, at: 10% }'],
    needs: ['crash'],
  },
  {
    name: 'outage',
    summary: 'a region goes down as a whole, or is cut off from the world',
    examples: ['{ outage: europe, at: 4s, for: 3s }', '{ outage: europe, as: partition, at: 4s, for: 3s }'],
    needs: ['crash'],
  },
  {
    name: 'flap',
    summary: 'links go down and come up again, over and over',
    examples: ['{ flap: asia and europe, down: 200ms, up: 300ms, at: 20%, for: 50% }'],
    needs: ['partition'],
  },
  {
    name: 'swizzle',
    summary: 'nodes are cut off one by one in random order, and healed in another',
    examples: ['{ swizzle: all, every: 200ms, at: 4s, for: 3s }'],
    needs: ['partition'],
  },
  {
    name: 'random',
    summary: 'faults drawn from the seed, at stated rates or chances',
    examples: [
      '{ random: { crash: 6/m, pause: 12/m, lose: 6/m }, lasting: 200ms to 1s, at: 10%, until: 90% }',
      '{ random: { crash: 20%, partition: 10% }, every: 1s, lasting: 500ms, at-most: 1 }',
    ],
    needs: [],
  },
];
