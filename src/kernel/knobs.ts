import type { Knob } from './strategy.ts';
import { type Micros, milliseconds } from './time.ts';

/** A knob that holds a time: in microseconds here, and as `50ms` in files. */
export type DurationKnob = Knob & { readonly kind: 'duration'; readonly default: Micros };

/** How often a strategy that repairs itself by `AntiEntropy` does so. */
export const antiEntropyKnob: DurationKnob = {
  name: 'anti-entropy',
  kind: 'duration',
  default: milliseconds(200),
  minimum: 0,
  sentence:
    'How often a node compares its contents with those of a random peer; 0s leaves nodes that missed an update behind.',
};

/** How long a coordinator tries before it answers for itself; `lack` is what it then still waits for. */
export function giveUpKnob(after: Micros, lack: string): DurationKnob {
  return {
    name: 'give-up',
    kind: 'duration',
    default: after,
    minimum: milliseconds(1),
    sentence: `How long an operation may wait for ${lack} before the coordinator answers for itself.`,
  };
}
