import { describe, expect, test } from 'vitest';
import { mistakesIn } from '../../src/runtimes/strategy-shape.ts';
import { strategies } from '../../src/strategies/index.ts';
import { strategy as whole } from '../support/local-register.ts';

const knob = { name: 'n', kind: 'integer', default: 3, minimum: 1, sentence: 'How many.' };
const mistakes = (change: object) => mistakesIn({ ...whole, ...change }, {});
const ofKnob = (change: object) => mistakes({ knobs: [{ ...knob, ...change }] });

describe('the shape of a strategy', () => {
  test.each(Object.entries(strategies))('of %s is whole', (_, { strategy }) => {
    expect(mistakesIn(strategy, {})).toEqual([]);
  });

  test('names a guarantee that does not exist, and those that do', () => {
    expect(mistakes({ guarantees: () => ['superb', 'linearizable'] })).toEqual([
      expect.stringMatching(
        /^"guarantees\(\)" has "superb": there are the guarantees linearizable, sequential, /,
      ),
    ]);
  });

  test('asks for guarantees with the knobs of the run, and with defaults for the rest', () => {
    const guarantees = (knobs: object) => [JSON.stringify(knobs)];

    const [told] = mistakesIn({ ...whole, knobs: [knob, { ...knob, name: 'm' }], guarantees }, { n: 5 });

    expect(told).toContain('{"n":5,"m":3}');
  });

  test('tells why guarantees could not be asked for', () => {
    const guarantees = () => {
      throw new Error('not today');
    };

    expect(mistakes({ guarantees })).toEqual(['"guarantees" threw not today']);
  });

  test('names a fault that does not exist, and those that do', () => {
    expect(mistakes({ tolerates: ['crash', 'flood', 7] })).toEqual([
      expect.stringMatching(/^"tolerates" has "flood", 7: there are the faults crash, pause, /),
    ]);
  });

  test('names a support for an operation that does not exist, and an operation that does not', () => {
    const operations = { ...whole.operations, add: 'perhaps', append: 'native' };

    expect(mistakes({ operations })).toEqual([
      '"operations.add" must be native, read-modify-write or refused',
      '"operations.append" is no operation: there are read, write, add, cas, transfer',
    ]);
  });

  test.each([
    [{ kind: 'float' }, 'knob "n": "kind" must be integer, number, boolean, choice or duration'],
    [{ default: 0 }, 'knob "n": "default" must be a whole number, at least 1'],
    [
      { default: 1.5, kind: 'duration' },
      'knob "n": "default" must be a whole number of microseconds, at least 1',
    ],
    [{ minimum: 'one' }, 'knob "n": "minimum" must be a number'],
    [{ sentence: undefined }, 'knob "n": "sentence" must be a text'],
    [{ kind: 'choice' }, 'knob "n": "choices" must be a list of texts'],
    [{ kind: 'choice', choices: ['a', 'b'] }, 'knob "n": "default" must be a or b'],
    [{ kind: 'boolean' }, 'knob "n": "default" must be true or false'],
    [{ name: 'label' }, '"knobs[0].name" must be a text other than label'],
  ])('refuses a knob with %o', (change, told) => {
    expect(ofKnob(change)).toContain(told);
  });

  test('refuses two knobs of one name, and one that is no object', () => {
    expect(mistakes({ knobs: [knob, knob, null] })).toEqual([
      'there are two knobs "n"',
      '"knobs[2].name" must be a text other than label',
    ]);
  });
});
