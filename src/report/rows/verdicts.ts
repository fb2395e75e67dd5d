import type { Judgement } from '../../checkers/verdict.ts';
import type { TrialKey, VerdictRow } from '../result.ts';

export function verdictRows(judgements: readonly Judgement[], key: TrialKey): readonly VerdictRow[] {
  return judgements.map(({ guarantee, claimed, verdict }) => ({
    ...key,
    guarantee,
    claimed,
    verdict: verdict.type,
    violations: verdict.type === 'violated' ? (verdict.count ?? null) : null,
    witness: verdict.type === 'violated' ? verdict.witness.join(' ') : '',
    sentence: sentenceOf(verdict),
  }));
}

function sentenceOf(verdict: Judgement['verdict']): string {
  switch (verdict.type) {
    case 'holds':
      return '';
    case 'violated':
      return verdict.sentence;
    case 'unknown':
      return verdict.because;
  }
}
