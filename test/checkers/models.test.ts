import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contradictionInWords } from '../../src/checkers/models/words.ts';
import { checkRecorded, guessModel, type ModelName, UnknownCallsError } from '../../src/checkers/recorded.ts';
import type { RecordedCall } from '../../src/history/recorded.ts';
import type { Plain } from '../../src/kernel/operation.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../support/histories.ts';
import { type Asked, hasSomeOrder, type Small, smallRecorded } from '../support/recorded-histories.ts';

const small = fc.constantFrom(1, 2, 3);
const nothing = fc.constant(null);
const asks = (name: string, input: fc.Arbitrary<Plain>): fc.Arbitrary<Asked> =>
  input.map((value) => ({ function: name, input: value }));
const readsOnly = ({ function: name }: RecordedCall) => name === 'read';

interface Case<State> extends Small<State> {
  readonly model: ModelName;
}

const register: Case<Plain> = {
  model: 'register',
  reference: {
    initials: [null],
    perform: (state, { function: name, input }) =>
      name === 'read' ? { state, output: state } : { state: input, output: input },
  },
  asked: fc.oneof(asks('read', nothing), asks('write', small)),
  others: () => [null, 1, 2],
  tells: readsOnly,
};

const casRegister: Case<Plain> = {
  model: 'cas-register',
  reference: {
    initials: [null],
    perform: (state, asked) => {
      if (asked.function !== 'cas') return register.reference.perform(state, asked);
      const [expected, value] = asked.input as readonly Plain[];
      return state === expected ? { state: value, output: asked.input } : null;
    },
  },
  asked: fc.oneof(
    asks('read', nothing),
    asks('write', small),
    asks(
      'cas',
      fc.tuple(fc.constantFrom(null, 1, 2), small).map((pair): Plain => pair),
    ),
  ),
  others: () => [null, 1, 2],
  tells: readsOnly,
};

const counter: Case<number> = {
  model: 'counter',
  reference: {
    initials: [0],
    perform: (state, { function: name, input }) => {
      if (name === 'read') return { state, output: state };
      const amount = name === 'increment' ? 1 : (input as number);
      return { state: state + (name === 'subtract' ? -amount : amount), output: input };
    },
  },
  asked: fc.oneof(
    asks('read', nothing),
    asks('add', small),
    asks('subtract', small),
    asks('increment', nothing),
  ),
  others: () => [0, 1, 2, -1],
  tells: readsOnly,
};

const mutex: Case<boolean> = {
  model: 'mutex',
  reference: {
    initials: [false],
    perform: (held, { function: name }) =>
      held === (name === 'release') ? { state: !held, output: null } : null,
  },
  asked: fc.oneof(asks('acquire', nothing), asks('release', nothing)),
  others: () => [null],
  tells: () => false,
};

type Texts = Readonly<Record<string, string>>;
const map: Case<Texts> = {
  model: 'map',
  reference: {
    initials: [{}],
    perform: (state, { function: name, key, input }) => {
      const before = state[key!] ?? '';
      if (name === 'get') return { state, output: before };
      const after = name === 'put' ? String(input) : name === 'delete' ? '' : before + String(input);
      return { state: { ...state, [key!]: after }, output: input };
    },
  },
  asked: fc
    .tuple(
      fc.constantFrom('k', 'l'),
      fc.oneof(
        asks('get', nothing),
        asks('put', fc.constantFrom('a', 'b')),
        asks('append', fc.constantFrom('a', 'b')),
        asks('delete', nothing),
      ),
    )
    .map(([key, asked]) => ({ ...asked, key })),
  others: () => ['', 'a', 'b', 'ab'],
  tells: ({ function: name }) => name === 'get',
};

/** Texts of keys that are only appended to are told to be beginnings of each other. */
const appends: Case<Texts> = {
  ...map,
  asked: fc
    .tuple(
      fc.constantFrom('k', 'l'),
      fc.oneof(asks('get', nothing), asks('append', fc.constantFrom('a', 'b', 'ab'))),
    )
    .map(([key, asked]) => ({ ...asked, key })),
  others: () => ['', 'a', 'ab', 'aab', 'aba'],
};

/** No value is written twice. */
const uniqueRegister: Case<Plain> = {
  ...register,
  asked: fc.oneof(asks('read', nothing), asks('write', fc.integer({ min: 0, max: 50 }))),
  others: () => [null, 0],
};

const equalIncrements: Case<number> = {
  ...counter,
  asked: fc.oneof(asks('read', nothing), asks('increment', nothing)),
};

const set: Case<readonly number[]> = {
  model: 'set',
  reference: {
    initials: [[]],
    perform: (state, { function: name, input }) => {
      const others = state.filter((element) => element !== input);
      if (name === 'read') return { state, output: state };
      if (name === 'contains') return { state, output: others.length < state.length };
      return {
        state: name === 'add' ? [...others, input as number].sort((a, b) => a - b) : others,
        output: input,
      };
    },
  },
  asked: fc.oneof(asks('read', nothing), asks('add', small), asks('remove', small), asks('contains', small)),
  others: ({ function: name }) => (name === 'read' ? [[], [1], [1, 2]] : [true, false]),
  tells: ({ function: name }) => name === 'read' || name === 'contains',
};

type Balances = Readonly<Record<string, number>>;
const openings = Array.from({ length: 20 }, (_, i) => i - 8);
const bank: Case<Balances> = {
  model: 'bank',
  reference: {
    initials: openings.flatMap((x) => openings.map((y) => ({ x, y }))),
    perform: (state, { function: name, key, input }) => {
      if (name === 'read') return { state, output: key === undefined || key === null ? state : state[key]! };
      const { from, to, amount, floor } = input as {
        from: string;
        to: string;
        amount: number;
        floor?: number;
      };
      const left = state[from]! - amount;
      if (floor !== undefined && left < floor) return null;
      return { state: { ...state, [from]: left, [to]: state[to]! + amount }, output: input };
    },
  },
  initials: [
    { x: 0, y: 0 },
    { x: 1, y: 2 },
  ],
  asked: fc.oneof(
    asks('read', nothing),
    fc.constantFrom('x', 'y').map((key) => ({ function: 'read', key, input: null })),
    asks(
      'transfer',
      fc.constantFrom<Plain>(
        { from: 'x', to: 'y', amount: 1 },
        { from: 'y', to: 'x', amount: 1 },
        { from: 'x', to: 'y', amount: 1, floor: 0 },
      ),
    ),
  ),
  others: ({ key }) => (key === null ? [{ x: 5, y: 0 }] : [0, 5]),
  tells: readsOnly,
  maxLength: 4,
};

const multiRegister: Case<Readonly<Record<string, Plain>>> = {
  model: 'multi-register',
  reference: {
    initials: [{}],
    perform: (state, { input }) => {
      let after = state;
      const output = (input as readonly (readonly [string, string, Plain])[]).map(([what, name, value]) => {
        if (what === 'w') after = { ...after, [name]: value };
        return [what, name, what === 'w' ? value : (after[name] ?? null)];
      });
      return { state: after, output };
    },
  },
  asked: asks(
    'txn',
    fc.array(
      fc.oneof(
        fc.constantFrom('x', 'y').map((name): Plain => ['r', name, null]),
        fc.tuple(fc.constantFrom('x', 'y'), small).map(([name, value]): Plain => ['w', name, value]),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  ),
  others: ({ output }) => otherReads(output),
  tells: () => true,
};

/** The same transaction, but its last read saw something else. */
function otherReads(output: Plain): readonly Plain[] {
  const steps = output as readonly (readonly [string, string, Plain])[];
  const last = steps.findLastIndex(([what]) => what === 'r');
  return [null, 1, 2].map((value) => steps.map((step, i) => (i === last ? [step[0], step[1], value] : step)));
}

function compare<State>(given: Case<State>): void {
  const seen = new Set<string>();

  fc.assert(
    fc.property(smallRecorded(given), (calls) => {
      const { type } = checkRecorded(calls, given.model);
      seen.add(type);
      expect(type).toBe(hasSomeOrder(given, calls) ? 'holds' : 'violated');
    }),
    { numRuns: propertyRuns },
  );

  if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
}

describe('a model agrees with trying every order of a plain object', { timeout: propertyPatience }, () => {
  test('a register', () => compare(register));
  test('a register with compare-and-set', () => compare(casRegister));
  test('a register where most values are written once', () => compare(uniqueRegister));
  test('a counter', () => compare(counter));
  test('a counter of equal increments', () => compare(equalIncrements));
  test('a mutex', () => compare(mutex));
  test('a map', () => compare(map));
  test('a map that is only appended to', () => compare(appends));
  test('a set', () => compare(set));
  test('a bank with unknown opening balances', () => compare(bank));
  test('registers that are read and written together', () => compare(multiRegister));
});

const call = (name: string, input: Plain, output: Plain = input): RecordedCall => ({
  process: '0',
  function: name,
  key: null,
  input,
  output,
  outcome: 'ok',
  invokedAt: 0,
  completedAt: 1,
  line: 7,
});

const keyed = (one: RecordedCall): RecordedCall => ({ ...one, key: 'k' });
const unanswered = (one: RecordedCall): RecordedCall => ({ ...one, output: undefined });

describe('the model is found from the functions and the shapes of values', () => {
  test.each<[string, readonly RecordedCall[], ModelName | null]>([
    ['read and write', [call('read', null, 1), call('write', 1)], 'register'],
    ['cas besides', [call('read', null, 1), call('cas', [1, 2])], 'cas-register'],
    ['adds and reads of numbers', [call('add', 1), call('read', null, 1)], 'counter'],
    ['adds and reads of lists', [call('add', 1), call('read', null, [1])], 'set'],
    ['get and put of keys', [keyed(call('get', null, 'a')), keyed(call('put', 'a'))], 'map'],
    ['get and put of one object', [call('get', null, 'a'), call('put', 'a')], 'register'],
    [
      'transfers',
      [call('transfer', { from: 'x', to: 'y', amount: 1 }), call('read', null, { x: 1 })],
      'bank',
    ],
    ['acquire and release', [call('acquire', null), call('release', null)], 'mutex'],
    ['transactions', [call('txn', [['r', 'x', null]])], 'multi-register'],
    ['reads of several registers', [call('read', null, { x: 1 }), call('write', { x: 1 })], 'multi-register'],
    ['a function that no model has', [call('read', null, 1), call('explode', 1)], null],
    ['nothing', [], null],
  ])('%s', (_, calls, model) => {
    expect(guessModel(calls)).toBe(model);
  });
});

describe('a call that the model does not know', () => {
  test.each<[string, ModelName, RecordedCall, string]>([
    [
      'has another function',
      'register',
      call('append', 'a'),
      'the model register has no function "append"; it has read, write',
    ],
    ['adds no number', 'counter', call('add', 'many'), 'the amount of add must be a number, not "many"'],
    ['swaps no pair', 'cas-register', call('cas', 3), 'cas takes two values, [old new], not 3'],
    [
      'moves money from nowhere',
      'bank',
      call('transfer', { to: 'y', amount: 1 }),
      'a transfer takes {from, to, amount} or [from to amount], not {:to "y", :amount 1}',
    ],
    ['reads no set', 'set', call('read', null, 3), 'a read of a set tells its elements, not 3'],
    ['names no key of a map', 'map', call('get', null, 'a'), 'get names no :key; in a map each call has one'],
    [
      'reads one account without a name',
      'bank',
      call('read', null, 3),
      'read of one account names it by its :key',
    ],
    [
      'moves money above a floor that is no number',
      'bank',
      call('transfer', { from: 'x', to: 'y', amount: 1, floor: '0' }),
      'the floor of transfer must be a number, not "0"',
    ],
    [
      'was answered without a value',
      'register',
      unanswered(call('read', null)),
      'the answer of read has no value; it is nil where nothing was there',
    ],
    [
      'writes no value',
      'register',
      { ...call('write', 1), input: undefined },
      'write has no value; it takes one',
    ],
    [
      'was answered with another value than it wrote',
      'register',
      call('write', 3, 4),
      'write of 3 is answered with 4; the answer repeats what was asked, or has none (what was not done is :fail)',
    ],
    [
      'was not done although it was acknowledged',
      'cas-register',
      call('cas', [1, 2], false),
      'cas of [1 2] is answered with false; the answer repeats what was asked, or has none (what was not done is :fail)',
    ],
    ['counts texts', 'counter', call('read', null, '5'), 'the answer of read must be a number, not "5"'],
    ['appends no text', 'map', keyed(call('append', 5)), 'append takes a text, not 5'],
    ['asks a set without an answer', 'set', call('contains', 3), 'contains tells true or false, not 3'],
    [
      'was answered as if other steps had been asked',
      'multi-register',
      call('txn', [['r', 'x', null]], [['r', 'y', 1]]),
      'txn of [["r" "x" nil]] is answered with other steps, [["r" "y" 1]]',
    ],
    [
      'read several registers and tells nothing',
      'multi-register',
      call('txn', [['r', 'x', null]], null),
      'txn takes steps like [["r", "x", 1], ["w", "y", 2]] or a map of registers, not nothing',
    ],
  ])('%s', (_, model, unknown, message) => {
    const check = () => checkRecorded([unknown], model);

    expect(check).toThrow(UnknownCallsError);
    expect(check).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ message, line: 7 })] }),
    );
  });

  test('is told with all others', () => {
    const check = () => checkRecorded([call('add', 'many'), call('add', 1), call('add', 'few')], 'counter');

    expect(check).toThrow(
      'the amount of add must be a number, not "many"\nthe amount of add must be a number, not "few"',
    );
  });

  test('tells a number of a map whose values grow by appends', () => {
    const calls = [keyed(call('append', 'a')), keyed(call('get', null, 5))];

    expect(() => checkRecorded(calls, 'map')).toThrow(
      'get has 5, which is no text; where values are appended all are texts',
    );
  });

  test('names no key although another one does', () => {
    const check = () => checkRecorded([keyed(call('write', 1)), call('read', null, 2)], 'register');

    expect(check).toThrow('read names no :key although line 7 has one; give one to every call, or to none');
  });

  test.each([
    ['a text although numbers are written', 1, '1', /"1", a text, although what was written is a number/],
    ['a number although texts are written', '1', 1, /with 1, a number, although what was written is a text/],
  ])('was answered with %s', (_, written, told, message) => {
    expect(() => checkRecorded([call('write', written), call('read', null, told)], 'register')).toThrow(
      message,
    );
  });

  test('is not one whose answer is of a type that was written as well', () => {
    const calls = [call('write', 1), call('write', '1'), call('read', null, '1')];

    expect(checkRecorded(calls, 'register')).toEqual({ type: 'holds' });
  });
});

describe('the verdict on a recorded history', () => {
  test('shows the calls whose answers contradict each other, by their place, in words', () => {
    const calls: RecordedCall[] = [
      { ...call('write', 1), invokedAt: 0, completedAt: 1, line: 1 },
      { ...call('write', 2), invokedAt: 2, completedAt: 3, line: 3 },
      { ...call('read', null, 2), invokedAt: 4, completedAt: 5, line: 5 },
      { ...call('read', null, 1), process: '3', invokedAt: 6, completedAt: 7, line: 7 },
    ];

    expect(checkRecorded(calls, 'register')).toEqual({
      type: 'violated',
      witness: [0, 1, 3],
      sentence:
        'no order of the operations gives these answers: process 0 had write 1 acknowledged (asked in line 1); process 0 had write 2 acknowledged (asked in line 3); process 3 read 1 (asked in line 7)',
    });
  });

  test('tells maps, sets and transactions as the file has them, and what a transaction wrote once', () => {
    const wrote = [[':w', ':x', 1]];
    const calls: RecordedCall[] = [
      { ...call('txn', wrote, wrote), invokedAt: 0, completedAt: 1, line: 1 },
      { ...call('txn', [[':r', ':x', null]], [[':r', ':x', 2]]), invokedAt: 2, completedAt: 3, line: 3 },
    ];
    const read = { ...call('read', null, new Set([1, 2])), line: 1 };

    expect(checkRecorded(calls, 'multi-register')).toMatchObject({
      sentence: expect.stringContaining(
        'txn [[:r :x nil]], with [[:r :x 2]], acknowledged (asked in line 3)',
      ),
    });
    expect(contradictionInWords(calls)).toContain('had txn [[:w :x 1]] acknowledged (asked in line 1)');
    expect(contradictionInWords([read])).toContain('process 0 read #{1 2} (asked in line 1)');
  });

  test('is undecided where one key was too hard, unless another one is violated', () => {
    const hard = Array.from({ length: 24 }, (_, i) => ({
      ...call('add', 2 ** i * 2),
      key: 'hard',
      outcome: 'info' as const,
      completedAt: Number.POSITIVE_INFINITY,
    }));
    const odd = { ...call('read', null, 1_001), key: 'hard', invokedAt: 2, completedAt: 3 };
    const wrong = { ...call('read', null, 5), key: 'wrong', invokedAt: 2, completedAt: 3 };

    expect(checkRecorded([...hard, odd], 'counter', 1_000).type).toBe('unknown');
    expect(checkRecorded([...hard, odd, wrong], 'counter', 1_000).type).toBe('violated');
  });
});
