import { describe, expect, test } from 'vitest';
import type { Completion } from '../../src/kernel/operation.ts';
import { refuseToWait, refuseUnlessCompletion, refuseUnlessReplica } from '../../src/runtimes/refusals.ts';

const answer = (completion: unknown) => () => refuseUnlessCompletion(2, 17, completion as Completion);

describe('a completion', () => {
  test.each<[unknown]>([
    [{ type: 'ok' }],
    [{ type: 'ok', value: null }],
    [{ type: 'ok', value: [1, 'two', [true, null]] }],
    [{ type: 'refused', because: 'mismatch' }],
    [{ type: 'refused', because: 'below-floor', value: 3 }],
    [{ type: 'fail', error: 'no leader' }],
    [{ type: 'info', error: 'gave up' }],
  ])('may be %o', (completion) => {
    expect(answer(completion)).not.toThrow();
  });

  test.each<[unknown, string]>([
    [{ type: 'yes' }, '{ type: "yes" }'],
    [{ type: 'ok', value: () => 1 }, '{ type: "ok", value: a function }'],
    [{ type: 'ok', value: { a: 1 } }, '{ type: "ok", value: { a: 1 } }'],
    [{ type: 'ok', value: new Map() }, '{ type: "ok", value: Map {} }'],
    [{ type: 'ok', value: [1, undefined] }, '{ type: "ok", value: [1, undefined] }'],
    [{ type: 'ok', value: 1n }, '{ type: "ok", value: 1 }'],
    [{ type: 'refused' }, '{ type: "refused" }'],
    [{ type: 'refused', because: 7 }, '{ type: "refused", because: 7 }'],
    [{ type: 'fail' }, '{ type: "fail" }'],
    [{ type: 'info', error: null }, '{ type: "info", error: null }'],
    ['ok', '"ok"'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('must not be %o', (completion, shown) => {
    expect(answer(completion)).toThrow(
      `node 2 answers request 17 with ${shown}: a completion is ok (value), refused (because, value), fail (error) or info (error)`,
    );
  });

  test('must not hold a list that contains itself', () => {
    const endless: unknown[] = [];
    endless.push(endless);

    expect(answer({ type: 'ok', value: endless })).toThrow('{ type: "ok", value: [[…]] }');
  });

  test('that is long is shown by its beginning', () => {
    expect(answer({ type: 'x'.repeat(500) })).toThrow(/"x{50,100}…: a completion is/);
  });
});

describe('a replica', () => {
  test('must have every step, and those that are missing are named', () => {
    expect(() => refuseUnlessReplica(1, { onStart() {} } as never)).toThrow(
      'create gave node 1 { onStart: a function }, which has no onRequest, onMessage, onTimer, contents',
    );
  });

  test('must be there', () => {
    expect(() => refuseUnlessReplica(1, undefined as never)).toThrow('create gave node 1 undefined');
  });
});

describe('a step', () => {
  test('may return anything but a promise', () => {
    for (const returned of [undefined, null, 3, 'then', {}]) {
      expect(() => refuseToWait(0, 'onTimer', returned)).not.toThrow();
    }
  });

  test('that returns a promise is refused, and a rejection of it surprises nobody', () => {
    const rejected = Promise.reject(new Error('later'));

    expect(() => refuseToWait(0, 'onTimer', rejected)).toThrow(
      'onTimer of node 0 returned a promise: a strategy never waits, it sets timers',
    );
  });
});
