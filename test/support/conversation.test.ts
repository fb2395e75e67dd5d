import { expect, test } from 'vitest';
import type { Completion, Key, Operation, RequestId, Value } from '../../src/kernel/operation.ts';
import type { Env, Outbox, Replica } from '../../src/kernel/replica.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';
import { converse } from './conversation.ts';

type Echo = { readonly type: 'ping' | 'pong'; readonly operation: Operation };

/** Persists each operation, asks every peer, answers when the first pong or a timer comes, and remembers nothing else. */
class EchoReplica implements Replica<Echo> {
  readonly #env: Env;
  readonly #open: RequestId[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, _context: unknown, out: Outbox<Echo>): void {
    this.#open.push(request);
    out.persist('last', { ...operation });
    for (const peer of this.#env.peers) out.send(peer, { type: 'ping', operation });
    out.setTimer(5_000, { type: 'late' });
  }

  onMessage(from: number, message: Echo, out: Outbox<Echo>): void {
    if (message.type === 'ping') out.send(from, { type: 'pong', operation: message.operation });
    else this.#answer({ type: 'ok', value: from }, out);
  }

  onTimer(_data: unknown, out: Outbox<Echo>): void {
    this.#answer({ type: 'info', error: 'late' }, out);
  }

  *contents(): Iterable<[Key, Value]> {
    yield ['open', this.#open.length];
  }

  #answer(completion: Completion, out: Outbox<Echo>): void {
    const request = this.#open.shift();
    if (request !== undefined) out.reply(request, completion, { seen: request });
  }
}

const echo: Strategy<Echo> = {
  name: 'echo',
  summary: 'answers with what it was asked',
  family: 'eventual',
  knobs: [],
  operations: { read: 'native', write: 'native', add: 'native', cas: 'native', transfer: 'native' },
  tolerates: [],
  guarantees: () => [],
  create: (env) => new EchoReplica(env),
};

const script = `# Every command tells its effects.
nodes 3
boot all
----
nothing

request 0 write x=a session=s
drop 0→2
deliver all
----
0 persists last: write key=x value=a
0→1 ping operation=(write key=x value=a)
0→2 ping operation=(write key=x value=a)
0 sets t1 in 5ms: late
1→0 pong operation=(write key=x value=a)
0 answers r1: ok value=1 context={seen=1}

quietly request 1 add x-2 floor=0 session=s
tick 6ms
contents 0,1
----
1 answers r2: info error=late context={seen=2}
0 holds open=0
1 holds open=0
`;

test('a conversation that goes as written is told unchanged', () => {
  expect(converse(echo, script)).toBe(script);
});

test('a conversation that goes otherwise is told as it went', () => {
  const wrong = script.replace('ok value=1', 'ok value=2').replace('1 holds open=0', '1 holds open=7');

  expect(converse(echo, wrong)).toBe(script);
});

test.each([
  ['read x', 'read key=x'],
  ['write x=5', 'write key=x value=5'],
  ['write x=[1,"a"]', 'write key=x value=[1 a]'],
  ['add x+2', 'add key=x delta=2 floor=null'],
  ['add x-2 floor=0', 'add key=x delta=-2 floor=0'],
  ['cas x=null→7', 'cas key=x expected=null value=7'],
  ['transfer x→y 3 floor=0', 'transfer key=x to=y amount=3 floor=0'],
])('%s is understood as %s', (words, operation) => {
  const told = converse(echo, `nodes 1\nboot all\n\nrequest 0 ${words}`);

  expect(told).toContain(`0 persists last: ${operation}\n`);
});
