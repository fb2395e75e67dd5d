import { strategy } from '../../src/strategies/gossip.ts';
import { testConversations } from '../support/conversation.ts';

testConversations(strategy);
