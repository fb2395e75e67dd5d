import type { Micros } from '../../kernel/time.ts';
import type { PartitionFault } from '../fault.ts';
import type { Shape } from '../shapes.ts';

/** Links that go down and come up again, over and over. */
export interface Flapping {
  readonly shape: Shape;
  readonly at: Micros;
  readonly until: Micros;
  /** How long they are down each time, and how long up in between. */
  readonly down: Micros;
  readonly up: Micros;
}

/** A partition for each time that the links are down; the last one ends with the flapping at the latest. */
export function flapping({ shape, at, until, down, up }: Flapping): readonly PartitionFault[] {
  const faults: PartitionFault[] = [];
  for (let start = at; start < until; start += down + up) {
    const end = Math.min(start + down, until);
    faults.push({ type: 'partition', at: start, until: end, ...shape, partOf: 'flapping' });
  }
  return faults;
}
