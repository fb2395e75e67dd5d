import { completionCode, type History } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import { type Guarantee, implies, withImplied } from '../kernel/guarantee.ts';
import type { OperationKind } from '../kernel/operation.ts';
import { checkNoLostAdds } from './adds.ts';
import { checkCausal } from './causal.ts';
import { checkConservation } from './conservation.ts';
import { checkConvergence } from './convergence.ts';
import { checkFloors, checkSupply, hasFloors } from './invariants.ts';
import { checkLinearizable } from './linearizable.ts';
import { withProcessOrder } from './process-order.ts';
import { checkSequential } from './sequential.ts';
import { type SessionGuarantee, sessionGuarantees } from './sessions/breaches.ts';
import { checkSession, type Sessions, sessionsOf } from './sessions.ts';
import type { Judgement, Verdict } from './verdict.ts';
import { checkNoLostWrites } from './writes.ts';

/** A guarantee's checker, and the kinds of operation without any of which it says nothing. */
interface Checker {
  readonly guarantee: Guarantee;
  readonly needs: readonly OperationKind[] | null;
  /** Whether the questions can show it at all; they can where this is absent. */
  readonly applies?: (history: History) => boolean;
  /** Whether it looks at what was there after all was quiet. */
  readonly afterQuiet: boolean;
  /** `sessions` finds what several checkers start from, once; `budget` are the steps that a search may take, its own number if left out. */
  check(record: TrialRecord, sessions: () => Sessions, budget: number | undefined): Verdict;
}

const holds: Verdict = { type: 'holds' };
/** What leaves a trace in the value of a single key. */
const updatesOfOneKey: readonly OperationKind[] = ['write', 'cas', 'add'];
const writes: readonly OperationKind[] = ['write', 'cas'];

/** Every checker, in the order in which reports show them. */
const checkers: readonly Checker[] = [
  {
    guarantee: 'linearizable',
    needs: null,
    afterQuiet: false,
    check: ({ history }, _, budget) => checkLinearizable(history, budget),
  },
  {
    guarantee: 'sequential',
    needs: null,
    afterQuiet: false,
    check: ({ history }, sessions, budget) => checkSequential(history, sessions(), budget),
  },
  {
    guarantee: 'causal',
    needs: writes,
    afterQuiet: false,
    check: ({ history }, sessions) => checkCausal(history, sessions().causality),
  },
  ...sessionGuarantees.map(sessionChecker),
  { guarantee: 'convergent', needs: null, afterQuiet: true, check: checkConvergence },
  {
    guarantee: 'no-lost-adds',
    needs: ['add'],
    afterQuiet: true,
    check: ({ history }) => checkNoLostAdds(history),
  },
  {
    guarantee: 'no-lost-writes',
    needs: ['write'],
    afterQuiet: true,
    check: ({ history }) => checkNoLostWrites(history),
  },
  {
    guarantee: 'atomic-transfers',
    needs: ['transfer'],
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

/** Counters show by value what a session saw and did itself, but not what others had seen. */
function sessionChecker(guarantee: SessionGuarantee): Checker {
  const byValue = guarantee === 'read-your-writes' || guarantee === 'monotonic-reads';
  return {
    guarantee,
    needs: byValue ? updatesOfOneKey : writes,
    afterQuiet: false,
    check: ({ history }, sessions) => checkSession(history, guarantee, sessions()),
  };
}

/**
 * A verdict on each guarantee that the kinds of operation in the record can show, claimed or not; or on the claimed ones alone, with
 * what follows from them, where the others are nobody's concern. What follows from a
 * guarantee that holds, holds too where it cannot be judged by itself; and what is broken breaks all that it follows from.
 */
export function judge(
  record: TrialRecord,
  claimed: readonly Guarantee[],
  budget?: number,
  concern: 'all' | 'claimed' = 'all',
): readonly Judgement[] {
  const promised = withImplied(claimed);
  const concerns = (one: Checker) => concern === 'all' || promised.includes(one.guarantee);
  let known: Sessions | null = null;
  const sessions = () => {
    known ??= sessionsOf(record.history);
    return known;
  };
  const verdicts = new Map<Guarantee, Verdict>();
  let inOrder: boolean | null = null;
  const isGranted = ({ guarantee }: Checker) => {
    if (!implies('linearizable', guarantee) || verdicts.get('linearizable')?.type !== 'holds') return false;
    inOrder ??= isInProcessOrder(record.history);
    return inOrder;
  };
  for (const checker of checkers.filter((one) => concerns(one) && canShow(record, one))) {
    const found =
      reasonNotToJudge(record, checker) ??
      (isGranted(checker) ? holds : checker.check(record, sessions, budget));
    const given = found.type === 'unknown' ? grantedBy(verdicts, checker.guarantee) : null;
    verdicts.set(checker.guarantee, given ?? found);
  }
  return [...verdicts].map(([guarantee, verdict]) => ({
    guarantee,
    claimed: promised.includes(guarantee),
    verdict: verdict.type === 'violated' ? verdict : (refutedBy(verdicts, guarantee) ?? verdict),
  }));
}

/** Whether a history that is linearizable is so in an order that agrees with every process too; then what follows need not be judged. */
function isInProcessOrder(history: History): boolean {
  const told = withProcessOrder(history);
  return told !== null && (told === history || checkLinearizable(told).type === 'holds');
}

function grantedBy(verdicts: ReadonlyMap<Guarantee, Verdict>, guarantee: Guarantee): Verdict | null {
  for (const [stronger, verdict] of verdicts) {
    if (verdict.type === 'holds' && implies(stronger, guarantee)) return verdict;
  }
  return null;
}

/** Whether the questions of a run can show anything of a guarantee. */
function canShow({ kinds, history }: TrialRecord, { needs, applies }: Checker): boolean {
  const asked = needs === null || needs.some((kind) => kinds.includes(kind));
  return asked && (applies === undefined || applies(history));
}

/**
 * The violation of something weaker, where there is one. Even what seemed to hold can be refuted so: in real time two operations
 * that touch count as concurrent, but of one process the first one still came first.
 */
function refutedBy(verdicts: ReadonlyMap<Guarantee, Verdict>, guarantee: Guarantee): Verdict | null {
  for (const [weaker, verdict] of verdicts) {
    if (verdict.type !== 'violated' || !implies(guarantee, weaker)) continue;
    return { ...verdict, sentence: `not even ${weaker}: ${verdict.sentence}` };
  }
  return null;
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
