import type { Micros } from '../../kernel/time.ts';
import type { Load, RateStep } from '../spec.ts';
import type { Mistakes } from './mistakes.ts';
import type { LoadInput } from './schema.ts';
import { formatDuration } from './units.ts';
import { suggestion } from './words.ts';

/** The load of a file and how long it lasts, before the command line stretches it. */
export interface ResolvedLoad {
  readonly load: Load;
  readonly duration: Micros;
}

/**
 * `asked` is the duration that the command line gives: it stands in where the file has none. `regions` are those of
 * the topology, or undefined where the topology was mistaken.
 */
export function resolveLoad(
  input: LoadInput,
  inFile: Micros | 'mistaken' | undefined,
  asked: Micros | null,
  regions: readonly string[] | undefined,
  mistakes: Mistakes,
): ResolvedLoad | undefined {
  const given = inFile === 'mistaken' ? undefined : (inFile ?? asked ?? undefined);
  const isTold = inFile === 'mistaken';
  if ('closed' in input) return withDuration(closedLoad(input.closed), given, isTold, mistakes);
  const { arrivals, shares } = input.open;
  const steps = typeof input.open.rate === 'number' ? null : stepsOf(input.open.rate, mistakes);
  const resolvedShares = regions === undefined ? undefined : resolveShares(shares, regions, mistakes);
  const shared = resolvedShares ?? [];
  if (steps !== null) {
    const duration = durationOf(steps, inFile === 'mistaken' ? undefined : inFile, mistakes);
    return { load: { type: 'open', arrivals, rate: steps, shares: shared }, duration };
  }
  const steady = input.open.rate as number;
  const rate = [{ from: steady, to: steady, lasts: given ?? 0 }];
  return withDuration({ type: 'open', arrivals, rate, shares: shared }, given, isTold, mistakes);
}

/** `isTold`: the file has a duration, and what is wrong with it was told already. */
function withDuration(
  load: Load,
  duration: Micros | undefined,
  isTold: boolean,
  mistakes: Mistakes,
): ResolvedLoad | undefined {
  if (duration !== undefined) return { load, duration };
  if (!isTold) {
    mistakes.at(['load'], 'nothing tells how long the load lasts: give `duration`, such as duration: 10s');
  }
  return undefined;
}

function closedLoad(closed: Extract<LoadInput, { closed: unknown }>['closed']): Load {
  return {
    type: 'closed',
    clientsPerRegion: closed['clients-per-region'],
    think: closed.think,
    operations: closed.operations ?? null,
  };
}

type StepInput = Exclude<Extract<LoadInput, { open: unknown }>['open']['rate'], number>[number];

function stepsOf(steps: readonly StepInput[], mistakes: Mistakes): RateStep[] {
  return steps.map((step, index) => {
    if ('hold' in step) return { from: step.hold, to: step.hold, lasts: step.for };
    if (step.from === 0 && step.to === 0) {
      mistakes.at(
        ['load', 'open', 'rate', index],
        'a ramp from 0/s to 0/s asks nothing; one of its ends is above zero',
      );
    }
    return { from: step.from, to: step.to, lasts: step.for };
  });
}

function durationOf(steps: readonly RateStep[], inFile: Micros | undefined, mistakes: Mistakes): Micros {
  const sum = steps.reduce((total, step) => total + step.lasts, 0);
  if (inFile !== undefined && inFile !== sum) {
    const lengths = `${formatDuration(inFile)}, but the steps of the rate last ${formatDuration(sum)} together`;
    mistakes.at(['duration'], `${lengths}; leave \`duration\` out, or make them equal`);
  }
  return sum;
}

/** The tolerance of a sum of rounded percentages such as three times 33.3 %. */
const sumTolerance = 0.0015;

function resolveShares(
  shares: Readonly<Record<string, number>> | undefined,
  regions: readonly string[],
  mistakes: Mistakes,
): number[] {
  if (shares === undefined) return regions.map(() => 1 / regions.length);
  const where = ['load', 'open', 'shares'];
  for (const name of Object.keys(shares)) {
    if (regions.includes(name)) continue;
    const known = `(regions: ${regions.join(', ')})`;
    mistakes.at([...where, name], `no region "${name}"${suggestion(name, regions)} ${known}`, 'key');
  }
  const sum = Object.values(shares).reduce((total, part) => total + part, 0);
  if (Math.abs(sum - 1) > sumTolerance) {
    mistakes.at(where, `the shares sum to ${Math.round(sum * 1_000) / 10}%; together they are 100%`, 'key');
  }
  return regions.map((region) => (Object.hasOwn(shares, region) ? (shares[region] as number) : 0) / sum);
}
