import type { Micros } from '../../kernel/time.ts';
import { shown } from '../../workloads/fields.ts';
import { durationUnits, isBare, noUnit } from './fields.ts';
import type { Mistakes } from './mistakes.ts';
import { parseDuration } from './units.ts';

/** What the command line asks in place of what the file says, as it was typed. */
export interface Overrides {
  /** Labels or names of strategies in the file, or other strategies of the registry. */
  readonly strategies?: readonly string[];
  /** So many nodes in all, dealt to the regions in turn. */
  readonly nodes?: string | number;
  readonly seed?: string | number;
  /** `5s`: stretches the steps of the rate, the times of faults and the warm-up in proportion. */
  readonly duration?: string;
  readonly trials?: string | number;
  /** Leaves the faults of the file out. */
  readonly faults?: 'none';
}

/** Overrides that were read; null where the file decides. */
export interface ReadOverrides {
  readonly nodes: number | null;
  readonly seed: string | null;
  readonly duration: Micros | null;
  readonly trials: number | null;
  readonly faults: 'none' | null;
}

export function readOverrides(overrides: Overrides, mistakes: Mistakes): ReadOverrides {
  const { nodes, seed, duration, trials, faults } = overrides;
  return {
    nodes: nodes === undefined ? null : wholeNumber('--nodes', nodes, 10_000, mistakes),
    seed: seed === undefined ? null : readSeed(seed, mistakes),
    duration: duration === undefined ? null : readDuration(duration, mistakes),
    trials: trials === undefined ? null : wholeNumber('--trials', trials, 1_000, mistakes),
    faults: faults === undefined ? null : readFaults(faults, mistakes),
  };
}

function wholeNumber(
  option: string,
  given: string | number,
  maximum: number,
  mistakes: Mistakes,
): number | null {
  const text = String(given).trim();
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= maximum) return value;
  mistakes.inOption(option, `${shown(given)} is not a whole number from 1 to ${maximum}`);
  return null;
}

function readSeed(given: string | number, mistakes: Mistakes): string | null {
  const seed = String(given);
  if (/^\P{Cc}{1,200}$/u.test(seed)) return seed;
  mistakes.inOption('--seed', `${shown(given)} is not a text of 1 to 200 characters on one line`);
  return null;
}

function readDuration(given: string, mistakes: Mistakes): Micros | null {
  const duration = parseDuration(given);
  if (duration !== null && duration > 0) return duration;
  const wrong = `${shown(given)} is not a duration longer than nothing, such as 5s, 250ms or 2m`;
  // A unit would not mend a zero.
  const lacksUnit = isBare(given) && Number(given) > 0;
  mistakes.inOption('--duration', lacksUnit ? noUnit(given, durationUnits) : wrong);
  return null;
}

function readFaults(given: string, mistakes: Mistakes): 'none' | null {
  if (given === 'none') return 'none';
  mistakes.inOption('--faults', `${shown(given)} is not none, the one thing that this option takes`);
  return null;
}
