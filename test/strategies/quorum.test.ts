import { strategy } from '../../src/strategies/quorum.ts';
import { testConversations } from '../support/conversation.ts';

testConversations(strategy);
