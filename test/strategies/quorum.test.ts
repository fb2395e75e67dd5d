import { expect, test } from 'vitest';
import { strategy } from '../../src/strategies/quorum.ts';
import { testConversations } from '../support/conversation.ts';

testConversations(strategy);

test('convergence is promised only as long as missed updates are repaired', () => {
  expect(strategy.guarantees({ 'repair-interval': 200_000 })).toContain('convergent');
  expect(strategy.guarantees({ 'repair-interval': 0 })).not.toContain('convergent');
});
