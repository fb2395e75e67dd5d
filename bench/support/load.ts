import { cpus } from 'node:os';

/** A reading of how busy this process and the whole machine have been. */
export interface LoadReading {
  readonly at: number;
  readonly ownMs: number;
  readonly machineMs: number;
}

/** What happened between two readings, in processor seconds per second. */
export interface Load {
  readonly seconds: number;
  readonly ownCores: number;
  /** What others used meanwhile: above a tenth or so of a core, mistrust what was measured. */
  readonly otherCores: number;
}

export function readLoad(): LoadReading {
  const { user, system } = process.cpuUsage();
  const machineMs = cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
  return { at: performance.now(), ownMs: (user + system) / 1000, machineMs };
}

export function loadSince(before: LoadReading): Load {
  const now = readLoad();
  const elapsedMs = now.at - before.at;
  const ownCores = (now.ownMs - before.ownMs) / elapsedMs;
  const busyCores = (now.machineMs - before.machineMs) / elapsedMs;
  return { seconds: elapsedMs / 1000, ownCores, otherCores: Math.max(0, busyCores - ownCores) };
}
