import type { History } from '../history/history.ts';
import type { Events } from './causal/events.ts';
import { checkCausal } from './causal.ts';
import { arrange } from './sequential/arrange.ts';
import { checkMixed } from './sequential/mixed.ts';
import { fewestRows, programsInWords } from './sequential/witness.ts';
import { sessionGuarantees } from './sessions/breaches.ts';
import { checkSession, type Sessions, sessionsOf } from './sessions.ts';
import type { Verdict } from './verdict.ts';

const bytesPerMebibyte = 2 ** 20;
/** Steps beyond those that an order takes in any case. A step is one operation put in order, or taken out of it. */
export const sequentialBudget = 2_000_000;
/** What may be remembered of choices that went wrong. */
const sequentialBytes = 64 * bytesPerMebibyte;
/** A step of the search of keys of other kinds takes longer; and what its tables may take. */
const mixedShare = 0.25;
const mixedBytes = 256 * bytesPerMebibyte;

/**
 * Sequential consistency (Lamport 1979): one order of all operations, on all keys at once, that agrees with every process. To decide
 * it is NP-complete even for registers with unique values (Gibbons and Korach 1997, theorem 4.11), and keys cannot be judged one by
 * one. So what refutes at little cost comes first: a breach of a session guarantee or of causal consistency, which both follow from
 * it. Then a search for the order itself, which learns from what goes wrong, within a budget of steps and of memory.
 */
export function checkSequential(
  history: History,
  sessions: Sessions = sessionsOf(history),
  budget: number = sequentialBudget,
): Verdict {
  const weaker = notEvenCausal(history, sessions);
  if (weaker !== null) return weaker;
  const { events } = sessions.causality;
  const steps = events.count + budget;
  const arrangement = arrange(events, steps, sequentialBytes);
  switch (arrangement.type) {
    case 'found': {
      const { others, denied } = events.versions;
      if (others.length === 0 && denied.length === 0) return { type: 'holds' };
      // An order of these registers alone says nothing of the other keys, and has left out what was refused without a value.
      return checkMixed(history, [...others, ...denied], {
        steps: Math.ceil(budget * mixedShare),
        bytes: mixedBytes,
      });
    }
    case 'none':
      return contradiction(events, fewestRows(events, arrangement.proof));
    case 'gave-up': {
      const { spent, placed } = arrangement;
      const after =
        spent === 'steps'
          ? `after ${steps} steps`
          : `when it had learnt ${sequentialBytes / bytesPerMebibyte} MiB`;
      return {
        type: 'unknown',
        because: `the search for an order gave up ${after}, with at most ${placed} of ${events.count} operations in order`,
      };
    }
  }
}

function notEvenCausal(history: History, sessions: Sessions): Verdict | null {
  const weaker = [
    ['causal', checkCausal(history, sessions.causality)] as const,
    ...sessionGuarantees.map((guarantee) => [guarantee, checkSession(history, guarantee, sessions)] as const),
  ];
  for (const [guarantee, verdict] of weaker) {
    if (verdict.type !== 'violated') continue;
    return { ...verdict, sentence: `not even ${guarantee}: ${verdict.sentence}` };
  }
  return null;
}

function contradiction(events: Events, rows: readonly number[]): Verdict {
  return {
    type: 'violated',
    witness: rows,
    sentence: `no single order agrees with every process: ${programsInWords(events, rows)}`,
  };
}
