import type { TrialCost, TrialRecord } from '../history/trial.ts';
import { isAnswered, isLoad } from './rows.ts';

/** Mail between replicas per answered operation of the load; null where nothing was answered. */
export function measureCost({ cost, history }: TrialRecord): TrialCost | null {
  let answered = 0;
  for (let row = 0; row < history.length; row += 1) {
    if (isLoad(history.columns, row) && isAnswered(history.columns, row)) answered += 1;
  }
  if (answered === 0) return null;
  return {
    messages: cost.messages / answered,
    bytes: cost.bytes / answered,
    crossRegionMessages: cost.crossRegionMessages / answered,
    crossRegionBytes: cost.crossRegionBytes / answered,
  };
}
