import type { History } from '../history/history.ts';
import type { Events } from './causal/events.ts';
import { checkCausal, unviolated } from './causal.ts';
import { OrderGraph } from './sequential/graph.ts';
import { type Saturation, saturate } from './sequential/saturation.ts';
import { schedule } from './sequential/schedule.ts';
import { fewestRows, programsInWords, withoutNeedless } from './sequential/witness.ts';
import { sessionGuarantees } from './sessions/breaches.ts';
import { checkSession, type Sessions, sessionsOf } from './sessions.ts';
import type { Verdict } from './verdict.ts';

/** Steps beyond those that an order takes in any case. A step is one operation put in order. */
export const sequentialBudget = 200_000;
/** Steps beyond those, per operation, for an attempt without anything inferred. */
const easyDetours = 1;
/** States without a way on that such an attempt may meet: most that meet many never find out, and what is inferred avoids them. */
const easyRetreats = 100;
/** What each attempt to make a violation smaller may cost. */
const explainBudget = 2_000;

/**
 * Sequential consistency (Lamport 1979): one order of all operations, on all keys at once, that agrees with every process. To decide
 * it is NP-complete even for registers with unique values (Gibbons and Korach 1997, theorem 4.11), and keys cannot be judged one by
 * one. So what refutes soundly comes first: a breach of a session guarantee or of causal consistency, which both follow from it, and then
 * a cycle in the order that the answers force. Then a search for the order itself, within a budget of steps.
 */
export function checkSequential(
  history: History,
  sessions: Sessions = sessionsOf(history),
  budget: number = sequentialBudget,
): Verdict {
  const weaker = notEvenCausal(history, sessions);
  if (weaker !== null) return weaker;
  const { events } = sessions.causality;
  const isWhole = events.versions.others.length === 0;
  if (isWhole && isEasy(events, budget)) return { type: 'holds' };
  const saturation = saturate(events);
  if (saturation === null) {
    return {
      type: 'unknown',
      because: `clocks of ${events.count} events in ${events.starts.length - 1} sessions would not fit`,
    };
  }
  if (saturation.cycle !== null) return forced(saturation, saturation.cycle);
  // The order of these registers alone says nothing of the other keys.
  return isWhole ? searched(saturation, budget) : unviolated(events);
}

/** Most histories that have an order show it to whoever takes operations as they completed, which costs less than to infer anything. */
function isEasy(events: Events, budget: number): boolean {
  const steps = events.count + Math.min(budget, events.count * easyDetours);
  return schedule(new OrderGraph(events), steps, easyRetreats).type === 'found';
}

function notEvenCausal(history: History, sessions: Sessions): Verdict | null {
  const weaker = [
    ['causal', checkCausal(history, sessions.causality)] as const,
    ...sessionGuarantees.map((guarantee) => [guarantee, checkSession(history, guarantee, sessions)] as const),
  ];
  for (const [guarantee, verdict] of weaker) {
    if (verdict.type !== 'violated') continue;
    const { type, witness, sentence } = verdict;
    return { type, witness, sentence: `not even ${guarantee}: ${sentence}` };
  }
  return null;
}

function forced({ graph }: Saturation, cycle: readonly number[]): Verdict {
  const isRefuted = (events: Events) => saturate(events)?.cycle != null;
  return contradiction(graph.events, fewestRows(graph, cycle, isRefuted));
}

function searched({ graph, isComplete }: Saturation, budget: number): Verdict {
  const { events } = graph;
  const { type, placed } = schedule(graph, events.count + budget);
  switch (type) {
    case 'found':
      return { type: 'holds' };
    case 'none': {
      const isRefuted = (some: Events) => {
        const saturation = saturate(some);
        return (
          saturation !== null &&
          (saturation.cycle !== null || schedule(saturation.graph, explainBudget).type === 'none')
        );
      };
      return contradiction(
        events,
        withoutNeedless(
          events,
          [...new Set(events.row)].sort((a, b) => a - b),
          isRefuted,
        ),
      );
    }
    case 'gave-up': {
      const forcedSoFar = isComplete ? '' : ', before all was inferred that the answers force';
      return {
        type: 'unknown',
        because: `the search for an order gave up after ${events.count + budget} steps, with at most ${placed} of ${events.count} operations in order${forcedSoFar}`,
      };
    }
  }
}

function contradiction(events: Events, rows: readonly number[]): Verdict {
  return {
    type: 'violated',
    witness: rows,
    sentence: `no single order agrees with every process: ${programsInWords(events, rows)}`,
  };
}
