import fc from 'fast-check';
import { type History, phases } from '../../src/history/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';

const nodes = ['asia-1', 'america-1', 'europe-1'];
const regions = ['asia', 'europe'];

/** Texts with everything that a line of text may trip over. */
export const awkwardText = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', '"', '\\', '\n', '\r\n', '\t', '\u2028', '\ud800', '__proto__', ':a', 'nil', '{"a":1}'),
);

const numbers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const scalar: fc.Arbitrary<Value> = fc.oneof(fc.constant(null), fc.boolean(), numbers, awkwardText);
// Arrays stand as JSON in a history, which has no infinities.
const inArray: fc.Arbitrary<Value> = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), awkwardText);
export const anyValue: fc.Arbitrary<Value> = fc.oneof(scalar, fc.array(inArray, { maxLength: 3 }));

const floor = fc.option(numbers);
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant('read' as const), key: awkwardText }),
  fc.record({ type: fc.constant('write' as const), key: awkwardText, value: anyValue }),
  fc.record({ type: fc.constant('add' as const), key: awkwardText, delta: numbers, floor }),
  fc.record({ type: fc.constant('cas' as const), key: awkwardText, expected: anyValue, value: anyValue }),
  fc.record({
    type: fc.constant('transfer' as const),
    key: awkwardText,
    to: awkwardText,
    amount: numbers,
    floor,
  }),
);

const anyCompletion: fc.Arbitrary<Completion | null> = fc.oneof(
  fc.constant(null),
  fc.constant({ type: 'ok' as const }),
  fc.record({ type: fc.constant('ok' as const), value: anyValue }),
  fc.record({ type: fc.constant('refused' as const), because: awkwardText }),
  fc.record({ type: fc.constant('refused' as const), because: awkwardText, value: anyValue }),
  fc.record({ type: fc.constantFrom('fail' as const, 'info' as const), error: awkwardText }),
);

/** Any history that can be recorded: every kind of operation and answer, in the order of invocation. */
export function anyHistory(
  operation: fc.Arbitrary<Operation> = anyOperation,
  completion: fc.Arbitrary<Completion | null> = anyCompletion,
): fc.Arbitrary<History> {
  const draft = fc.record({
    operation,
    completion,
    wait: fc.nat(3),
    lasts: fc.nat(9),
    site: fc.nat(regions.length - 1),
    node: fc.nat(nodes.length - 1),
    attempts: fc.integer({ min: 1, max: 4 }),
    phase: fc.nat(phases.length - 1),
    stream: fc.nat(),
    late: fc.option(fc.nat(5)),
  });
  return fc.array(draft, { maxLength: 12 }).map((drafts) => {
    const recorder = new Recorder(drafts.length);
    const busyUntil: number[] = [];
    let now = 10;
    drafts.forEach(({ operation, completion, wait, lasts, site, node, attempts, phase, stream, late }, i) => {
      now += wait;
      const free = busyUntil.findIndex((until) => until <= now);
      const process = free < 0 ? busyUntil.length : free;
      const due = late === null ? Number.NaN : now - late;
      // Whoever answers a read tells a value.
      const isTold = operation.type !== 'read' || completion?.type !== 'ok' || completion.value !== undefined;
      const answer: Completion | null = isTold ? completion : { type: 'ok', value: null };
      const row = recorder.begin(stream, i, process, site, node, phase, operation, due, now);
      for (let attempt = 1; attempt < attempts; attempt += 1) recorder.redirect(row, node);
      // What is open or unknown retires its process.
      const isOver = completion !== null && completion.type !== 'info';
      busyUntil[process] = isOver ? now + lasts : Number.POSITIVE_INFINITY;
      if (answer !== null) recorder.end(row, answer, now + lasts);
    });
    return recorder.history(nodes, regions);
  });
}
