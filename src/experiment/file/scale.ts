import type { Fault } from '../../faults/fault.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ExperimentSpec, Load, RateStep } from '../spec.ts';

/** The same experiment stretched to another duration: the steps of its rate, its warm-up and its faults in proportion. */
export function stretched(spec: ExperimentSpec, duration: Micros): ExperimentSpec {
  if (duration === spec.duration) return spec;
  const scale = (time: Micros) => Math.round((time / spec.duration) * duration);
  return {
    ...spec,
    duration,
    warmUp: scale(spec.warmUp),
    load: stretchedLoad(spec.load, scale),
    faults: spec.faults.map((fault): Fault => {
      return { ...fault, at: scale(fault.at), until: fault.until === null ? null : scale(fault.until) };
    }),
  };
}

/** Ends are scaled, not lengths, so that rounding never makes the steps longer or shorter than the load. */
function stretchedLoad(load: Load, scale: (time: Micros) => Micros): Load {
  if (load.type === 'closed') return load;
  let end = 0;
  const rate = load.rate.map((step): RateStep => {
    const start = end;
    end += step.lasts;
    return { ...step, lasts: scale(end) - scale(start) };
  });
  return { ...load, rate };
}
