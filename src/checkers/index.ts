import { completionCode, type History } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { OperationKind } from '../kernel/operation.ts';
import { checkNoLostAdds } from './adds.ts';
import { checkConservation } from './conservation.ts';
import { checkConvergence } from './convergence.ts';
import { checkFloors, checkSupply, hasFloors } from './invariants.ts';
import { checkLinearizable } from './linearizable.ts';
import type { Judgement, Verdict } from './verdict.ts';
import { checkNoLostWrites } from './writes.ts';

/** A guarantee's checker, and the kind of operation without which it says nothing. */
interface Checker {
  readonly guarantee: Guarantee;
  readonly needs: OperationKind | null;
  /** Whether the questions can show it at all; they can where this is absent. */
  readonly applies?: (history: History) => boolean;
  /** Whether it looks at what was there after all was quiet. */
  readonly afterQuiet: boolean;
  check(record: TrialRecord): Verdict;
}

/** Every checker, in the order in which reports show them. */
const checkers: readonly Checker[] = [
  {
    guarantee: 'linearizable',
    needs: null,
    afterQuiet: false,
    check: ({ history }) => checkLinearizable(history),
  },
  { guarantee: 'convergent', needs: null, afterQuiet: true, check: checkConvergence },
  {
    guarantee: 'no-lost-adds',
    needs: 'add',
    afterQuiet: true,
    check: ({ history }) => checkNoLostAdds(history),
  },
  {
    guarantee: 'no-lost-writes',
    needs: 'write',
    afterQuiet: true,
    check: ({ history }) => checkNoLostWrites(history),
  },
  {
    guarantee: 'atomic-transfers',
    needs: 'transfer',
    afterQuiet: true,
    check: ({ history }) => checkConservation(history),
  },
  {
    guarantee: 'never-below-floor',
    needs: null,
    applies: hasFloors,
    afterQuiet: false,
    check: ({ history }) => checkFloors(history),
  },
  {
    guarantee: 'never-oversold',
    needs: null,
    applies: hasFloors,
    afterQuiet: false,
    check: ({ history }) => checkSupply(history),
  },
];

/** A verdict on each guarantee that the kinds of operation in the record can show, claimed or not. */
export function judge(record: TrialRecord, claimed: readonly Guarantee[]): readonly Judgement[] {
  return checkers
    .filter(({ needs }) => needs === null || record.kinds.includes(needs))
    .filter(({ applies }) => applies === undefined || applies(record.history))
    .map((checker) => ({
      guarantee: checker.guarantee,
      claimed: claimed.includes(checker.guarantee),
      verdict: reasonNotToJudge(record, checker) ?? checker.check(record),
    }));
}

/** A run that answered nothing shows nothing, and one that was cut short never became quiet. */
function reasonNotToJudge(record: TrialRecord, { afterQuiet }: Checker): Verdict | null {
  if (!record.history.columns.completion.includes(completionCode.ok)) {
    return { type: 'unknown', because: 'nothing was answered' };
  }
  if (afterQuiet && record.convergence === null) {
    return { type: 'unknown', because: 'the run ended before all was quiet' };
  }
  return null;
}
