import { delayWith, type PlannedTraits, traitsIn } from '../../topology/build.ts';
import type { Delay, MixturePart, QuantilePoint } from '../../topology/delay.ts';
import type { DelayInput } from './delay-schema.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { LinkInput, TraitsInput } from './topology-schema.ts';
import { parsePercentage } from './units.ts';

/** A link of a file: how long it takes, and what is said of it beside. */
export interface ReadLink {
  readonly delay: Delay;
  readonly traits: PlannedTraits;
}

const path = ['topology', 'links'];
const disordered =
  'a link that keeps the order of messages (`fifo`) holds none back; leave `fifo` or `reorder` out';

/** Reads links one by one, knowing what the file says of all of them. */
export class LinkReader {
  /** What is true of every link. */
  readonly links: PlannedTraits;
  readonly #fifo: boolean;
  readonly #mistakes: Mistakes;

  constructor(input: { readonly links: TraitsInput; readonly fifo: boolean }, mistakes: Mistakes) {
    this.links = resolveTraits(input.links);
    this.#fifo = input.fifo;
    this.#mistakes = mistakes;
    if (input.fifo && this.links.reorder !== undefined) mistakes.at([...path, 'reorder'], disordered, 'key');
  }

  read(input: LinkInput, jitter: number, where: Path): ReadLink {
    if (!isLink(input)) return { delay: resolveDelay(input, jitter, where, this.#mistakes), traits: {} };
    const traits = resolveTraits(input);
    const { fifo = false, reorder } = traitsIn({ links: this.links, fifo: this.#fifo }, traits);
    const own = traits.reorder === undefined ? 'fifo' : 'reorder';
    // What holds for all links is told there, once.
    if (fifo && reorder !== undefined && input[own] !== undefined) {
      this.#mistakes.at([...where, own], disordered, 'key');
    }
    return { delay: resolveDelay(input.delay, jitter, [...where, 'delay'], this.#mistakes), traits };
  }
}

type LinkMap = Extract<LinkInput, { delay: unknown }>;

function isLink(input: LinkInput): input is LinkMap {
  return typeof input === 'object' && 'delay' in input;
}

/** Only what the file says: the rest is left to what is true of all links. */
function resolveTraits({ loss, duplicate, reorder, bandwidth, fifo }: TraitsInput): PlannedTraits {
  return {
    ...(loss === undefined ? {} : { loss }),
    ...(duplicate === undefined ? {} : { duplicate }),
    ...(reorder === undefined ? {} : { reorder: { chance: reorder.chance, upTo: reorder['up-to'] } }),
    ...(bandwidth === undefined ? {} : { bandwidth }),
    ...(fifo === undefined ? {} : { fifo }),
  };
}

/** A delay of a file; `jitter` is that of plain durations. */
export function resolveDelay(input: DelayInput, jitter: number, where: Path, mistakes: Mistakes): Delay {
  if (typeof input === 'number') return delayWith(input, jitter);
  if ('constant' in input) return { type: 'constant', value: input.constant };
  if ('log-normal' in input) return delayWith(input['log-normal'].median, input['log-normal'].jitter);
  if ('pareto' in input) return { type: 'pareto', ...input.pareto };
  if ('mixture' in input) return mixtureOf(input.mixture, jitter, [...where, 'mixture'], mistakes);
  if ('quantiles' in input) return quantilesOf(input.quantiles, [...where, 'quantiles'], mistakes);
  if ('measured' in input) return measuredDelay(input.measured, [...where, 'measured'], mistakes);
  if ('exponential' in input) {
    const { minimum, mean } = input.exponential;
    if (mean <= minimum)
      mistakes.at([...where, 'exponential', 'mean'], 'the mean is above the minimum, or there is no tail');
    return { type: 'exponential', minimum, mean };
  }
  const { minimum, maximum } = input.uniform;
  if (maximum < minimum) mistakes.at([...where, 'uniform', 'maximum'], 'the maximum is below the minimum');
  return { type: 'uniform', minimum, maximum };
}

/** The tolerance of a sum of rounded percentages such as three times 33.3 %. */
const sumTolerance = 0.0015;

type PartInput = Extract<DelayInput, { mixture: unknown }>['mixture'][number];

function mixtureOf(inputs: readonly PartInput[], jitter: number, where: Path, mistakes: Mistakes): Delay {
  const sum = inputs.reduce((total, part) => total + part.share, 0);
  const parts = inputs.map((part, index): MixturePart => {
    if (part.share === 0)
      mistakes.at([...where, index, 'share'], 'a share of 0% never comes; leave it out, or give it more');
    const delay = resolveDelay(part.delay, jitter, [...where, index, 'delay'], mistakes);
    return { share: part.share / sum, delay };
  });
  if (Math.abs(sum - 1) > sumTolerance) {
    const told = Math.round(sum * 100_000) / 1_000;
    mistakes.at(where, `the shares sum to ${told}%; together they are 100%`, 'key');
  }
  return { type: 'mixture', parts };
}

function quantilesOf(given: Readonly<Record<string, number>>, where: Path, mistakes: Mistakes): Delay {
  const points = Object.entries(given).map(([percentage, value]): QuantilePoint => {
    return { share: parsePercentage(percentage) as number, value };
  });
  Object.keys(given).forEach((key, index) => {
    const before = points[index - 1];
    const { share, value } = points[index] as QuantilePoint;
    if (share > 1) mistakes.at([...where, key], `${key} of messages are more than all of them`, 'key');
    if (before === undefined) return;
    if (share <= before.share)
      mistakes.at([...where, key], 'percentages rise from one line to the next', 'key');
    else if (value < before.value)
      mistakes.at([...where, key], 'more messages take at least as long: the delays do not fall');
  });
  if (points[0]?.share !== 0 || points.at(-1)?.share !== 1) {
    mistakes.at(where, 'the first is 0% (the least delay) and the last 100% (the largest)', 'key');
  }
  return { type: 'quantiles', points };
}

/** The least is taken for 0 %, the largest for 100 %, and the others for even steps between. */
function measuredDelay(delays: readonly number[], where: Path, mistakes: Mistakes): Delay {
  if (delays.length < 2)
    mistakes.at(where, 'there are at least two measured delays; one alone is { constant: … }');
  const rising = [...delays].sort((a, b) => a - b);
  const points = rising.map((value, index) => ({ share: index / (rising.length - 1), value }));
  return { type: 'quantiles', points };
}
