import type { TrialRecord } from '../history/trial.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { OperationKind } from '../kernel/operation.ts';
import { checkNoLostAdds } from './adds.ts';
import { checkConservation } from './conservation.ts';
import { checkConvergence } from './convergence.ts';
import { checkLinearizable } from './linearizable.ts';
import type { Judgement, Verdict } from './verdict.ts';
import { checkNoLostWrites } from './writes.ts';

/** A guarantee's checker, and the kind of operation without which it says nothing. */
interface Checker {
  readonly guarantee: Guarantee;
  readonly needs: OperationKind | null;
  check(record: TrialRecord): Verdict;
}

/** Every checker, in the order in which reports show them. */
const checkers: readonly Checker[] = [
  { guarantee: 'linearizable', needs: null, check: ({ history }) => checkLinearizable(history) },
  { guarantee: 'convergent', needs: null, check: checkConvergence },
  { guarantee: 'no-lost-adds', needs: 'add', check: ({ history }) => checkNoLostAdds(history) },
  { guarantee: 'no-lost-writes', needs: 'write', check: ({ history }) => checkNoLostWrites(history) },
  { guarantee: 'atomic-transfers', needs: 'transfer', check: ({ history }) => checkConservation(history) },
];

/** A verdict on each guarantee that the kinds of operation in the record can show, claimed or not. */
export function judge(record: TrialRecord, claimed: readonly Guarantee[]): readonly Judgement[] {
  return checkers
    .filter(({ needs }) => needs === null || record.kinds.includes(needs))
    .map((checker) => ({
      guarantee: checker.guarantee,
      claimed: claimed.includes(checker.guarantee),
      verdict: checker.check(record),
    }));
}
