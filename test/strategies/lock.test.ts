import { strategy } from '../../src/strategies/lock.ts';
import { testConversations } from '../support/conversation.ts';

testConversations(strategy);
