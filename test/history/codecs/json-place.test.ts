import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, fieldsIn, lossyNumber, repeatedField } from '../../../src/history/codecs/json-place.ts';
import { propertyPatience, propertyRuns } from '../../support/histories.ts';

describe('the places of fields in a line of JSON', () => {
  it(
    'are where their values begin, whatever the values are',
    () => {
      fc.assert(
        fc.property(
          fc.dictionary(fc.string(), fc.jsonValue()),
          fc.constantFrom(undefined, 1),
          (object, space) => {
            const text = JSON.stringify(object, null, space);
            const fields = fieldsIn(text);

            expect(fields.map(({ name }) => name)).toEqual(Object.keys(object));
            for (const { name, at } of fields) {
              expect(text.slice(at)).toMatch(startOf(JSON.stringify(object[name], null, space)));
            }
          },
        ),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it('are told by column, down to the object that lacks a field', () => {
    const text = '{"a":{"b":[1,"}"],"c":7}}';

    expect([['a', 'c'], ['a', 'x'], ['x'], []].map((path) => columnOf(text, path))).toEqual([23, 6, 1, 1]);
  });

  it('are told where an object names a field twice', () => {
    expect(repeatedField('{"a":1,"b":{"a":1},"\\u0061":2}')).toEqual({ name: 'a', at: 28 });
    expect(repeatedField('{"a":1,"b":{"c":1,"c":1}}')).toEqual({ name: 'c', at: 22 });
    expect(repeatedField('{"a":1,"b":{"a":1}}')).toBeNull();
  });
});

describe('a number that a double does not hold', () => {
  it.each([
    ['{"a":9007199254740993}', '9007199254740993'],
    ['{"a":[1,-12345678901234567890]}', '-12345678901234567890'],
    ['{"a":0.12345678901234567890}', '0.12345678901234567890'],
  ])('is found in %s', (text, number) => {
    expect(lossyNumber(text)?.number).toBe(number);
  });

  it.each(['{"a":9007199254740992}', '{"a":"9007199254740993"}', '{"9007199254740993":1}'])(
    'is none in %s',
    (text) => {
      expect(lossyNumber(text)).toBeNull();
    },
  );

  it('is none that JSON writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(lossyNumber(JSON.stringify([number]))).toBeNull();
      }),
      { numRuns: propertyRuns },
    );
  });
});

function startOf(json: string): RegExp {
  return new RegExp(`^${json.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`.replaceAll('\n', '\\s+'));
}
