import { strategy } from '../../src/strategies/crdt.ts';
import { testConversations } from '../support/conversation.ts';

testConversations(strategy);
