import { describe, expect, test } from 'vitest';
import { createDoorbells, Doorbells } from '../../../src/runtimes/threads/doorbell.ts';

const nothing = () => false;

describe('a doorbell', () => {
  test('wakes nobody while its thread is awake', () => {
    const bells = new Doorbells(createDoorbells(2));

    expect(bells.ring(0)).toBe(false);
    expect(bells.ring(1)).toBe(false);
  });

  test('lets its thread sleep until the time is up when nobody rings', () => {
    const bells = new Doorbells(createDoorbells(1));

    expect(bells.wait(0, nothing, 0)).toBe(false);
  });

  test('is not slept over when it rings between the last look for work and the sleep', () => {
    const memory = createDoorbells(2);
    const bells = new Doorbells(memory);
    const others = new Doorbells(memory);
    const rings: boolean[] = [];

    const woken = bells.wait(
      1,
      () => {
        rings.push(others.ring(1), others.ring(1));
        return false;
      },
      60_000,
    );

    expect(woken).toBe(true);
    expect(rings).toEqual([true, false]);
  });

  test('does not let its thread sleep when there is work', () => {
    const bells = new Doorbells(createDoorbells(1));

    expect(bells.wait(0, () => true, 60_000)).toBe(true);
    expect(bells.ring(0)).toBe(false);
  });

  test('rings for one thread alone', () => {
    const memory = createDoorbells(2);
    const bells = new Doorbells(memory);

    const woken = bells.wait(
      0,
      () => {
        new Doorbells(memory).ring(1);
        return false;
      },
      1,
    );

    expect(woken).toBe(false);
  });
});
